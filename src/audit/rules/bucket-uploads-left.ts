import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { dayOf, daysBetween } from '../facts/time.ts';
import { blindTo } from '../facts/words.ts';

/** An upload that takes longer is none any more. */
const LONG_DAYS = 7;

export const bucketUploadsLeft = defineRule({
  id: 'bucket-uploads-left',
  question: 'hygiene',
  severity: 'warning',
  title: 'No upload is left unfinished',
  why: 'The parts of an upload that was begun and never finished are in no list of files, cost as much as files, and stay until somebody aborts the upload.',
  docs: s3Guide('mpu-abort-incomplete-mpu-lifecycle-config.html'),
  messages: {
    left: {
      message: 'Bucket {bucket} has {count} unfinished uploads; the oldest began {days} days ago ({day}).',
      fix: 'Add a lifecycle rule that aborts uploads which are not finished after 7 days (AbortIncompleteMultipartUpload): it removes these, too.',
    },
  },
  *check({ documents, arnOf, now }) {
    for (const bucket of documents.buckets) {
      const { uploads, name } = bucket;
      yield* blindTo(uploads);
      if (uploads.state !== 'read') continue;
      const { count, more, oldest } = uploads.value;
      const days = oldest === undefined ? 0 : daysBetween(oldest, now);
      if (oldest === undefined || count === 0 || !(days > LONG_DAYS)) continue;
      const data = { bucket: name, count: more ? `more than ${count}` : count, days, day: dayOf(oldest) };
      yield { message: 'left', about: arnOf(bucket), key: 'uploads', data };
    }
  },
});
