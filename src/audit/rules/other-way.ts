import { userGuide } from '../../lint/facts/pages.ts';
import { nameOf } from '../../model/arn.ts';
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
    both: {
      message: 'ChannelMix has both ways in: beside this {own} there is the {kind} {name}.',
      fix: 'Keep the role, and delete the user with its key, once the connection uses the role.',
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
      if (arn === principal.arn) continue;
      yield {
        message: kind !== principal.kind ? 'both' : because === 'trusted' ? 'trusted' : 'named',
        data: { kind, name: nameOf(arn), own: principal.kind },
        about: arn,
        key: 'way',
        ...(place === undefined ? {} : { place }),
      };
    }
  },
});
