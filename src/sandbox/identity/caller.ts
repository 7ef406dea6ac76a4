import type { CompiledPolicy } from '../../evaluate/types.ts';
import type { RequestContext } from '../../model/decision.ts';
import type { PolicyKind } from '../../model/policy.ts';
import type { Caller } from '../contract.ts';
import { compiledRecord, compileText } from './compiled.ts';
import type { Identity } from './credentials.ts';
import type { OrganizationView } from './organization.ts';
import type { Session } from './session.ts';
import { defaultVersion, type IdentityStore, type Role, type User } from './store.ts';
import type { Propagation } from './table.ts';

/** A caller that signed nothing. */
export const ANONYMOUS: Caller = {
  kind: 'anonymous',
  account: 'anonymous',
  arn: '*',
  userId: 'anonymous',
  context: { 'aws:PrincipalAccount': 'anonymous', 'aws:PrincipalType': 'Anonymous', 'aws:userid': 'anonymous' },
  identity: [],
};

const DENY_ALL = '{"Version":"2012-10-17","Statement":[]}';

/** Role, session and user ARNs: the session's holds neither path nor id of the role. */
export function sessionArn(account: string, roleName: string, sessionName: string): string {
  return `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}`;
}

/**
 * Makes callers of identities, with the policies that bind them as authorization sees them. A caller is kept until IAM or the
 * organization changes. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
export function createCallers(
  store: IdentityStore,
  organization: OrganizationView,
  propagation: Propagation,
): (identity: Identity) => Caller {
  let cache = new WeakMap<Identity, Caller>();
  let byUser = new Map<string, Caller>();
  let stamp = '';
  return (identity) => {
    const current = `${propagation.generation()}/${organization.generation()}`;
    if (current !== stamp) {
      cache = new WeakMap();
      byUser = new Map();
      stamp = current;
    }
    // Identities of sessions live as long as their token is known; those of keys are made for each request.
    const name = identity.session === undefined ? keyOf(identity) : undefined;
    const known = name === undefined ? cache.get(identity) : byUser.get(name);
    if (known !== undefined) return known;
    const caller = makeCaller(store, organization, identity);
    if (name === undefined) cache.set(identity, caller);
    else byUser.set(name, caller);
    return caller;
  };
}

function keyOf(identity: Identity): string {
  return identity.kind === 'user' ? identity.userId : identity.account;
}

function makeCaller(store: IdentityStore, organization: OrganizationView, identity: Identity): Caller {
  const { account } = identity;
  const scps = organization.scps(account);
  const organizationId = organization.idOf(account);
  const common = {
    account,
    ...(scps === undefined ? {} : { scps }),
  };
  const base: RequestContext = {
    'aws:PrincipalAccount': account,
    'aws:PrincipalIsAWSService': 'false',
    ...(organizationId === undefined
      ? {}
      : {
          'aws:PrincipalOrgID': organizationId,
          'aws:PrincipalOrgPaths': [organization.pathOf(account) ?? ''],
        }),
  };
  if (identity.kind === 'root') {
    const arn = `arn:aws:iam::${account}:root`;
    const context = {
      ...base,
      'aws:PrincipalArn': arn,
      'aws:PrincipalType': 'Account',
      'aws:userid': account,
      ...sessionContext(identity.session),
    };
    return { ...common, kind: 'root', arn, userId: account, context, identity: [] };
  }
  if (identity.kind === 'user') return { ...common, ...userCaller(store, identity, base) };
  return { ...common, ...roleCaller(store, identity, base) };
}

type Own = Omit<Caller, 'account' | 'scps'>;

function userCaller(store: IdentityStore, identity: Identity & { kind: 'user' }, base: RequestContext): Own {
  const { account, userName, userId } = identity;
  const seen = store.accounts.get(account)?.users.seen(userName);
  // The user may be gone, or another of the same name: the credentials then carry no permission at all.
  const user = seen?.id === userId ? seen : undefined;
  const arn = user?.arn ?? `arn:aws:iam::${account}:user/${userName}`;
  const boundary = user === undefined ? undefined : boundaryOf(store, user);
  return {
    kind: 'user',
    arn,
    userId,
    context: {
      ...base,
      'aws:PrincipalArn': arn,
      'aws:PrincipalType': 'User',
      'aws:userid': userId,
      'aws:username': userName,
      ...tagContext(user?.tags ?? {}),
      ...sessionContext(identity.session),
    },
    identity: user === undefined ? [] : identityPolicies(store, user),
    ...(boundary === undefined ? {} : { boundary }),
  };
}

function roleCaller(store: IdentityStore, identity: Identity & { kind: 'role' }, base: RequestContext): Own {
  const { account, session } = identity;
  const { principal } = session;
  const seen = store.accounts.get(account)?.roles.seen(principal.roleName);
  const role = seen?.id === principal.roleId ? seen : undefined;
  const boundary = role === undefined ? undefined : boundaryOf(store, role);
  const sessionPolicies = sessionPoliciesOf(store, account, principal);
  const userId = `${principal.roleId}:${principal.sessionName}`;
  return {
    kind: 'role-session',
    arn: sessionArn(account, principal.roleName, principal.sessionName),
    userId,
    context: {
      ...base,
      'aws:PrincipalArn': principal.roleArn,
      'aws:PrincipalType': 'AssumedRole',
      'aws:userid': userId,
      // A session tag of the same key takes the place of the role's.
      ...tagContext({ ...role?.tags, ...principal.tags }),
      ...(principal.sourceIdentity === undefined ? {} : { 'aws:SourceIdentity': principal.sourceIdentity }),
      ...sessionContext(session),
    },
    identity: role === undefined ? [] : identityPolicies(store, role),
    ...(boundary === undefined ? {} : { boundary }),
    ...(sessionPolicies === undefined ? {} : { session: sessionPolicies }),
  };
}

function sessionContext(session: Session | undefined): RequestContext {
  if (session === undefined) return {};
  return {
    'aws:TokenIssueTime': new Date(session.issuedAt).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    'aws:MultiFactorAuthPresent': String(session.mfa),
    ...(session.mfa ? { 'aws:MultiFactorAuthAge': '0' } : {}),
  };
}

function tagContext(tags: Readonly<Record<string, string>>): RequestContext {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]));
}

/** The identity policies of a role or user: inline ones by name, managed ones by ARN. */
function identityPolicies(store: IdentityStore, principal: Role | User): readonly CompiledPolicy[] {
  const inline = principal.inline.map((policy) => compiledRecord(policy, policy.name, 'identity'));
  return [
    ...inline,
    ...principal.attached.flatMap((arn) => managedPolicy(store, principal.account, arn, 'identity') ?? []),
  ];
}

function managedPolicy(
  store: IdentityStore,
  account: string,
  arn: string,
  kind: PolicyKind,
): CompiledPolicy | undefined {
  const policy = store.policySeen(account, arn);
  const version = policy === undefined ? undefined : defaultVersion(policy);
  return version === undefined ? undefined : compiledRecord(version, arn, kind);
}

/** The boundary of a role or user. One that has not propagated, or is gone, lets nothing pass. */
export function boundaryOf(store: IdentityStore, principal: Role | User): CompiledPolicy | undefined {
  if (principal.boundary === undefined) return undefined;
  return (
    managedPolicy(store, principal.account, principal.boundary, 'boundary') ??
    compileText(DENY_ALL, principal.boundary, 'boundary')
  );
}

function sessionPoliciesOf(
  store: IdentityStore,
  account: string,
  principal: Session['principal'] & { kind: 'role' },
): readonly CompiledPolicy[] | undefined {
  const { policies, policyArns } = principal;
  if (policies === undefined && policyArns === undefined) return undefined;
  return [
    ...(policies ?? []).map((document, index) => compileText(document, `session-policy-${index}`, 'session')),
    ...(policyArns ?? []).flatMap((arn) => managedPolicy(store, account, arn, 'session') ?? []),
  ];
}
