import { putCanary, removeCanary } from '../canary.ts';
import type { Probe, RunContext } from '../context.ts';
import { blockedBy, type Outcome } from '../outcome.ts';
import type { PlannedCheck } from '../plan.ts';
import { readCanary } from './get-object.ts';

/**
 * Puts an object encrypted with the customer managed key and reads it back: the first needs kms:GenerateDataKey, the second kms:Decrypt.
 * Where no key was named, the bucket's own encryption has done the same to the first probe object: its put named the key.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export const putObjectKms: Probe = async (run, check, calls) => {
  if (run.target.kmsKeyArn === undefined) return byDefault(run, check);
  const slot = `${check.prefix}#kms`;
  const put = await putCanary(run, calls, {
    slot,
    prefix: check.prefix,
    encryption: { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: check.resource },
  });
  const canary = run.state.canaries.get(slot);
  if (put.result !== 'allow' || canary === undefined) return put;
  const read = await readCanary(run, calls, canary);
  await removeCanary(run, calls, canary);
  return asDecrypt(read);
};

/** The put has told by which key the bucket encrypts, and that the role may use it; reading it back tells the rest. */
async function byDefault(run: RunContext, check: PlannedCheck): Promise<Outcome> {
  const key = run.state.encryption?.kmsKeyArn;
  if (key === undefined) return { result: 'skipped', note: 'the bucket does not encrypt with KMS', absent: true };
  const read = await run.ended(check.node.replace('put-object-kms', 'get-object'));
  if (read === undefined || read.result === 'skipped') return { result: 'skipped', note: 'nothing was read back' };
  const more = { resource: key, note: 'the bucket encrypts with this key by itself' };
  if (read.result === 'allow') return { result: 'allow', ...more };
  // A refusal to read is one to decrypt only where AWS says so: the other one is told by the probe that met it.
  const decrypt = read.result === 'deny' && read.failure.denial?.action?.startsWith('kms:') === true;
  return decrypt ? { ...asDecrypt(read), ...more } : { result: 'skipped', note: blockedBy('get-object') };
}

/** A refusal to read what was encrypted is one to decrypt it, as far as nobody says otherwise. */
function asDecrypt<O extends Outcome>(read: O): Outcome {
  return read.result === 'deny' ? { ...read, action: read.failure.denial?.action ?? 'kms:Decrypt' } : read;
}
