import { expect } from 'vitest';
import type { VerifyReport } from '../../src/model/check.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { words } from '../documented.ts';
import { CLIENT_ACCOUNT, rootClients } from './setup.ts';

export * from './setup.ts';

/** What is stored in S3 has to be the same before and after. */
export async function leavesNothing<T>(sandbox: Sandbox, act: () => Promise<T>): Promise<T> {
  const before = sandbox.snapshot().s3;
  const outcome = await act();
  expect(sandbox.snapshot().s3).toEqual(before);
  expect(sandbox.bugs()).toEqual([]);
  return outcome;
}

/** Does what the commands of a report say. */
export async function removeLeftovers(
  sandbox: Sandbox,
  left: VerifyReport | readonly { readonly command: string }[],
): Promise<void> {
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  for (const { command } of 'cleanup' in left ? left.cleanup.left : left) {
    const given = words(command);
    const value = (name: string) => given[given.indexOf(`--${name}`) + 1];
    const Bucket = value('bucket');
    const Key = value('key');
    if (command.includes(' delete-object '))
      await s3.deleteObject({
        Bucket,
        Key,
        VersionId: command.includes('--version-id') ? value('version-id') : undefined,
      });
    else if (command.includes(' abort-multipart-upload ')) {
      const upload = { Bucket, Key, UploadId: value('upload-id') };
      // The answer that would have said that it is gone may have been lost.
      await s3.abortMultipartUpload(upload).catch((error: Error) => expect(error.name).toBe('NoSuchUpload'));
    } else if (command.includes(' list-multipart-uploads ')) {
      const { Uploads = [] } = await s3.listMultipartUploads({ Bucket, Prefix: value('prefix') });
      for (const upload of Uploads) {
        await s3.abortMultipartUpload({ Bucket, Key: upload.Key, UploadId: upload.UploadId });
      }
    } else {
      const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket, Prefix: value('prefix') });
      for (const one of [...Versions, ...DeleteMarkers]) {
        await s3.deleteObject({ Bucket, Key: one.Key, VersionId: one.VersionId });
      }
    }
  }
}

/** There is no object, version, marker or upload in the bucket. */
export async function expectEmpty(sandbox: Sandbox, bucket: string): Promise<void> {
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket: bucket });
  expect([...Versions, ...DeleteMarkers]).toEqual([]);
  expect((await s3.listMultipartUploads({ Bucket: bucket })).Uploads ?? []).toEqual([]);
}
