import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { defineRule } from '../define-rule.ts';
import { statementActions } from '../facts/actions.ts';
import { channelMixIn, isAboutMfa, isAssumeRole, NEEDED } from '../facts/channelmix.ts';
import { access, policy } from '../facts/example-text.ts';
import { hasUnknownValue, isNegated, valueTexts } from '../facts/operators.ts';
import { userGuide } from '../facts/pages.ts';
import { takesOf } from '../facts/resources.ts';
import type { ConditionView, RuleContext, StatementView } from '../types.ts';

type Verdict = 'holds' | 'never' | 'unsure';

/** Keys that no request of ChannelMix has: it comes over the internet, not through the client's network. */
const ABSENT =
  /^aws:(sourcevpc|sourcevpce|sourcevpcarn|vpcsourceip|vpceaccount|vpceorgid|vpceorgpaths|sourcearn|sourceaccount)$/;

function bool(one: ConditionView, actual: boolean): Verdict {
  return valueTexts(one).some((text) => text.toLowerCase() === String(actual)) ? 'holds' : 'never';
}

/** Whether a condition holds for ChannelMix's requests. */
function verdict(context: RuleContext, one: ConditionView): Verdict {
  const key = one.key.value.toLowerCase();
  const values = valueTexts(one);
  // Rules of their own.
  if (isAboutMfa(one) || key === 'sts:externalid' || key === 'sts:durationseconds') return 'never';
  if (hasUnknownValue(one)) return 'unsure';
  if (ABSENT.test(key)) {
    if (one.base === 'Null') return values.some((text) => text.toLowerCase() === 'true') ? 'holds' : 'never';
    return isNegated(one) || one.ifExists || one.qualifier === 'ForAllValues' ? 'holds' : 'never';
  }
  if (key === 'aws:securetransport' && one.base === 'Bool') return bool(one, true);
  if (key === 'aws:principalisawsservice' || key === 'aws:viaawsservice') return bool(one, false);
  if (key === 's3:tlsversion' && /LessThan/.test(one.base))
    return values.every((text) => Number(text) <= 1.2) ? 'never' : 'unsure';
  if (context.kind === 'trust' && (key === 'aws:principalaccount' || key === 'aws:principalarn')) {
    const names = values.some((text) => text.includes(CHANNELMIX_ACCOUNT_ID) || text === '*');
    return names === isNegated(one) ? 'never' : names && key === 'aws:principalarn' ? 'unsure' : 'holds';
  }
  // The role that is excepted goes by ChannelMix's name.
  if (key === 'aws:principalarn' && isNegated(one) && values.some((text) => /channelmix/i.test(text))) return 'never';
  return 'unsure';
}

/** Whether the statement is about ChannelMix: its role has a name that the document does not say. */
function reach(context: RuleContext, statement: StatementView): Verdict {
  if (context.kind === 'identity') return 'holds';
  const verdicts = statement.principals.flatMap(({ negated, entries }) => {
    if (negated)
      return [entries.some((entry) => channelMixIn(entry) === 'account') ? ('never' as const) : ('unsure' as const)];
    return entries.map((entry): Verdict => {
      const { value } = entry.value;
      if (value === '*') return 'holds';
      if (context.kind === 'trust') return channelMixIn(entry) === undefined ? 'never' : 'holds';
      if (/channelmix/i.test(value)) return 'holds';
      return /^\d{12}$|:root$/.test(value) && entry.type === 'AWS' ? 'unsure' : 'never';
    });
  });
  return verdicts.includes('holds') ? 'holds' : verdicts.includes('unsure') ? 'unsure' : 'never';
}

/** The actions that ChannelMix needs and the statement denies. */
function denied(context: RuleContext, statement: StatementView): readonly string[] {
  if (context.kind === 'trust') return isAssumeRole(context, statement) ? ['sts:AssumeRole'] : [];
  const actions = statementActions(context, statement);
  const takes = takesOf(context, statement) ?? (() => statement.resources.length > 0);
  return NEEDED.filter((facts) => actions.includes(facts) && takes(facts)).map(({ action }) => action);
}

export const denyBlocksChannelmix = defineRule({
  id: 'deny-blocks-channelmix',
  severity: 'error',
  audience: 'channelmix',
  docs: userGuide('reference_policies_evaluation-logic_policy-eval-denyallow.html'),
  title: 'No Deny stands in ChannelMix’s way',
  why: 'A Deny beats every Allow. Perimeter statements (only from our VPC, only from our addresses, only our organization) are right for people and wrong for a service that comes over the internet: except ChannelMix’s role from them by aws:PrincipalArn.',
  messages: {
    always:
      'This statement always denies ChannelMix {actions}: except its role, for example with ArnNotLike on aws:PrincipalArn.',
    maybe: 'This statement may deny ChannelMix {actions}, by {keys}: see that its role is excepted.',
  },
  *check(context) {
    for (const statement of context.statements) {
      if (statement.effect !== 'Deny') continue;
      const actions = denied(context, statement);
      if (actions.length === 0) continue;
      const verdicts = statement.conditions.map((one) => ({ one, result: verdict(context, one) }));
      const all = [reach(context, statement), ...verdicts.map(({ result }) => result)];
      if (all.includes('never')) continue;
      const unsure = verdicts.filter(({ result }) => result === 'unsure').map(({ one }) => one.key.value);
      const keys = unsure.length > 0 ? unsure.join(', ') : 'whom it names';
      const data = { actions: actions.join(', '), keys };
      yield all.includes('unsure')
        ? { node: statement.node, message: 'maybe', data, severity: 'warning' }
        : { node: statement.node, message: 'always', data };
    }
  },
  examples: {
    bad: [
      {
        text: policy(
          '{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::acme-reports", "arn:aws:s3:::acme-reports/*"], "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f6a7b8"}}}',
        ),
        kind: 'bucket',
      },
      {
        text: policy(
          '{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::acme-reports", "arn:aws:s3:::acme-reports/*"], "Condition": {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}',
        ),
        kind: 'bucket',
      },
      {
        text: access('{"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::acme-reports/*"}'),
        kind: 'identity',
      },
    ],
    good: [
      {
        text: policy(
          '{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["arn:aws:s3:::acme-reports", "arn:aws:s3:::acme-reports/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}',
        ),
        kind: 'bucket',
      },
      {
        text: access('{"Effect": "Deny", "Action": "s3:PutBucketPolicy", "Resource": "*"}'),
        kind: 'identity',
      },
    ],
  },
});
