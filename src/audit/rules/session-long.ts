import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { untold } from '../facts/age.ts';

const NEEDED = 3600;

export const sessionLong = defineRule({
  id: 'session-long',
  question: 'hygiene',
  severity: 'suggestion',
  title: 'Sessions of the role last an hour at most',
  why: 'ChannelMix renews its session as often as it needs. Credentials of a session cannot be called back one by one, so that a longer session is a longer time in which leaked ones are good for something. An hour is what IAM gives when nobody asks for more.',
  docs: userGuide('id_roles_update-role-settings.html'),
  messages: {
    long: {
      message: 'Sessions of role {name} may last {hours} hours.',
      fix: `Set them back to an hour: aws iam update-role --role-name {name} --max-session-duration ${NEEDED}`,
    },
  },
  *check({ documents: { principal } }) {
    const { kind, name, arn, maxSessionSeconds } = principal;
    if (kind !== 'role') return;
    if (maxSessionSeconds === undefined) yield untold(`the longest session of role ${name}`, kind);
    if (maxSessionSeconds === undefined || maxSessionSeconds <= NEEDED) return;
    const hours = Math.round(maxSessionSeconds / 360) / 10;
    yield { message: 'long', about: arn, key: 'session', data: { name, hours } };
  },
});
