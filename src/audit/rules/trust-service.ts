import { placeText } from '../../diagnose/index.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { entrantsOf } from '../facts/entrants.ts';
import { blindTo, listed } from '../facts/words.ts';

export const trustService = defineRule({
  id: 'trust-service',
  question: 'who-else',
  severity: 'warning',
  title: 'No AWS service may assume the role',
  why: 'Whoever may start an instance, a function or a job of that service with this role (iam:PassRole) gets its access. ChannelMix needs no service in between.',
  docs: userGuide('id_roles_use_passrole.html'),
  messages: {
    service: {
      message: 'Services can assume the role, and whoever starts something there with it: {place} names {names}.',
      fix: 'Take {names} out of {place}; give what runs there a role of its own.',
    },
  },
  *check(context) {
    const { principal } = context.documents;
    yield* blindTo(principal.trust);
    const services = entrantsOf(context).filter(({ kind }) => kind === 'service');
    const [first] = services;
    if (first === undefined) return;
    const { ref } = first.stated;
    yield {
      message: 'service',
      data: { names: listed(services.map(({ name }) => name)), place: placeText(ref) },
      about: principal.arn,
      key: 'service',
      statement: ref,
    };
  },
});
