import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { hub } from '../facts/controls.ts';
import { blindTo } from '../facts/words.ts';

export const bucketNoLogs = defineRule({
  id: 'bucket-no-logs',
  question: 'hygiene',
  severity: 'suggestion',
  title: 'Who read and wrote what is logged',
  why: 'Server access logs say afterwards which files ChannelMix, or whoever had its access, read, wrote and deleted. Data events of CloudTrail do the same (CIS AWS Foundations 3.8 and 3.9); this audit does not read trails, so accept this finding where a trail has the bucket.',
  docs: s3Guide('ServerLogs.html'),
  controls: [hub('S3.9')],
  messages: {
    none: {
      message: 'Bucket {bucket} writes no server access logs.',
      fix: 'Turn them on, into another bucket (S3 console: Properties > Server access logging), or log its data events by CloudTrail.',
    },
  },
  *check({ documents, arnOf }) {
    for (const bucket of documents.buckets) {
      yield* blindTo(bucket.logging);
      if (bucket.logging.state !== 'absent') continue;
      yield { message: 'none', about: arnOf(bucket), key: 'logging', data: { bucket: bucket.name } };
    }
  },
});
