import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { hub } from '../facts/controls.ts';
import { blindTo } from '../facts/words.ts';

export const bucketAclsEnabled = defineRule({
  id: 'bucket-acls-enabled',
  question: 'hygiene',
  severity: 'suggestion',
  title: 'Access control lists are off',
  why: 'An access control list opens a bucket or a single object beside all policies, where few look. Object Ownership "Bucket owner enforced" makes S3 ignore them, and every object belongs to the account of the bucket. ChannelMix sends no lists.',
  docs: s3Guide('about-object-ownership.html'),
  controls: [hub('S3.12')],
  messages: {
    enabled: {
      message: 'Bucket {bucket} has access control lists turned on (Object Ownership: {ownership}).',
      fix: 'Look whether its list grants anything to others, then: aws s3api put-bucket-ownership-controls --bucket {bucket} --ownership-controls Rules=[{ObjectOwnership=BucketOwnerEnforced}]',
    },
  },
  *check({ documents, arnOf }) {
    for (const bucket of documents.buckets) {
      const { ownership, name } = bucket;
      yield* blindTo(ownership);
      if (ownership.state === 'unreadable') continue;
      const setting = ownership.state === 'read' ? ownership.value : 'ObjectWriter, as nothing else is set';
      if (setting === 'BucketOwnerEnforced') continue;
      yield { message: 'enabled', about: arnOf(bucket), key: 'ownership', data: { bucket: name, ownership: setting } };
    }
  },
});
