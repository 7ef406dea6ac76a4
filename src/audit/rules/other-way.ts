import { userGuide } from '../../lint/facts/pages.ts';
import { nameOf } from '../../model/arn.ts';
import type { OtherWay } from '../../model/audit-documents.ts';
import { defineRule } from '../define-rule.ts';
import { isKeptFrom } from '../facts/assume.ts';
import { blindToAny } from '../facts/words.ts';

type Message = 'trusted' | 'both' | 'everyone' | 'chained' | 'named';

export const otherWay = defineRule<Message>({
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
    everyone: {
      message: 'ChannelMix can assume another role too: {name} trusts everybody{when}.',
      fix: 'Name in its trust policy who is meant; delete {name} if nobody uses it.',
    },
    chained: {
      message: 'By way of this {own} ChannelMix can assume {name}, too{when}: its trust policy lets the {own} in.',
      fix: 'Take the {own} out of the trust policy of {name}, or audit {name}, too: what it may, ChannelMix may. Within one account it needs no Allow of sts:AssumeRole beside that.',
    },
    named: {
      message: 'There is another {kind} by a name of ChannelMix’s: {name}.',
      fix: 'Delete {name} if the connection does not use it; otherwise audit it, too.',
    },
  },
  *check(context) {
    const { documents } = context;
    const { principal, otherWays } = documents;
    yield* blindToAny(otherWays);
    for (const way of otherWays.read) {
      const { kind, arn, because, open, place } = way;
      if (arn === principal.arn || (because === 'chained' && isKeptFrom(context, arn))) continue;
      const isOpenToMore = because === 'everyone' || because === 'chained';
      yield {
        message: messageOf(way, principal.kind),
        data: {
          kind,
          name: nameOf(arn),
          own: principal.kind,
          when: open ? ', under conditions that it may meet' : '',
        },
        about: arn,
        key: 'way',
        ...(isOpenToMore && !open ? { severity: 'security' } : {}),
        ...(place === undefined ? {} : { place }),
      };
    }
  },
});

function messageOf({ kind, because }: OtherWay, own: OtherWay['kind']): Message {
  if (because === 'everyone' || because === 'chained') return because;
  if (kind !== own) return 'both';
  return because === 'trusted' ? 'trusted' : 'named';
}
