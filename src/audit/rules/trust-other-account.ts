import { placeText } from '../../diagnose/index.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import { UNNAMED_ACCOUNT } from '../../model/constants.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { entrantsOf } from '../facts/entrants.ts';
import { blindTo, listed } from '../facts/words.ts';

export const trustOtherAccount = defineRule({
  id: 'trust-other-account',
  question: 'who-else',
  severity: 'security',
  title: 'No other account may assume the role',
  why: 'The role is for ChannelMix. Whoever else its trust policy names has the same access to the data, and is not seen as somebody else in the bucket: all come as this role.',
  docs: userGuide('reference_policies_elements_principal.html'),
  messages: {
    other: {
      message: 'Account {account}, which is not ChannelMix, can assume the role: {place} names {names}.',
      fix: 'Take {names} out of {place}; if that account needs access, give it a role of its own.',
    },
    unnamed: {
      message:
        'Account {account}, which is not ChannelMix, can assume the role: {place} names {names}. Whether it is the role’s own account is not known.',
      fix: 'Name the role by its ARN (--principal), so that its own account is known; if it is another one, take {names} out of {place}.',
    },
    conditional: {
      message:
        'Account {account}, which is not ChannelMix, can assume the role if {conditions}: {place} names {names}.',
      fix: 'Take {names} out of {place}; if that account needs access, give it a role of its own.',
    },
  },
  *check(context) {
    const { principal } = context.documents;
    yield* blindTo(principal.trust);
    const unnamed = principal.account === UNNAMED_ACCOUNT;
    const others = entrantsOf(context).filter(({ kind }) => kind === 'account');
    for (const [account, entrants] of groupBy(others, (one) => one.account ?? '')) {
      const [first] = entrants;
      if (first === undefined) continue;
      const { ref } = first.stated;
      const conditional = entrants.every(({ conditions }) => conditions.length > 0);
      yield {
        message: unnamed ? 'unnamed' : conditional ? 'conditional' : 'other',
        ...(unnamed ? { severity: 'warning' as const } : {}),
        data: {
          account,
          names: listed(entrants.map(({ name }) => name)),
          place: placeText(ref),
          conditions: first.conditions.join(' and '),
        },
        about: principal.arn,
        key: account,
        statement: ref,
      };
    }
  },
});
