import { placeText } from '../../diagnose/index.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { entrantsOf } from '../facts/entrants.ts';
import { blindTo, listed } from '../facts/words.ts';

export const trustOwnAccount = defineRule({
  id: 'trust-own-account',
  question: 'who-else',
  severity: 'warning',
  title: 'Nobody of the own account may assume the role',
  why: 'Who of the own account assumes the role acts in the bucket under ChannelMix’s name: logs cannot tell them apart. Where the account as a whole is named, everybody there may who is allowed sts:AssumeRole.',
  docs: userGuide('reference_policies_elements_principal.html#principal-accounts'),
  messages: {
    account: {
      message: 'Everybody in the own account who is allowed sts:AssumeRole can assume the role: {place} names {names}.',
      fix: 'Take {names} out of {place}, unless somebody there tests the access with it.',
    },
    principals: {
      message: '{names} can assume the role too, as {place} says.',
      fix: 'Take {names} out of {place}, unless somebody there tests the access with it.',
    },
  },
  *check(context) {
    const { principal } = context.documents;
    yield* blindTo(principal.trust);
    const own = entrantsOf(context).filter(({ kind }) => kind === 'own');
    const whole = own.filter(({ name }) => /^\d{12}$|:root$/.test(name));
    const some = own.filter((one) => !whole.includes(one));
    for (const [message, entrants] of [['account', whole] as const, ['principals', some] as const]) {
      const [first] = entrants;
      if (first === undefined) continue;
      const { ref } = first.stated;
      yield {
        message,
        data: { names: listed(entrants.map(({ name }) => name)), place: placeText(ref) },
        about: principal.arn,
        key: message,
        statement: ref,
        ...(message === 'principals' ? { severity: 'suggestion' } : {}),
      };
    }
  },
});
