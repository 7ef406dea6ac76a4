import { userGuide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { CREDENTIAL_ACTIONS, DATA_ACTIONS } from '../facts/catalogue.ts';
import { reachOf } from '../facts/effective.ts';
import { blindToExcess } from '../facts/excess-groups.ts';
import { listed } from '../facts/words.ts';

export const sensitiveData = defineRule({
  id: 'sensitive-data',
  question: 'excess',
  severity: 'security',
  title: 'ChannelMix reads no secrets and no data of other services',
  why: 'Secrets, parameters, tables, snapshots and logs hold what opens the next door, or are the data itself. Actions that answer with credentials hand out access that this role does not even need to have.',
  docs: userGuide('best-practices.html#grant-least-privilege'),
  messages: {
    data: {
      message: '{name} can get data of other services: {actions}.',
      fix: 'Take these actions out of the policies of {name}.',
    },
    credentials: {
      message: '{name} can get credentials of other services: {actions}.',
      fix: 'Take these actions out of the policies of {name}.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { name, arn } = context.documents.principal;
    const reach = reachOf(context);
    for (const [message, actions] of [['data', DATA_ACTIONS] as const, ['credentials', CREDENTIAL_ACTIONS] as const]) {
      const found = actions.flatMap((action) => reach.of(action) ?? []);
      const [first] = found;
      if (first === undefined) continue;
      const data = { name, actions: listed(found.map(({ action }) => action)) };
      yield { message, data, about: arn, key: message, statement: first.statement };
    }
    yield* reach.untold();
  },
});
