import { SCANNER_SUPPRESSIONS } from '../../model/scanner-suppressions.ts';
import { defineRule } from '../define-rule.ts';
import { channelMixIn, trustStatements } from '../facts/channelmix.ts';
import { limitedTrust, trust } from '../facts/example-text.ts';
import { needsKey } from '../facts/operators.ts';
import { userGuide } from '../facts/pages.ts';

const LIMITING = new Set(['aws:principalarn', 'sts:externalid', 'aws:userid']);

/** One line a scanner. */
function suppressions(): string {
  const lines = SCANNER_SUPPRESSIONS.map(({ scanner, about, forms }) => {
    const texts = forms.map(({ where, text, place }) => `${where}: \`${text}\` ${place}`);
    return `- ${scanner} (${about}). ${texts.join('; ')}.`;
  });
  return lines.join('\n');
}

export const confusedDeputy = defineRule({
  id: 'confused-deputy',
  severity: 'suggestion',
  audience: 'channelmix',
  kinds: ['trust'],
  docs: userGuide('confused-deputy.html'),
  title: 'The role is hard to reach by way of somebody else’s connection',
  why: `Another customer of ChannelMix who knows the ARN of your role could enter it as their own: an external ID would prevent it, and ChannelMix supports none. What is left: a role name that cannot be guessed (the kit’s \`uniqueName\`), the ARN told to nobody, and a condition on aws:PrincipalArn that takes only roles of ChannelMix’s account.

Scanners flag every role without external ID. Ready suppressions, with the reason beside them:

${suppressions()}`,
  messages: {
    open: 'ChannelMix supports no external ID: give the role a name that cannot be guessed, and limit the trust by aws:PrincipalArn. Scanners (KICS, Checkov, Datadog) will flag it; ready suppressions are on the page of this rule.',
  },
  *check(context) {
    for (const { principals, conditions } of trustStatements(context)) {
      const entry = principals.flatMap(({ entries }) => entries).find((one) => channelMixIn(one) === 'account');
      if (entry === undefined) continue;
      if (conditions.some((one) => LIMITING.has(one.key.value.toLowerCase()) && needsKey(one))) continue;
      yield { node: entry.value, message: 'open' };
    }
  },
  examples: {
    bad: [{ text: trust(), kind: 'trust' }],
    good: [{ text: limitedTrust(), kind: 'trust' }],
  },
});
