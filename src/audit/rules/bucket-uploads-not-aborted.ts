import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { hub } from '../facts/controls.ts';
import { everywhere } from '../facts/lifecycle.ts';
import { blindTo } from '../facts/words.ts';

export const bucketUploadsNotAborted = defineRule({
  id: 'bucket-uploads-not-aborted',
  question: 'hygiene',
  severity: 'suggestion',
  title: 'A lifecycle rule aborts uploads that are not finished',
  why: 'ChannelMix uploads large files in parts. When a connection breaks, the parts stay and cost until a lifecycle rule aborts the upload: with minimal access ChannelMix cannot do it itself.',
  docs: s3Guide('mpu-abort-incomplete-mpu-lifecycle-config.html'),
  controls: [hub('S3.13')],
  messages: {
    none: {
      message: 'No lifecycle rule of bucket {bucket} aborts unfinished uploads where ChannelMix writes.',
      fix: 'Add a lifecycle rule for the whole bucket with AbortIncompleteMultipartUpload after 7 days.',
    },
  },
  *check({ documents, expected, arnOf }) {
    for (const bucket of documents.buckets) {
      const { lifecycle, name } = bucket;
      yield* blindTo(lifecycle);
      if (lifecycle.state === 'unreadable') continue;
      const rules = lifecycle.state === 'read' ? lifecycle.value : [];
      if (everywhere(rules, bucket, expected, (rule) => rule.abortUploadsAfterDays !== undefined)) continue;
      yield { message: 'none', about: arnOf(bucket), key: 'abort', data: { bucket: name } };
    }
  },
});
