import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { cis, hub } from '../facts/controls.ts';
import { blindTo } from '../facts/words.ts';

export const consolePassword = defineRule({
  id: 'console-password',
  question: 'hygiene',
  severity: 'warning',
  title: 'The user of the access key cannot sign in to the console',
  why: 'ChannelMix signs its requests with the access key. A password is a second way in for people, with all that the user may do, and without a device of MFA unless somebody gave it one.',
  docs: userGuide('id_credentials_passwords_admin-change-user.html'),
  controls: [...cis('1.11', '1.10'), hub('IAM.5')],
  messages: {
    password: {
      message: 'User {name} has a password for the console.',
      fix: 'Take it away: aws iam delete-login-profile --user-name {name}. People who need the console get a user or a role of their own.',
    },
  },
  *check({ documents: { principal } }) {
    yield* blindTo(principal.password);
    if (principal.password.state !== 'read') return;
    yield { message: 'password', about: principal.arn, key: 'password', data: { name: principal.name } };
  },
});
