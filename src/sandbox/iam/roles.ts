import type { JsonValue } from '../../model/policy.ts';
import { uniqueId } from '../identity/ids.ts';
import type { Role } from '../identity/store.ts';
import { encodedDocument, isoTime, type QueryCall, type QueryOperation } from '../query/operation.ts';
import type { XmlValue } from '../xml.ts';
import { alreadyExists, deleteConflict, limitExceeded } from './errors.ts';
import { countedSize, invalidPrincipal, readPolicyDocument } from './policy-document.ts';
import { arn, description, document, maxSessionDuration, paging, path, pathPrefix, roleName } from './rules.ts';
import {
  accountOf,
  arnFor,
  authorize,
  authorizedCreation,
  authorizedRole,
  boundaryElement,
  isTaken,
  isTracked,
  pageOf,
  principalElement,
  readBoundary,
  tagList,
  underPath,
} from './support.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_TRUST = 2048;
const MAX_ROLES = 1000;

/** A trust policy as IAM stores it: checked, with roles and users by their unique ids. */
function readTrust(call: QueryCall, parameter: string): JsonValue {
  const text = call.parameters.need(parameter);
  const parsed = readPolicyDocument(text, 'trust');
  if (countedSize(text) > MAX_TRUST) throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${MAX_TRUST}`);
  return call.world.principals.toStored(parsed, (principal) => invalidPrincipal(principal));
}

/** `Role` of an answer. `detail` adds what lists leave out. */
function roleElement(call: QueryCall, role: Role, detail: boolean): { [element: string]: XmlValue } {
  return {
    ...principalElement('Role', role),
    AssumeRolePolicyDocument: encodedDocument(call.world.principals.toShown(role.trust)),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
    ...(detail
      ? {
          PermissionsBoundary: boundaryElement(role.boundary),
          Tags: tagList(role.tags),
          RoleLastUsed: lastUsedElement(call, role),
        }
      : {}),
  };
}

/** Empty for a role that was not used for 400 days. https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html */
function lastUsedElement(call: QueryCall, role: Role): { [element: string]: XmlValue } {
  const use = call.world.store.uses.ofPrincipal(role.id);
  if (use === undefined || !isTracked(call, use.at)) return {};
  return { LastUsedDate: isoTime(use.at), Region: use.region };
}

/** CreateRole. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
const createRole: QueryOperation = {
  name: 'CreateRole',
  rules: [
    roleName,
    document('AssumeRolePolicyDocument'),
    path,
    description,
    maxSessionDuration,
    arn('PermissionsBoundary', false),
  ],
  handle: (call) => {
    const { parameters, world } = call;
    const asked = authorizedCreation(call, 'role');
    const account = accountOf(call);
    const trust = readTrust(call, 'AssumeRolePolicyDocument');
    if (isTaken(account.roles.values(), asked.name))
      throw alreadyExists(`Role with name ${asked.name} already exists.`);
    if (account.roles.size() >= MAX_ROLES) throw limitExceeded(`Cannot exceed quota for RolesPerAccount: ${MAX_ROLES}`);
    readBoundary(call);
    const text = parameters.get('Description');
    const role: Role = {
      kind: 'role',
      id: uniqueId('AROA'),
      ...asked,
      account: account.id,
      createdAt: world.now(),
      trust,
      maxSessionDuration: parameters.int('MaxSessionDuration') ?? 3600,
      ...(text === undefined ? {} : { description: text }),
      inline: [],
      attached: [],
    };
    account.roles.set(role.name, role);
    return { Role: roleElement(call, role, true) };
  },
};

const getRole: QueryOperation = {
  name: 'GetRole',
  rules: [roleName],
  handle: (call) => ({ Role: roleElement(call, authorizedRole(call, 'GetRole'), true) }),
};

const listRoles: QueryOperation = {
  name: 'ListRoles',
  rules: [pathPrefix, ...paging],
  handle: (call) => {
    authorize(call, 'ListRoles', arnFor(call, 'role', '', call.parameters.get('PathPrefix') ?? '/'));
    const roles = underPath(call, accountOf(call).roles.values());
    return pageOf(call, 'Roles', roles, (role) => roleElement(call, role, false));
  },
};

const deleteRole: QueryOperation = {
  name: 'DeleteRole',
  rules: [roleName],
  handle: (call) => {
    const role = authorizedRole(call, 'DeleteRole');
    if (role.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
    if (role.inline.length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
    accountOf(call).roles.delete(role.name);
    return undefined;
  },
};

const updateRole: QueryOperation = {
  name: 'UpdateRole',
  rules: [roleName, description, maxSessionDuration],
  handle: (call) => {
    const role = authorizedRole(call, 'UpdateRole');
    const text = call.parameters.get('Description');
    accountOf(call).roles.set(role.name, {
      ...role,
      ...(text === undefined ? {} : { description: text }),
      maxSessionDuration: call.parameters.int('MaxSessionDuration') ?? role.maxSessionDuration,
    });
    return {};
  },
};

const updateRoleDescription: QueryOperation = {
  name: 'UpdateRoleDescription',
  rules: [roleName, { ...description, required: true }],
  handle: (call) => {
    const role = { ...authorizedRole(call, 'UpdateRoleDescription'), description: call.parameters.need('Description') };
    accountOf(call).roles.set(role.name, role);
    return { Role: roleElement(call, role, false) };
  },
};

const updateAssumeRolePolicy: QueryOperation = {
  name: 'UpdateAssumeRolePolicy',
  rules: [roleName, document('PolicyDocument')],
  handle: (call) => {
    const role = authorizedRole(call, 'UpdateAssumeRolePolicy');
    accountOf(call).roles.set(role.name, { ...role, trust: readTrust(call, 'PolicyDocument') });
    return undefined;
  },
};

/** There are no instance profiles: a role is never in one. Pulumi and Terraform ask before they delete a role. */
const listInstanceProfilesForRole: QueryOperation = {
  name: 'ListInstanceProfilesForRole',
  rules: [roleName, ...paging],
  handle: (call) => {
    authorizedRole(call, 'ListInstanceProfilesForRole');
    return pageOf<never>(call, 'InstanceProfiles', [], () => undefined);
  },
};

/** Operations on roles themselves. */
export const roleOperations: readonly QueryOperation[] = [
  createRole,
  getRole,
  listRoles,
  deleteRole,
  updateRole,
  updateRoleDescription,
  updateAssumeRolePolicy,
  listInstanceProfilesForRole,
];
