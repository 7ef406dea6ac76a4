import { defineRule } from '../define-rule.ts';
import { concernsChannelMix, isAssumeRole } from '../facts/channelmix.ts';
import { limitedTrust } from '../facts/example-text.ts';
import { needsKey } from '../facts/operators.ts';

export const shortSession = defineRule({
  id: 'short-session',
  severity: 'error',
  audience: 'channelmix',
  kinds: ['trust'],
  docs: 'https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html',
  title: 'The trust policy does not try to shorten the session',
  why: 'ChannelMix’s sessions last the hour that AssumeRole gives by default. A trust policy cannot make them shorter: a call of AssumeRole has no key sts:DurationSeconds (only requests for bearer and web identity tokens have), so a statement that allows under this condition never applies. The longest session is a setting of the role, from one hour up.',
  messages: {
    never:
      'A call of AssumeRole has no key sts:DurationSeconds, so this statement never lets ChannelMix in: remove the condition. The length of sessions is a setting of the role, one hour at least.',
    nothing:
      'A call of AssumeRole has no key sts:DurationSeconds: this statement does not limit sessions. Their length is a setting of the role, one hour at least.',
  },
  *check(context) {
    for (const statement of context.statements) {
      if (!concernsChannelMix(statement) || !isAssumeRole(context, statement)) continue;
      for (const one of statement.conditions) {
        if (one.key.value.toLowerCase() !== 'sts:durationseconds') continue;
        if (statement.effect === 'Allow' && needsKey(one)) yield { node: one.member, message: 'never' };
        else yield { node: one.member, message: 'nothing', severity: 'warning' };
      }
    }
  },
  examples: {
    bad: [{ text: limitedTrust('"NumericLessThanEquals": {"sts:DurationSeconds": "900"}'), kind: 'trust' }],
    good: [{ text: limitedTrust(), kind: 'trust' }],
  },
});
