import { AwsError } from '../contract.ts';
import { awsManagedPolicies } from '../identity/aws-managed.ts';
import { uniqueId } from '../identity/ids.ts';
import type { ManagedPolicy, PolicyVersion } from '../identity/store.ts';
import { encodedDocument, isoTime, type QueryCall, type QueryOperation } from '../query/operation.ts';
import type { XmlValue } from '../xml.ts';
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity } from './errors.ts';
import { countedSize, readPolicyDocument } from './policy-document.ts';
import { arn, description, document, paging, path, pathPrefix, policyName, versionId } from './rules.ts';
import {
  accountOf,
  arnFor,
  authorize,
  isTaken,
  pageOf,
  principalPage,
  readTags,
  tagContext,
  tagList,
  underPath,
  usesOf,
} from './support.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_SIZE = 6144;
const MAX_VERSIONS = 5;
const MAX_POLICIES = 1500;

function readDocument(call: QueryCall): string {
  const text = call.parameters.need('PolicyDocument');
  readPolicyDocument(text, 'managed');
  if (countedSize(text) > MAX_SIZE) throw limitExceeded(`Cannot exceed quota for PolicySize: ${MAX_SIZE}`);
  return text;
}

/** `Policy` of an answer. Lists leave description and tags out. */
function policyElement(call: QueryCall, policy: ManagedPolicy, detail: boolean): { [element: string]: XmlValue } {
  const uses = usesOf(accountOf(call), policy.arn);
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: uses.attached.length,
    PermissionsBoundaryUsageCount: uses.bounded.length,
    IsAttachable: true,
    CreateDate: isoTime(policy.createdAt),
    UpdateDate: isoTime(policy.updatedAt),
    ...(detail ? { Description: policy.description, Tags: tagList(policy.tags) } : {}),
  };
}

function versionElement(
  policy: ManagedPolicy,
  version: PolicyVersion,
  withDocument: boolean,
): { [element: string]: XmlValue } {
  return {
    ...(withDocument ? { Document: encodedDocument(version.document) } : {}),
    VersionId: version.id,
    IsDefaultVersion: version.id === policy.defaultVersion,
    CreateDate: isoTime(version.createdAt),
  };
}

/** The managed policy that a call names, authorized. Throws AccessDenied, then NoSuchEntity. */
function authorizedPolicy(call: QueryCall, operation: string): ManagedPolicy {
  const policyArn = call.parameters.need('PolicyArn');
  authorize(call, operation, policyArn);
  const policy = call.world.store.policy(call.caller.account, policyArn);
  if (policy === undefined) throw noSuchEntity(`Policy ${policyArn} was not found.`);
  return policy;
}

/** The same for changes, which nobody may make to AWS's own policies. */
function ownPolicy(call: QueryCall, operation: string): ManagedPolicy {
  const policy = authorizedPolicy(call, operation);
  if (awsManagedPolicies.has(policy.arn)) {
    throw new AwsError(
      'AccessDenied',
      403,
      `User: ${call.caller.arn} is not authorized to perform: iam:${operation} on resource: policy ${policy.arn}`,
    );
  }
  return policy;
}

function versionOf(call: QueryCall, policy: ManagedPolicy): PolicyVersion {
  const id = call.parameters.need('VersionId');
  const version = policy.versions.find((candidate) => candidate.id === id);
  if (version === undefined) {
    throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  }
  return version;
}

function store(call: QueryCall, policy: ManagedPolicy): void {
  accountOf(call).policies.set(policy.arn, policy);
}

