import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { hub } from '../facts/controls.ts';
import { blindTo } from '../facts/words.ts';

export const bucketEncryption = defineRule({
  id: 'bucket-encryption',
  question: 'hygiene',
  severity: 'suggestion',
  title: 'The bucket says how it encrypts',
  why: 'Since January 2023 S3 encrypts every new object, with keys of its own (SSE-S3) where nobody says otherwise, so that no bucket is without encryption any more. A bucket that says it cannot be changed by a default that changes. SSE-S3 is enough for ChannelMix; a KMS key of your own is worth it where the use of the key must be limited or logged. Objects that are older than 2023 may still be unencrypted: nobody can see that from the bucket.',
  docs: s3Guide('default-encryption-faq.html'),
  controls: [hub('S3.17')],
  messages: {
    unsaid: {
      message: 'Bucket {bucket} does not say how it encrypts: S3 uses keys of its own (SSE-S3).',
      fix: 'Set default encryption to AES256, or to aws:kms with a key of yours (S3 console: Properties > Default encryption).',
    },
    bucketKey: {
      message: 'Bucket {bucket} encrypts with KMS without a bucket key: each object costs a request to KMS.',
      fix: 'Turn the bucket key on (S3 console: Properties > Default encryption > Bucket Key). Statements on kms:EncryptionContext that name objects must then name the bucket.',
    },
  },
  *check({ documents, arnOf }) {
    for (const bucket of documents.buckets) {
      const { encryption, name } = bucket;
      yield* blindTo(encryption);
      const about = arnOf(bucket);
      if (encryption.state === 'absent') yield { message: 'unsaid', about, key: 'unsaid', data: { bucket: name } };
      if (encryption.state !== 'read') continue;
      // DSSE has no bucket keys.
      const { algorithm, bucketKey } = encryption.value;
      if (algorithm !== 'aws:kms' || bucketKey === true) continue;
      yield { message: 'bucketKey', about, key: 'bucket-key', data: { bucket: name } };
    }
  },
});
