import { placeText, type RequestVerdict } from '../../diagnose/index.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { defineRule } from '../define-rule.ts';
import { assumption, demandedKeys, statementsForChannelMix } from '../facts/assume.ts';
import { conditionText, principalsOf, statementsOf } from '../facts/statements.ts';
import { blindTo, capital, listed } from '../facts/words.ts';
import type { AuditContext, AuditHit } from '../types.ts';

type Message =
  | 'gone'
  | 'externalId'
  | 'mfa'
  | 'expired'
  | 'condition'
  | 'denied'
  | 'deniedIf'
  | 'organization'
  | 'stranger';

const PRINT = '"channelmix-s3 policy trust" prints the statement that is needed.';

export const cannotAssume = defineRule<Message>({
  id: 'cannot-assume',
  question: 'needs',
  severity: 'error',
  title: 'ChannelMix can assume the role',
  why: 'Without it nothing else works. ChannelMix calls sts:AssumeRole from account 031871504755, without an external ID and without MFA, both of which it does not support; STS answers AccessDenied for every cause alike.',
  docs: userGuide('troubleshoot_roles.html'),
  messages: {
    gone: {
      message: 'There is no role {role}: {said}.',
      fix: 'Make the role again by the grant (channelmix-s3 generate), or correct its ARN in ChannelMix’s form.',
    },
    externalId: {
      message: '{place} demands an external ID ({condition}), which ChannelMix does not send.',
      fix: `Take the condition on sts:ExternalId out of it. ${PRINT}`,
    },
    mfa: {
      message: '{place} demands MFA ({condition}), which ChannelMix does not have.',
      fix: `Take the condition on MFA out of it. ${PRINT}`,
    },
    expired: {
      message: '{place} let ChannelMix in for a time that is over ({condition}).',
      fix: `Put a later date into it if the access is still wanted, or take the condition out. ${PRINT}`,
    },
    condition: {
      message: '{place} would let ChannelMix in but for its condition: {condition}.',
      fix: `Take out the conditions that ChannelMix’s call from account ${CHANNELMIX_ACCOUNT_ID} does not meet. ${PRINT}`,
    },
    denied: {
      message: '{place} denies ChannelMix sts:AssumeRole.',
      fix: `Except account ${CHANNELMIX_ACCOUNT_ID} from it, or take it out: an Allow cannot outweigh it.`,
    },
    deniedIf: {
      message: '{place} denies ChannelMix sts:AssumeRole, since {condition} holds for it.',
      fix: `Except account ${CHANNELMIX_ACCOUNT_ID} from it, or take it out: an Allow cannot outweigh it.`,
    },
    organization: {
      message: 'A resource control policy of the organization refuses ChannelMix sts:AssumeRole. {place} denies it.',
      fix: `The administrator of the organization must except ChannelMix’s account ${CHANNELMIX_ACCOUNT_ID} from it.`,
    },
    stranger: {
      message: `The trust policy does not let account ${CHANNELMIX_ACCOUNT_ID} in: it names {names}.`,
      fix: `Make it trust ChannelMix: ${PRINT}`,
    },
  },
  *check(context) {
    const { principal } = context.documents;
    const verdict = assumption(context)?.decisive;
    if (verdict === undefined) return;
    if (verdict.result !== 'deny') {
      yield* blindTo(principal.trust);
      return;
    }
    yield { about: principal.arn, key: 'assume', ...explain(context, verdict) };
  },
});

function explain(
  context: AuditContext,
  verdict: RequestVerdict,
): Pick<AuditHit<Message>, 'message' | 'data' | 'statement'> {
  const { trust, name } = context.documents.principal;
  if (verdict.layer === 'not-found') {
    return { message: 'gone', data: { role: name, said: trust.state === 'unreadable' ? trust.why.said : '' } };
  }
  const { decision, nearMisses } = verdict.decision?.explanation ?? { decision: undefined, nearMisses: [] };
  const own = statementsForChannelMix(context);
  if (decision?.decision === 'explicitDeny' && decision.statement !== undefined) {
    const { statement } = decision;
    const place = capital(placeText(statement));
    if (verdict.layer === 'rcp') return { message: 'organization', data: { place }, statement };
    const denying = own.find(({ ref }) => ref.index === statement.index);
    const condition = denying === undefined ? '' : conditionText(denying.statement);
    return { message: condition === '' ? 'denied' : 'deniedIf', data: { place, condition }, statement };
  }
  const near = nearMisses.find(({ layer, reason }) => layer === 'trust' && reason === 'condition');
  const allowing = own.filter(({ effect }) => effect === 'Allow');
  const stated =
    allowing.find(({ ref }) => ref.index === near?.statement.index) ??
    allowing.find(({ statement }) => statement.Condition !== undefined);
  if (stated === undefined) return { message: 'stranger', data: { names: namesIn(context) } };
  const message = causeOf(near?.detail.split(' ').at(-1)?.toLowerCase(), demandedKeys(context));
  return {
    message,
    data: { place: capital(placeText(stated.ref)), condition: conditionText(stated.statement) },
    statement: stated.ref,
  };
}

/** What the statement demands: the one key that does not fit, else the first that ChannelMix never has. */
function causeOf(missed: string | undefined, demanded: readonly string[]): Message {
  const keys = missed === undefined ? demanded : [missed];
  if (keys.includes('sts:externalid')) return 'externalId';
  if (keys.some((key) => key.startsWith('aws:multifactorauth'))) return 'mfa';
  return keys.includes('aws:currenttime') || keys.includes('aws:epochtime') ? 'expired' : 'condition';
}

function namesIn({ documents }: AuditContext): string {
  const { trust } = documents.principal;
  const statements = trust.state === 'read' ? statementsOf(trust.value) : [];
  const names = statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ statement }) => principalsOf(statement));
  return names.length === 0 ? 'nobody' : listed(names.map(({ value }) => value));
}
