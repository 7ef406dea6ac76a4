import type { InlinePolicy, Role, User } from '../identity/store.ts';
import { encodedDocument, type QueryCall, type QueryOperation } from '../query/operation.ts';
import { limitExceeded, noSuchEntity } from './errors.ts';
import { countedSize, readPolicyDocument } from './policy-document.ts';
import { arn, document, paging, pathPrefix, policyName, roleName, userName } from './rules.ts';
import { attachablePolicy, authorizedPrincipal, pageOf, storePrincipal, without } from './support.ts';

/** What roles and users have in common is written once, for both. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
interface Kind {
  readonly kind: 'role' | 'user';
  readonly title: 'Role' | 'User';
  readonly nameRule: typeof roleName;
  /** All inline policies together, white space not counted. */
  readonly maxInline: number;
  readonly maxAttached: number;
}

const ROLE: Kind = { kind: 'role', title: 'Role', nameRule: roleName, maxInline: 10_240, maxAttached: 10 };
const USER: Kind = { kind: 'user', title: 'User', nameRule: userName, maxInline: 2048, maxAttached: 10 };

function inlinePolicy(principal: Role | User, name: string): InlinePolicy {
  const policy = principal.inline.find((candidate) => candidate.name === name);
  if (policy === undefined) throw noSuchEntity(`The ${principal.kind} policy with name ${name} cannot be found.`);
  return policy;
}

function inlineOperations({ kind, title, nameRule, maxInline }: Kind): readonly QueryOperation[] {
  return [
    {
      name: `Put${title}Policy`,
      rules: [nameRule, policyName, document('PolicyDocument')],
      handle: (call) => {
        const principal = authorizedPrincipal(call, kind, `Put${title}Policy`, boundaryContext(call, kind));
        const policy = { name: call.parameters.need('PolicyName'), document: call.parameters.need('PolicyDocument') };
        readPolicyDocument(policy.document, 'inline');
        const others = principal.inline.filter((candidate) => candidate.name !== policy.name);
        const inline = [...others, policy];
        if (inline.reduce((sum, item) => sum + countedSize(item.document), 0) > maxInline) {
          throw limitExceeded(`Maximum policy size of ${maxInline} bytes exceeded for ${kind} ${principal.name}`);
        }
        storePrincipal(call, { ...principal, inline });
        return undefined;
      },
    },
    {
      name: `Get${title}Policy`,
      rules: [nameRule, policyName],
      handle: (call) => {
        const principal = authorizedPrincipal(call, kind, `Get${title}Policy`);
        const policy = inlinePolicy(principal, call.parameters.need('PolicyName'));
        return {
          [`${title}Name`]: principal.name,
          PolicyName: policy.name,
          PolicyDocument: encodedDocument(policy.document),
        };
      },
    },
    {
      name: `Delete${title}Policy`,
      rules: [nameRule, policyName],
      handle: (call) => {
        const principal = authorizedPrincipal(call, kind, `Delete${title}Policy`);
        const policy = inlinePolicy(principal, call.parameters.need('PolicyName'));
        storePrincipal(call, { ...principal, inline: principal.inline.filter((candidate) => candidate !== policy) });
        return undefined;
      },
    },
    {
      name: `List${title}Policies`,
      rules: [nameRule, ...paging],
      handle: (call) => {
        const principal = authorizedPrincipal(call, kind, `List${title}Policies`);
        const names = principal.inline.map((policy) => policy.name).sort();
        return pageOf(call, 'PolicyNames', names, (name) => name);
      },
    },
  ];
}

/** Changes of permissions may be tied to the boundary of who gets them. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html */
function boundaryContext(call: QueryCall, kind: 'role' | 'user') {
  const account = call.world.store.accounts.get(call.caller.account);
  const name = call.parameters.get(kind === 'role' ? 'RoleName' : 'UserName') ?? '';
  const boundary = (kind === 'role' ? account?.roles.get(name) : account?.users.get(name))?.boundary;
  return boundary === undefined ? {} : { 'iam:PermissionsBoundary': boundary };
}

function attachmentOperations({ kind, title, nameRule, maxAttached }: Kind): readonly QueryOperation[] {
  const policyContext = (call: QueryCall) => ({
    'iam:PolicyARN': call.parameters.need('PolicyArn'),
    ...boundaryContext(call, kind),
  });
  return [
    {
      name: `Attach${title}Policy`,
      rules: [nameRule, arn('PolicyArn')],
      handle: (call) => {
        const principal = authorizedPrincipal(call, kind, `Attach${title}Policy`, policyContext(call));
        const policy = attachablePolicy(call, call.parameters.need('PolicyArn'));
        if (principal.attached.includes(policy.arn)) return undefined;
        if (principal.attached.length >= maxAttached) {
          throw limitExceeded(`Cannot exceed quota for PoliciesPer${title}: ${maxAttached}`);
        }
        storePrincipal(call, { ...principal, attached: [...principal.attached, policy.arn] });
        return undefined;
      },
    },
    {
      name: `Detach${title}Policy`,
      rules: [nameRule, arn('PolicyArn')],
      handle: (call) => {
        const principal = authorizedPrincipal(call, kind, `Detach${title}Policy`, policyContext(call));
        const policy = call.parameters.need('PolicyArn');
        if (!principal.attached.includes(policy)) throw noSuchEntity(`Policy ${policy} was not found.`);
        storePrincipal(call, {
          ...principal,
          attached: principal.attached.filter((candidate) => candidate !== policy),
        });
        return undefined;
      },
    },
    {
      name: `ListAttached${title}Policies`,
      rules: [nameRule, pathPrefix, ...paging],
      handle: (call) => {
        const principal = authorizedPrincipal(call, kind, `ListAttached${title}Policies`);
        const prefix = call.parameters.get('PathPrefix') ?? '/';
        const policies = principal.attached
          .map((policy) => call.world.store.policy(call.caller.account, policy))
          .filter((policy) => policy !== undefined)
          .filter((policy) => policy.path.startsWith(prefix));
        return pageOf(call, 'AttachedPolicies', policies, (policy) => ({
          PolicyName: policy.name,
          PolicyArn: policy.arn,
        }));
      },
    },
  ];
}

function boundaryOperations({ kind, title, nameRule }: Kind): readonly QueryOperation[] {
  return [
    {
      name: `Put${title}PermissionsBoundary`,
      rules: [nameRule, arn('PermissionsBoundary')],
      handle: (call) => {
        const boundary = call.parameters.need('PermissionsBoundary');
        const principal = authorizedPrincipal(call, kind, `Put${title}PermissionsBoundary`, {
          'iam:PermissionsBoundary': boundary,
        });
        attachablePolicy(call, boundary);
        storePrincipal(call, { ...principal, boundary });
        return undefined;
      },
    },
    {
      name: `Delete${title}PermissionsBoundary`,
      rules: [nameRule],
      handle: (call) => {
        const principal = authorizedPrincipal(
          call,
          kind,
          `Delete${title}PermissionsBoundary`,
          boundaryContext(call, kind),
        );
        if (principal.kind === 'role') storePrincipal(call, without(principal, 'boundary'));
        else storePrincipal(call, without(principal, 'boundary'));
        return undefined;
      },
    },
  ];
}

/** Inline policies, attached policies and boundaries of roles and users. */
export const principalPolicyOperations: readonly QueryOperation[] = [ROLE, USER].flatMap((kind) => [
  ...inlineOperations(kind),
  ...attachmentOperations(kind),
  ...boundaryOperations(kind),
]);
