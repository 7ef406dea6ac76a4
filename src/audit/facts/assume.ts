import type { CheckVerdict } from '../../diagnose/index.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { untold, untoldBucket } from '../sources/untold.ts';
import type { AuditContext } from '../types.ts';
import { expectedBuckets } from './needs.ts';
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
