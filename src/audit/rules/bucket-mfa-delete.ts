import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { cis, hub } from '../facts/controls.ts';
import { blindTo } from '../facts/words.ts';

export const bucketMfaDelete = defineRule({
  id: 'bucket-mfa-delete',
  question: 'hygiene',
  severity: 'suggestion',
  title: 'Versions are deleted with a device of MFA only',
  why: 'MFA delete keeps old versions from everybody but the root user with its device. S3 refuses it on a bucket with lifecycle rules, and it can be set by the root user only, so that this asks for it only where there are no such rules: old versions that are removed after some weeks are the better choice for most. Object Lock does the same without a device.',
  docs: s3Guide('MultiFactorAuthenticationDelete.html'),
  controls: [...cis('2.1.2', '2.1.2'), hub('S3.20')],
  messages: {
    off: {
      message: 'Versions in bucket {bucket} can be deleted without a device of MFA.',
      fix: 'As root user: aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled,MFADelete=Enabled --mfa "SERIAL CODE"; or turn on Object Lock.',
    },
  },
  *check({ documents, arnOf }) {
    for (const bucket of documents.buckets) {
      const { versioning, mfaDelete, lifecycle, objectLock, name } = bucket;
      if (versioning.state !== 'read' || versioning.value !== 'Enabled') continue;
      yield* blindTo(mfaDelete);
      if (mfaDelete.state !== 'absent') continue;
      const hasRules = lifecycle.state === 'read' && lifecycle.value.some(({ enabled }) => enabled);
      if (hasRules || (objectLock.state === 'read' && objectLock.value.mode !== undefined)) continue;
      yield* blindTo(lifecycle);
      if (lifecycle.state === 'unreadable') continue;
      yield { message: 'off', about: arnOf(bucket), key: 'mfa-delete', data: { bucket: name } };
    }
  },
});