/** CreatePolicy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
const createPolicy: QueryOperation = {
  name: 'CreatePolicy',
  rules: [policyName, path, document('PolicyDocument'), description],
  handle: (call) => {
    const { parameters, world } = call;
    const name = parameters.need('PolicyName');
    const policyPath = parameters.get('Path') ?? '/';
    const tags = readTags(parameters);
    const policyArn = arnFor(call, 'policy', name, policyPath);
    authorize(call, 'CreatePolicy', policyArn, tagContext(tags));
    if (Object.keys(tags).length > 0) authorize(call, 'TagPolicy', policyArn, tagContext(tags));
    const text = readDocument(call);
    const { policies } = accountOf(call);
    if (isTaken(policies.values(), name)) {
      throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
    }
    if (policies.size() >= MAX_POLICIES)
      throw limitExceeded(`Cannot exceed quota for PoliciesPerAccount: ${MAX_POLICIES}`);
    const now = world.now();
    const comment = parameters.get('Description');
    const policy: ManagedPolicy = {
      id: uniqueId('ANPA'),
      name,
      path: policyPath,
      arn: policyArn,
      ...(comment === undefined ? {} : { description: comment }),
      createdAt: now,
      updatedAt: now,
      tags,
      versions: [{ id: 'v1', document: text, createdAt: now }],
      defaultVersion: 'v1',
      nextVersion: 2,
    };
    store(call, policy);
    return { Policy: policyElement(call, policy, true) };
  },
};

const getPolicy: QueryOperation = {
  name: 'GetPolicy',
  rules: [arn('PolicyArn')],
  handle: (call) => ({ Policy: policyElement(call, authorizedPolicy(call, 'GetPolicy'), true) }),
};

const deletePolicy: QueryOperation = {
  name: 'DeletePolicy',
  rules: [arn('PolicyArn')],
  handle: (call) => {
    const policy = ownPolicy(call, 'DeletePolicy');
    const uses = usesOf(accountOf(call), policy.arn);
    if (uses.attached.length + uses.bounded.length > 0) {
      throw deleteConflict('Cannot delete a policy attached to entities.');
    }
    if (policy.versions.length > 1) {
      throw deleteConflict(
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
    accountOf(call).policies.delete(policy.arn);
    return undefined;
  },
};

const listPolicies: QueryOperation = {
  name: 'ListPolicies',
  rules: [
    pathPrefix,
    { name: 'Scope', oneOf: ['All', 'AWS', 'Local'] },
    { name: 'OnlyAttached', oneOf: ['true', 'false'] },
    { name: 'PolicyUsageFilter', oneOf: ['PermissionsPolicy', 'PermissionsBoundary'] },
    ...paging,
  ],
  handle: (call) => {
    authorize(call, 'ListPolicies', arnFor(call, 'policy', '', call.parameters.get('PathPrefix') ?? '/'));
    const scope = call.parameters.get('Scope') ?? 'All';
    const account = accountOf(call);
    const policies = [
      ...(scope === 'AWS' ? [] : account.policies.values()),
      ...(scope === 'Local' ? [] : awsManagedPolicies.values()),
    ];
    const usage = call.parameters.get('PolicyUsageFilter');
    const wanted = underPath(call, policies).filter((policy) => {
      const uses = usesOf(account, policy.arn);
      if (usage === 'PermissionsBoundary') return uses.bounded.length > 0;
      return (call.parameters.get('OnlyAttached') !== 'true' && usage === undefined) || uses.attached.length > 0;
    });
    return pageOf(call, 'Policies', wanted, (policy) => policyElement(call, policy, false));
  },
};

const createPolicyVersion: QueryOperation = {
  name: 'CreatePolicyVersion',
  rules: [arn('PolicyArn'), document('PolicyDocument'), { name: 'SetAsDefault', oneOf: ['true', 'false'] }],
  handle: (call) => {
    const policy = ownPolicy(call, 'CreatePolicyVersion');
    const text = readDocument(call);
    if (policy.versions.length >= MAX_VERSIONS) {
      throw limitExceeded(
        `A managed policy can have up to ${MAX_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const now = call.world.now();
    const version = { id: `v${policy.nextVersion}`, document: text, createdAt: now };
    const changed: ManagedPolicy = {
      ...policy,
      versions: [version, ...policy.versions],
      defaultVersion: call.parameters.get('SetAsDefault') === 'true' ? version.id : policy.defaultVersion,
      nextVersion: policy.nextVersion + 1,
      updatedAt: now,
    };
    store(call, changed);
    return { PolicyVersion: versionElement(changed, version, false) };
  },
};

const getPolicyVersion: QueryOperation = {
  name: 'GetPolicyVersion',
  rules: [arn('PolicyArn'), versionId],
  handle: (call) => {
    const policy = authorizedPolicy(call, 'GetPolicyVersion');
    return { PolicyVersion: versionElement(policy, versionOf(call, policy), true) };
  },
};

const listPolicyVersions: QueryOperation = {
  name: 'ListPolicyVersions',
  rules: [arn('PolicyArn'), ...paging],
  handle: (call) => {
    const policy = authorizedPolicy(call, 'ListPolicyVersions');
    return pageOf(call, 'Versions', policy.versions, (version) => versionElement(policy, version, false));
  },
};

const deletePolicyVersion: QueryOperation = {
  name: 'DeletePolicyVersion',
  rules: [arn('PolicyArn'), versionId],
  handle: (call) => {
    const policy = ownPolicy(call, 'DeletePolicyVersion');
    const version = versionOf(call, policy);
    if (version.id === policy.defaultVersion) throw deleteConflict('Cannot delete the default version of a policy.');
    store(call, { ...policy, versions: policy.versions.filter((candidate) => candidate !== version) });
    return undefined;
  },
};

const setDefaultPolicyVersion: QueryOperation = {
  name: 'SetDefaultPolicyVersion',
  rules: [arn('PolicyArn'), versionId],
  handle: (call) => {
    const policy = ownPolicy(call, 'SetDefaultPolicyVersion');
    store(call, { ...policy, defaultVersion: versionOf(call, policy).id, updatedAt: call.world.now() });
    return undefined;
  },
};

const listEntitiesForPolicy: QueryOperation = {
  name: 'ListEntitiesForPolicy',
  rules: [
    arn('PolicyArn'),
    { name: 'EntityFilter', oneOf: ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] },
    { name: 'PolicyUsageFilter', oneOf: ['PermissionsPolicy', 'PermissionsBoundary'] },
    pathPrefix,
    ...paging,
  ],
  handle: (call) => {
    const policy = authorizedPolicy(call, 'ListEntitiesForPolicy');
    const { attached, bounded } = usesOf(accountOf(call), policy.arn);
    const usage = call.parameters.get('PolicyUsageFilter');
    const filter = call.parameters.get('EntityFilter');
    const entities = [
      ...(usage === 'PermissionsBoundary' ? [] : attached),
      ...(usage === 'PermissionsPolicy' ? [] : bounded),
    ];
    const wanted = underPath(call, new Set(entities)).filter(
      (entity) => filter === undefined || filter.toLowerCase() === entity.kind,
    );
    return principalPage(call, wanted);
  },
};

/** Managed policies and their versions. */
export const managedPolicyOperations: readonly QueryOperation[] = [
  createPolicy,
  getPolicy,
  deletePolicy,
  listPolicies,
  createPolicyVersion,
  getPolicyVersion,
  listPolicyVersions,
  deletePolicyVersion,
  setDefaultPolicyVersion,
  listEntitiesForPolicy,
];
