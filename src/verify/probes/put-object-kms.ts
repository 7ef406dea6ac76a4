import { putCanary } from '../canary.ts';
import type { Probe } from '../context.ts';
import { readCanary } from './get-object.ts';

/**
 * Puts an object encrypted with the customer managed key and reads it back: the first needs kms:GenerateDataKey, the second kms:Decrypt.
 * The cleanup removes it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export const putObjectKms: Probe = async (run, check, calls) => {
  const slot = `${check.prefix}#kms`;
  const put = await putCanary(run, calls, slot, check.prefix, {
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: check.resource,
  });
  const canary = run.state.canaries.get(slot);
  if (put.result !== 'allow' || canary === undefined) return put;
  const read = await readCanary(run, calls, canary);
  if (read.result !== 'deny') return read;
  return { ...read, action: read.failure.denial?.action ?? 'kms:Decrypt' };
};
