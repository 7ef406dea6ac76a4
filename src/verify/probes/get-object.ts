import { readObjectBody } from '../../aws/index.ts';
import { PROBE_FOLDER } from '../../model/constants.ts';
import type { Canary, CheckCalls, Probe, RunContext } from '../context.ts';
import { failed, type Outcome, wrongAnswer } from '../outcome.ts';

/** The probe object is far smaller. */
const READ_LIMIT = 4_096;

/**
 * Reads the probe object back and compares it. Where it could not be put, asks for a key that does not exist: the answer still tells
 * whether the role may read. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const getObject: Probe = async (run, check, calls) => {
  const put = run.state.outcomes.get(check.node.replace('get-object', 'put-object'));
  const canary = run.state.canaries.get(check.prefix);
  if (put?.result === 'allow' && canary !== undefined) return readCanary(run, calls, canary);
  if (put?.result === 'deny') return readMissing(run, calls, check.prefix);
  return { result: 'skipped', note: 'nothing to read: put-object did not succeed' };
};

/** Reads a probe object and compares content. */
export async function readCanary(run: RunContext, calls: CheckCalls, canary: Canary): Promise<Outcome> {
  const read = await calls.read(async (s3, options) => {
    const answer = await s3.getObject({ Bucket: run.target.bucket, Key: canary.key }, options);
    return { ...answer, content: await readObjectBody(answer.Body, READ_LIMIT) };
  });
  if (!read.ok) return failed(read.failure);
  if (read.value.content.equals(Buffer.from(canary.body))) return { result: 'allow' };
  return wrongAnswer('ContentDiffers', `${read.value.content.length} bytes came back that are not those that were put`);
}

/**
 * A key that does not exist: 404 means that the caller may read and list, 403 that it lacks one of both, and within the account the text
 * says which. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
async function readMissing(run: RunContext, calls: CheckCalls, prefix: string): Promise<Outcome> {
  const key = `${prefix}${PROBE_FOLDER}${run.ports.newId()}`;
  const read = await calls.read((s3, options) => s3.getObject({ Bucket: run.target.bucket, Key: key }, options));
  const note = 'nothing could be put, so a key that does not exist was asked for';
  if (read.ok) return wrongAnswer('UnexpectedObject', 'a key that cannot exist was answered with an object');
  const { kind, denial } = read.failure;
  if (kind === 'not-found' || (kind === 'denied' && denial?.action === 's3:ListBucket')) {
    return { result: 'allow', note };
  }
  if (kind === 'denied' && denial?.action === undefined) {
    return { result: 'skipped', note: `${note}, and S3 does not say whether reading or listing is refused` };
  }
  return { ...failed(read.failure), note };
}
