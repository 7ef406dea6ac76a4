import { defineRule } from '../define-rule.ts';
import { concernsChannelMix, trustStatements } from '../facts/channelmix.ts';
import { limitedTrust } from '../facts/example-text.ts';
import { valueTexts } from '../facts/operators.ts';
import { userGuide } from '../facts/pages.ts';
import type { ConditionView } from '../types.ts';

/** What AssumeRole gives when the caller asks for nothing else. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const SECONDS = 3600;

function compared(one: ConditionView, operators: RegExp): readonly number[] {
  if (one.key.value.toLowerCase() !== 'sts:durationseconds' || !operators.test(one.base)) return [];
  return valueTexts(one).map(Number);
}

export const shortSession = defineRule({
  id: 'short-session',
  severity: 'warning',
  audience: 'channelmix',
  kinds: ['trust'],
  docs: userGuide('reference_policies_iam-condition-keys.html#condition-keys-sts'),
  title: 'A session of an hour is allowed',
  why: 'ChannelMix’s sessions last the hour that AssumeRole gives by default. A trust policy that takes only shorter ones refuses it, or cuts long uploads off.',
  messages: {
    short: 'Sessions are limited to {seconds} s; ChannelMix asks for the default of 3,600 s.',
  },
  *check(context) {
    for (const { conditions } of trustStatements(context)) {
      for (const one of conditions) {
        const limits = compared(one, /^Numeric(LessThan|LessThanEquals|Equals)$/);
        const most = Math.max(...limits.map((limit) => (one.base === 'NumericLessThan' ? limit - 1 : limit)));
        if (limits.length > 0 && most < SECONDS) yield { node: one.member, message: 'short', data: { seconds: most } };
      }
    }
    for (const statement of context.statements) {
      if (statement.effect !== 'Deny' || !concernsChannelMix(statement)) continue;
      for (const one of statement.conditions) {
        const limits = compared(one, /^Numeric(GreaterThan|GreaterThanEquals)$/);
        const least = Math.min(...limits.map((limit) => (one.base === 'NumericGreaterThan' ? limit : limit - 1)));
        if (limits.length > 0 && least < SECONDS)
          yield { node: one.member, message: 'short', data: { seconds: least } };
      }
    }
  },
  examples: {
    bad: [{ text: limitedTrust('"NumericLessThanEquals": {"sts:DurationSeconds": "900"}'), kind: 'trust' }],
    good: [{ text: limitedTrust('"NumericLessThanEquals": {"sts:DurationSeconds": "3600"}'), kind: 'trust' }],
  },
});
