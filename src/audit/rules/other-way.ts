import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { blindToAny } from '../facts/words.ts';

export const otherWay = defineRule({
  id: 'other-way',
  question: 'who-else',
  severity: 'warning',
  title: 'ChannelMix has one way into the account',
  why: 'A second role or a user with a key is access that nobody looks at: what this audit says of one holds for that one only, and whoever removes one leaves the other.',
  docs: userGuide('best-practices.html#remove-credentials'),
  messages: {
    trusted: {
      message: 'ChannelMix can assume another role too: {name} trusts its account.',
      fix: 'Delete {name} if the connection does not use it; otherwise audit it, too.',
    },
    named: {
      message: 'There is another {kind} by a name of ChannelMix’s: {name}.',
      fix: 'Delete {name} if the connection does not use it; otherwise audit it, too.',
    },
  },
  *check({ documents }) {
    const { principal, otherWays } = documents;
    yield* blindToAny(otherWays);
    for (const { kind, arn, because, place } of otherWays.read) {
      // A role and a user beside each other are a rule of their own.
      if (arn === principal.arn || kind !== principal.kind) continue;
      yield {
        message: because === 'trusted' ? 'trusted' : 'named',
        data: { kind, name: nameOf(arn) },
        about: arn,
        key: 'way',
        ...(place === undefined ? {} : { place }),
      };
    }
  },
});

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
