import { defineRule } from '../define-rule.ts';
import { writtenIn } from '../facts/blame.ts';
import { adminOf } from '../facts/effective.ts';
import { blindToExcess } from '../facts/excess-groups.ts';
import { keyExcessOf, LIMIT } from '../facts/key-excess.ts';
import { listed } from '../facts/words.ts';

export const otherKeys = defineRule({
  id: 'other-keys',
  question: 'excess',
  severity: 'warning',
  title: 'ChannelMix uses the keys of its buckets only, and for S3 only',
  why: 'A key decrypts whatever was encrypted with it: databases, secrets, disks. With a key named in full, and the condition kms:ViaService for S3, ChannelMix decrypts files of its bucket and nothing else.',
  docs: 'https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html',
  messages: {
    use: {
      message: '{name} can use KMS keys beyond what the buckets need ({keys}){limit}: {actions}.',
      fix: 'In {written}, allow kms:GenerateDataKey and kms:Decrypt on the keys of the buckets only, under the condition kms:ViaService: "channelmix-s3 policy {access} --kms-key ARN" prints it.',
    },
    read: {
      message: '{name} can look at KMS keys ({keys}), which ChannelMix does not need: {actions}.',
      fix: 'Take these actions out of {written}.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { documents, expected } = context;
    const { name, arn } = documents.principal;
    for (const message of ['use', 'read'] as const) {
      const found = keyExcessOf(context).filter(({ use }) => use === message);
      const [first] = found;
      if (first === undefined || (message === 'read' && adminOf(context) !== undefined)) continue;
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
        message,
        data: { name, keys, actions, written, limit: isOwn ? LIMIT : '', access: expected.access },
        about: arn,
        key: message,
        ...(message === 'read' ? { severity: 'suggestion' as const } : {}),
        ...(statement === undefined ? {} : { statement }),
      };
    }
  },
});
