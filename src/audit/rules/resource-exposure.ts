import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { EXPOSURE_ACTIONS } from '../facts/catalogue.ts';
import { reachOf } from '../facts/effective.ts';
import { blindToExcess } from '../facts/excess-groups.ts';
import { listed } from '../facts/words.ts';

export const resourceExposure = defineRule({
  id: 'resource-exposure',
  question: 'excess',
  severity: 'security',
  title: 'ChannelMix cannot open resources of other services to others',
  why: 'Functions, queues, secrets, snapshots and images have policies of their own. Who can change them lets other accounts in, or everybody, whatever the account’s other policies say.',
  docs: userGuide('access_policies_identity-vs-resource.html'),
  messages: {
    open: {
      message: '{name} can open resources of other services to others: {actions}.',
      fix: 'Take these actions out of the policies of {name}.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { name, arn } = context.documents.principal;
    const reach = reachOf(context);
    const found = EXPOSURE_ACTIONS.flatMap((action) => reach.of(action) ?? []);
    yield* reach.untold();
    const [first] = found;
    if (first === undefined) return;
    const data = { name, actions: listed(found.map(({ action }) => action)) };
    yield { message: 'open', data, about: arn, key: 'open', statement: first.statement };
  },
});
