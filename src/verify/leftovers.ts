import type { Leftover } from '../model/check.ts';
import type { Failure } from '../model/failure.ts';
import { awsCommand } from './commands.ts';
import type { JournalEntry } from './journal.ts';

/** What of an entry is left; without a reason: what is known of it when there is no time to try. */
export function leftovers(
  entry: JournalEntry,
  reason: Leftover['reason'] = entry.state === 'created' ? 'failed' : 'unsure',
): readonly Leftover[] {
  if (entry.kind === 'upload') return [uploadLeft(entry, entry.uploadId, reason)];
  const versions = entry.versionIds.length === 0 ? [undefined] : entry.versionIds;
  return versions.map((versionId) => versionLeft(entry, versionId, reason));
}

/**
 * Why something is left, by the answer to the call that was to remove it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMFADelete.html
 */
export function reasonOf({ kind, message }: Failure): Leftover['reason'] {
  if (kind !== 'denied') return 'failed';
  return /\bmfa authentication\b/i.test(message) ? 'mfa-delete' : 'refused';
}

/** An object, version or delete marker that is left. */
export function versionLeft(
  entry: Pick<JournalEntry, 'bucket' | 'key'>,
  versionId: string | undefined,
  reason: Leftover['reason'],
): Leftover {
  const version = versionId === undefined ? [] : ['--version-id', versionId];
  const device = reason === 'mfa-delete' ? ['--mfa', 'SERIAL CODE'] : [];
  const doubt = reason === 'unsure' ? 'may be there: ' : '';
  return {
    kind: 'object',
    what: `${doubt}object s3://${entry.bucket}/${entry.key}${versionId === undefined ? '' : `, version ${versionId}`}`,
    command: awsCommand('s3api', 'delete-object', '--bucket', entry.bucket, '--key', entry.key, ...version, ...device),
    reason,
    ...(versionId === undefined ? {} : { versionId }),
  };
}

/** An upload that is left; without an id: that may be. */
export function uploadLeft(
  entry: Pick<JournalEntry, 'bucket' | 'key'>,
  uploadId: string | undefined,
  reason: Leftover['reason'],
): Leftover {
  const place = ['--bucket', entry.bucket] as const;
  if (uploadId === undefined) {
    return {
      kind: 'upload',
      what: `may be there: an unfinished upload to s3://${entry.bucket}/${entry.key}`,
      command: awsCommand('s3api', 'list-multipart-uploads', ...place, '--prefix', entry.key),
      reason: 'unsure',
    };
  }
  return {
    kind: 'upload',
    what: `unfinished upload to s3://${entry.bucket}/${entry.key}`,
    command: awsCommand('s3api', 'abort-multipart-upload', ...place, '--key', entry.key, '--upload-id', uploadId),
    reason,
  };
}
