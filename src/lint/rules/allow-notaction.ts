import { defineRule } from '../define-rule.ts';
import { access } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';

export const allowNotaction = defineRule({
  id: 'allow-notaction',
  severity: 'security',
  audience: 'channelmix',
  kinds: ['identity', 'bucket'],
  docs: userGuide('reference_policies_elements_notaction.html'),
  title: 'What is allowed is named',
  why: 'Allow with NotAction grants every action that is not named, of every service, also those that AWS adds tomorrow. NotResource grants the same on every resource that is not named.',
  messages: {
    found: 'Allow with {element} grants everything that is not named: name what ChannelMix needs instead.',
  },
  *check({ statements }) {
    for (const { effect, actions, resources } of statements) {
      if (effect !== 'Allow') continue;
      for (const { negated, name, member } of [...actions, ...resources]) {
        if (negated) yield { node: member, message: 'found', data: { element: name } };
      }
    }
  },
  examples: {
    bad: [
      {
        text: access('{"Effect": "Allow", "NotAction": "iam:*", "Resource": "arn:aws:s3:::acme-reports/*"}'),
        kind: 'identity',
      },
    ],
    good: [{ text: access(), kind: 'identity' }],
  },
});
