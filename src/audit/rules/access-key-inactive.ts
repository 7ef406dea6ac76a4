import { userGuide } from '../../lint/facts/pages.ts';
import { shellWord } from '../../model/shell.ts';
import { defineRule } from '../define-rule.ts';
import { blindTo, listed } from '../facts/words.ts';

export const accessKeyInactive = defineRule({
  id: 'access-key-inactive',
  question: 'needs',
  severity: 'error',
  title: 'The user has an access key that works',
  why: 'On the key way ChannelMix signs its calls with the user’s access key. Without an active one it cannot do anything, whatever the policies allow.',
  docs: userGuide('id_credentials_access-keys.html'),
  messages: {
    none: {
      message: 'User {name} has no access key: ChannelMix cannot sign in as it.',
      fix: 'Create one (aws iam create-access-key --user-name {name}) and enter it in ChannelMix’s form; better still, give a role.',
    },
    inactive: {
      message: 'No access key of user {name} is active ({keys}): ChannelMix cannot sign in as it.',
      fix: 'Activate the one that ChannelMix has (aws iam update-access-key --user-name {name} --access-key-id ID --status Active), or delete the user if the access has ended.',
    },
  },
  *check({ documents }) {
    const { kind, arn, name, accessKeys } = documents.principal;
    if (kind !== 'user') return;
    yield* blindTo(accessKeys);
    if (accessKeys.state === 'unreadable') return;
    const keys = accessKeys.state === 'read' ? accessKeys.value : [];
    if (keys.some(({ active }) => active)) return;
    const data = { name: shellWord(name), keys: listed(keys.map(({ id }) => id)) };
    yield { message: keys.length === 0 ? 'none' : 'inactive', data, about: arn, key: 'keys' };
  },
});
