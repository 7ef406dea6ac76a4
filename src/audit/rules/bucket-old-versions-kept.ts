import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { hub } from '../facts/controls.ts';
import { everywhere } from '../facts/lifecycle.ts';
import { blindTo } from '../facts/words.ts';

export const bucketOldVersionsKept = defineRule({
  id: 'bucket-old-versions-kept',
  question: 'hygiene',
  severity: 'suggestion',
  title: 'Old versions are removed after a time',
  why: 'A bucket with versioning keeps all that was overwritten and deleted, for as long as nobody says otherwise. It costs, and data that was to be deleted is still there.',
  docs: s3Guide('lifecycle-configuration-examples.html'),
  controls: [hub('S3.10')],
  messages: {
    kept: {
      message: 'Bucket {bucket} keeps old versions for ever where ChannelMix writes: no lifecycle rule removes them.',
      fix: 'Add a lifecycle rule for the whole bucket with NoncurrentVersionExpiration, after 30 days for example.',
    },
  },
  *check({ documents, expected, arnOf }) {
    for (const bucket of documents.buckets) {
      const { lifecycle, versioning, name } = bucket;
      // Suspended versioning keeps what there was.
      if (versioning.state !== 'read') continue;
      yield* blindTo(lifecycle);
      if (lifecycle.state === 'unreadable') continue;
      const rules = lifecycle.state === 'read' ? lifecycle.value : [];
      if (everywhere(rules, bucket, expected, (rule) => rule.expireOldVersionsAfterDays !== undefined)) continue;
      yield { message: 'kept', about: arnOf(bucket), key: 'versions', data: { bucket: name } };
    }
  },
});
