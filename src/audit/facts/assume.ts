import type { CheckVerdict } from '../../diagnose/index.ts';
import { principalPolicies } from '../../diagnose/standing.ts';
import { decideBounded } from '../../evaluate/index.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { untold, untoldBucket } from '../sources/untold.ts';
import type { AuditContext } from '../types.ts';
import { expectedBuckets } from './needs.ts';
import { standingOf } from './standing.ts';
import { accountOf, conditionsOf, principalsOf, type Stated, statementsOf } from './statements.ts';

/** Whether ChannelMix can assume the role; `undefined` for a user, who is none. */
export function assumption(context: AuditContext): CheckVerdict | undefined {
  const { principal } = context.documents;
  if (principal.kind === 'user') return undefined;
  const [bucket = untoldBucket('none', untold('no bucket was named'))] = expectedBuckets(context);
  return context.once(assumption, () => context.judge([{ action: 'sts:AssumeRole', resource: principal.arn }], bucket));
}

/** The statements of the trust policy that are about ChannelMix, or about everybody. */
export function statementsForChannelMix({ documents }: AuditContext): readonly Stated[] {
  const { trust } = documents.principal;
  if (trust.state !== 'read') return [];
  return statementsOf(trust.value).filter(({ statement }) =>
    principalsOf(statement).some(({ type, value }) => type === '*' || accountOf(value) === CHANNELMIX_ACCOUNT_ID),
  );
}

/** Context keys in the conditions of the statements that allow ChannelMix, in lower case. */
export function demandedKeys(context: AuditContext): readonly string[] {
  return statementsForChannelMix(context)
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ statement }) => conditionsOf(statement).map(({ key }) => key));
}

/** Whether the principal cannot assume a role of its account that lets it in: a Deny of its own policies, its boundary or an SCP is in the way. */
export function isKeptFrom(context: AuditContext, role: string): boolean {
  const { documents } = context;
  const { principal } = documents;
  const { knownFor, ...who } = standingOf(context, principal.account);
  const Statement = { Effect: 'Allow', Principal: { AWS: principal.arn }, Action: 'sts:AssumeRole' };
  const { decision } = decideBounded(
    {
      ...who,
      action: 'sts:AssumeRole',
      resource: role,
      resourceAccount: principal.account,
    },
    {
      ...principalPolicies(documents).sources,
      resource: { kind: 'trust', name: 'trust policy', document: { Statement } },
    },
    { isKnown: knownFor('sts:AssumeRole') },
  );
  return decision === 'deny';
}
