import { nameOf, parseArn } from '../model/arn.ts';
import type { OtherWay } from '../model/audit-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';
import type { RequestContext } from '../model/decision.ts';
import { isJsonObject, type JsonValue } from '../model/policy.ts';
import { decideBounded } from './bounded.ts';
import { statementsOf } from './matrix/bounds.ts';
import type { PolicySource } from './matrix/unread.ts';
import { readPrincipals } from './principals.ts';

/** Whether some statement of a trust policy lets the account of ChannelMix, or somebody in it, in; one for everyone names nobody. */
export function trustsChannelMix(document: JsonValue): boolean {
  return (statementsOf(document) ?? []).some((statement) => {
    if (!isJsonObject(statement) || statement.Effect !== 'Allow' || statement.Principal === undefined) return false;
    const { accounts, names } = readPrincipals('Principal', statement.Principal).list;
    return [...accounts, ...names].some((one) => one.split(':').includes(CHANNELMIX_ACCOUNT_ID));
  });
}

/** Whether a role or user is called like one that was made for ChannelMix. */
export function isNamedForChannelMix(name: string): boolean {
  return /channel[-_. ]?mix/i.test(name);
}

/** How ChannelMix gets into a role: which way, and whether that depends on what is not known of it. */
export type WayIn = Pick<OtherWay, 'because' | 'open'>;

/** A role, with its trust policy. */
export interface TrustingRole {
  readonly arn: string;
  readonly trust: JsonValue;
}

/**
 * How ChannelMix gets into another role, by what its trust policy says: from its own account, or by way of the role or user that it has. Of two
 * ways the one that is certain, else the direct one. `undefined`: by neither.
 *
 * @param principal ARN of the role or user that ChannelMix has
 */
export function wayInto(role: TrustingRole, principal: string): WayIn | undefined {
  const direct = fromOwnAccount(role);
  const chained = byWayOf(role, principal);
  const isChain = direct === 'deny' || (direct === 'open' && chained === 'allow');
  const decision = isChain ? chained : direct;
  if (decision === 'deny') return undefined;
  const because = isChain ? 'chained' : namesChannelMix(role.trust) ? 'trusted' : 'everyone';
  return { because, ...(decision === 'open' ? { open: true } : {}) };
}

/** Whether an Allow has the number of ChannelMix's account, be it in a condition. */
function namesChannelMix(trust: JsonValue): boolean {
  return (statementsOf(trust) ?? []).some(
    (statement) =>
      isJsonObject(statement) &&
      statement.Effect === 'Allow' &&
      JSON.stringify(statement).includes(CHANNELMIX_ACCOUNT_ID),
  );
}

type Answer = 'allow' | 'deny' | 'open';

/** Keys that say the same of every such call: over TLS, and by no service of AWS. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html */
const OF_THE_CALL: RequestContext = { 'aws:SecureTransport': 'true', 'aws:ViaAWSService': 'false' };
const KNOWN: readonly string[] = [
  'aws:securetransport',
  'aws:viaawsservice',
  'aws:principalaccount',
  'aws:principalisawsservice',
  'aws:sourcearn',
  'aws:sourceaccount',
];

/** ChannelMix is in none of its clients' organizations; one that a policy names beside its account may be its own. */
const OF_ORGANIZATION: readonly string[] = ['aws:principalorgid', 'aws:principalorgpaths'];

/** What ChannelMix's own account allows is its own affair. */
const OWN_POLICIES: PolicySource = {
  name: "ChannelMix's own policies",
  document: { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' } },
};

function fromOwnAccount(role: TrustingRole): Answer {
  const account = `arn:${parseArn(role.arn)?.partition ?? 'aws'}:iam::${CHANNELMIX_ACCOUNT_ID}`;
  const known = [...KNOWN, ...(namesChannelMix(role.trust) ? [] : OF_ORGANIZATION)];
  return assume(role, `${account}:root`, { 'aws:PrincipalArn': `${account}:*` }, known, [OWN_POLICIES]);
}

/**
 * Where both are of one account, a trust policy that names the role or user is enough, whatever its own policies do not say.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html
 */
function byWayOf(role: TrustingRole, principal: string): Answer {
  const { partition = 'aws', account = '', resource = '' } = parseArn(principal) ?? {};
  if (account !== parseArn(role.arn)?.account) return 'deny';
  const isUser = resource.startsWith('user/');
  const caller = isUser ? principal : `arn:${partition}:sts::${account}:assumed-role/${nameOf(principal)}/*`;
  const known = [...KNOWN, 'aws:principalarn', 'aws:principaltype', 'aws:username'];
  const ofSession = isUser ? {} : { 'aws:MultiFactorAuthPresent': 'false' };
  const context = { 'aws:PrincipalArn': principal, ...ofSession };
  return assume(role, caller, context, isUser ? known : [...known, 'aws:multifactorauthpresent'], []);
}

function assume(
  { arn, trust }: TrustingRole,
  principal: string,
  context: RequestContext,
  known: readonly string[],
  identity: readonly PolicySource[],
): Answer {
  return decideBounded(
    {
      principal,
      action: 'sts:AssumeRole',
      resource: arn,
      resourceAccount: parseArn(arn)?.account ?? '',
      context: { ...OF_THE_CALL, ...context },
    },
    { identity, resource: { name: 'trust policy', document: trust, kind: 'trust' } },
    { isKnown: (key) => known.includes(key), isSomebody: principal.endsWith(':root') },
  ).decision;
}
