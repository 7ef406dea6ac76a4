import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { hub } from '../facts/controls.ts';
import { blindTo } from '../facts/words.ts';

export const bucketNotVersioned = defineRule({
  id: 'bucket-not-versioned',
  question: 'hygiene',
  severity: 'warning',
  title: 'Overwritten and deleted files can be brought back',
  why: 'ChannelMix may overwrite and delete files: that is what it is for. Without versions a mistake, of theirs or of anybody who gets hold of the access, is final.',
  docs: s3Guide('Versioning.html'),
  controls: [hub('S3.14')],
  messages: {
    off: {
      message: 'Bucket {bucket} keeps no versions: what is overwritten or deleted is gone.',
      fix: 'Turn versioning on (S3 console: Properties > Bucket Versioning), with a lifecycle rule that removes old versions after some weeks.',
    },
    suspended: {
      message: 'Versioning of bucket {bucket} is suspended: what is overwritten or deleted since then is gone.',
      fix: 'Turn versioning on again (S3 console: Properties > Bucket Versioning).',
    },
  },
  *check({ documents, arnOf }) {
    for (const bucket of documents.buckets) {
      const { versioning, name } = bucket;
      yield* blindTo(versioning);
      if (versioning.state === 'unreadable') continue;
      if (versioning.state === 'read' && versioning.value === 'Enabled') continue;
      const message = versioning.state === 'read' ? 'suspended' : 'off';
      yield { message, about: arnOf(bucket), key: 'versioning', data: { bucket: name } };
    }
  },
});
