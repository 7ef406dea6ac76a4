import { placeText } from '../../diagnose/index.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { cis, hub } from '../facts/controls.ts';
import { adminOf, reachOf } from '../facts/effective.ts';
import { blindToExcess } from '../facts/excess-groups.ts';

export const adminAccess = defineRule({
  id: 'admin-access',
  question: 'excess',
  severity: 'security',
  title: 'ChannelMix is no administrator',
  why: 'A policy that allows every action makes whoever gets hold of ChannelMix’s access the administrator of the account. So does, by a few more steps, one that allows all but a few (NotAction).',
  docs: userGuide('best-practices.html#grant-least-privilege'),
  controls: [...cis('1.16', '1.15'), hub('IAM.1')],
  messages: {
    everything: {
      message: '{name} can do everything in the account: {place} allows every action of every service{limit}.',
      fix: 'Detach that policy, and attach the one that "channelmix-s3 policy {access}" prints.',
    },
    almost: {
      message: '{name} can do almost everything in the account: {place} allows every service but a few{limit}.',
      fix: 'Take that statement out, and attach the policy that "channelmix-s3 policy {access}" prints: a list of what is allowed ends, one of exceptions does not.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { documents, expected } = context;
    const { name, arn } = documents.principal;
    const found = adminOf(context);
    yield* reachOf(context).untold();
    if (found === undefined) return;
    const isWhole = reachOf(context).of('iam:CreateUser') !== undefined;
    yield {
      message: isWhole ? 'everything' : 'almost',
      data: {
        name,
        access: expected.access,
        place: placeText(found.statement),
        limit: found.open ? ', under conditions' : '',
      },
      about: arn,
      key: 'admin',
      statement: found.statement,
    };
  },
});
