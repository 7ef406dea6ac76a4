import { placeText } from '../../diagnose/index.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { entrantsOf } from '../facts/entrants.ts';
import { saysWho } from '../facts/federation.ts';
import { blindTo } from '../facts/words.ts';

export const trustFederation = defineRule({
  id: 'trust-federation',
  question: 'who-else',
  severity: 'warning',
  title: 'No identity provider lets people into the role',
  why: 'Whoever signs in with the identity provider, or runs a job that it vouches for, gets the role. Without a condition that fixes who that is (such as the subject of the token, from its beginning to the owner), it is everybody whom the provider knows: with a public one, such as that of GitHub, everybody.',
  docs: userGuide('id_roles_create_for-idp_oidc.html'),
  messages: {
    all: {
      message:
        'Everybody whom {name} vouches for can assume the role: {place} has no condition that fixes who that is.',
      fix: 'Take {name} out of {place}, or limit it by the subject of its tokens.',
    },
    some: {
      message: 'Those whom {name} vouches for can assume the role if {conditions}: {place}.',
      fix: 'Take {name} out of {place}: ChannelMix does not come that way.',
    },
  },
  *check(context) {
    const { principal } = context.documents;
    yield* blindTo(principal.trust);
    for (const { kind, name, stated, conditions } of entrantsOf(context)) {
      if (kind !== 'federated') continue;
      const isAll = !saysWho(stated, name);
      yield {
        message: isAll ? 'all' : 'some',
        data: { name, place: placeText(stated.ref), conditions: conditions.join(' and ') },
        about: principal.arn,
        key: name,
        statement: stated.ref,
        ...(isAll ? { severity: 'security' } : {}),
      };
    }
  },
});
