import { defineRule } from '../define-rule.ts';
import { writtenIn } from '../facts/blame.ts';
import { blindToExcess } from '../facts/excess-groups.ts';
import { keyExcessOf, LIMIT } from '../facts/key-excess.ts';
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
      message: '{name} can manage KMS keys ({keys}){limit}: {actions}.',
      fix: 'Take these actions out of {written}: kms:GenerateDataKey and kms:Decrypt are all that ChannelMix needs.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { name, arn } = context.documents.principal;
    const found = keyExcessOf(context).filter(({ use }) => use === 'manage');
    const [first] = found;
    if (first === undefined) return;
    const { statement } = first;
    const { written, isOwn } = writtenIn(
      context,
      found.map((one) => one.statement),
    );
    const actions = listed(found.map(({ facts }) => facts.action));
    const keys = listed(
      found.flatMap((one) => one.keys),
      3,
    );
    yield {
      message: 'manage',
      data: { name, keys, actions, written, limit: isOwn ? LIMIT : '' },
      about: arn,
      key: 'manage',
      ...(statement === undefined ? {} : { statement }),
    };
  },
});
