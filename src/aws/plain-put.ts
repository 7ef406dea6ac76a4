import type { PutObjectCommandInput, PutObjectCommandOutput } from '@aws-sdk/client-s3';
import type { S3 } from './clients.ts';

/** Headers by which the SDK announces a checksum of the content. */
const CHECKSUM = /^x-amz-(checksum-|sdk-checksum-algorithm$|trailer$)/;

/** Commands of `putWithoutChecksum`. */
const withoutChecksum = new WeakSet<object>();

/** Whether a command's request has no checksum header. */
export function isWithoutChecksum(command: object): boolean {
  return withoutChecksum.has(command);
}

interface BuildArguments {
  readonly request: { headers: Readonly<Record<string, string>> };
}

/**
 * Puts an object without a checksum header. The signature still covers the content. S3 refuses such a put where the object would fall under
 * a retention period of Object Lock, also the bucket's default one, and stores nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 *
 * @param input as for `putObject`; the body is a string or bytes
 * @throws what the SDK throws
 */
export async function putWithoutChecksum(
  s3: S3,
  input: PutObjectCommandInput,
  options: { readonly abortSignal: AbortSignal },
): Promise<PutObjectCommandOutput> {
  const { PutObjectCommand } = await import('@aws-sdk/client-s3');
  const command = new PutObjectCommand(input);
  withoutChecksum.add(command);
  command.middlewareStack.add(
    (next) => async (args) => {
      const { request } = args as unknown as BuildArguments;
      request.headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !CHECKSUM.test(name)));
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'leaveChecksumOut' },
  );
  return s3.send(command, options);
}
