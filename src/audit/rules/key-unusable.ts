import { shellWord } from '../../model/shell.ts';
import { defineRule } from '../define-rule.ts';
import { blindTo } from '../facts/words.ts';

export const keyUnusable = defineRule({
  id: 'key-unusable',
  question: 'blocks',
  severity: 'error',
  title: 'The key that encrypts the bucket can be used',
  why: 'With a KMS key that is disabled nothing can be read or written. One that waits for its deletion can still be kept; once it is deleted, everything that it encrypts is lost for good.',
  docs: 'https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html',
  messages: {
    pending: {
      message: 'KMS key {key} is to be deleted: nothing that it encrypts can be read now, and after that never again.',
      fix: 'If it is still needed, at once: aws kms cancel-key-deletion --key-id {key}, then aws kms enable-key --key-id {key}.',
    },
    state: {
      message: 'KMS key {key} is in the state {state}: nothing that it encrypts can be read or written.',
      fix: 'Enable it (aws kms enable-key --key-id {key}), or encrypt the bucket with another one.',
    },
  },
  *check({ documents }) {
    for (const { arn, keyState } of documents.keys) {
      yield* blindTo(keyState);
      if (keyState.state !== 'read' || keyState.value === 'Enabled') continue;
      const pending = keyState.value === 'PendingDeletion' || keyState.value === 'PendingReplicaDeletion';
      yield {
        message: pending ? 'pending' : 'state',
        data: { key: shellWord(arn), state: keyState.value },
        about: arn,
        key: 'state',
      };
    }
  },
});
