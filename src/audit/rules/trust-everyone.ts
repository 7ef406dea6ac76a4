import { placeText } from '../../diagnose/index.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { entrantsOf } from '../facts/entrants.ts';
import { blindTo } from '../facts/words.ts';

export const trustEveryone = defineRule({
  id: 'trust-everyone',
  question: 'who-else',
  severity: 'security',
  title: 'Not everybody may assume the role',
  why: 'A trust policy that names "*" lets every AWS account in, and whoever has an account has all that the role can do. A condition that only those inside meet limits it; one whose value can be guessed or sent along does not.',
  docs: userGuide('reference_policies_elements_principal.html'),
  messages: {
    everyone: {
      message: 'Everybody with an AWS account can assume the role: {place} names "*".',
      fix: 'Name the account of ChannelMix instead: "channelmix-s3 policy trust" prints the statement.',
    },
    conditional: {
      message: 'Everybody with an AWS account can assume the role who meets {conditions}: {place} names "*".',
      fix: 'Name the account of ChannelMix instead: "channelmix-s3 policy trust" prints the statement.',
    },
  },
  *check(context) {
    const { principal } = context.documents;
    yield* blindTo(principal.trust);
    for (const { kind, stated, conditions } of entrantsOf(context)) {
      if (kind !== 'everyone') continue;
      yield {
        message: conditions.length === 0 ? 'everyone' : 'conditional',
        data: { place: placeText(stated.ref), conditions: conditions.join(' and ') },
        about: principal.arn,
        key: `${stated.ref.sid ?? stated.ref.index}`,
        statement: stated.ref,
      };
    }
  },
});
