import { defineRule } from '../define-rule.ts';
import { blindToExcess } from '../facts/excess-groups.ts';
import { keyExcessOf } from '../facts/key-excess.ts';
import { listed } from '../facts/words.ts';

export const keyControl = defineRule({
  id: 'key-control',
  question: 'excess',
  severity: 'security',
  title: 'ChannelMix uses keys and does not manage them',
  why: 'Whoever changes the policy of a KMS key or makes grants lets others decrypt what it protects; whoever disables it or schedules its deletion takes the data away from everybody, in the end for good.',
  docs: 'https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html',
  messages: {
    manage: {
      message: '{name} can manage KMS keys ({keys}), as far as their policies leave it to the account’s: {actions}.',
      fix: 'Take these actions out of the policies of {name}: kms:GenerateDataKey and kms:Decrypt are all that ChannelMix needs.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { name, arn } = context.documents.principal;
    const found = keyExcessOf(context).filter(({ use }) => use === 'manage');
    const [first] = found;
    if (first === undefined) return;
    const { statement } = first;
    const actions = listed(found.map(({ facts }) => facts.action));
    const keys = listed(
      found.flatMap((one) => one.keys),
      3,
    );
    yield {
      message: 'manage',
      data: { name, keys, actions },
      about: arn,
      key: 'manage',
      ...(statement === undefined ? {} : { statement }),
    };
  },
});
