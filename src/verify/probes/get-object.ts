import { type CallResult, readObjectBody } from '../../aws/index.ts';
import type { Canary, CheckCalls, Probe, RunContext } from '../context.ts';
import { failed, type Outcome, wrongAnswer } from '../outcome.ts';
import { probeKey } from '../planned-call.ts';

/** The probe object is far smaller. */
const READ_LIMIT = 4_096;
/** What the ranged read asks for: bytes in the middle, both ends included. */
const RANGE = { first: 20, last: 59 } as const;

/**
 * Reads the probe object back and compares it. Where it could not be put, asks for a key that does not exist: the answer still tells
 * whether the role may read. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const getObject: Probe = async (run, check, calls) => {
  const put = run.state.outcomes.get(check.node.replace('get-object', 'put-object'));
  const canary = run.state.canaries.get(check.prefix);
  if (put?.result === 'allow' && canary !== undefined) return readCanary(run, calls, canary);
  const notPut = run.state.locked === true || run.target.careful === true;
  if (put?.result === 'deny' || notPut) return readMissing(run, calls, check.prefix);
  return { result: 'skipped', note: 'nothing to read: put-object did not succeed' };
};

/** Reads some bytes of the probe object, as readers of large files do: 206, the range that was asked for, and its bytes. */
export const getObjectRange: Probe = async (run, check, calls) => {
  const canary = run.state.canaries.get(check.prefix);
  if (canary === undefined) return { result: 'skipped', note: 'nothing was put' };
  const read = await calls.read(async (s3, options) => {
    const Range = `bytes=${RANGE.first}-${RANGE.last}`;
    const answer = await s3.getObject({ Bucket: run.target.bucket, Key: canary.key, Range }, options);
    return { ...answer, content: await readObjectBody(answer.Body, READ_LIMIT) };
  });
  if (!read.ok) return failed(read.failure);
  const { ContentRange, content, $metadata } = read.value;
  const size = Buffer.byteLength(canary.body);
  if ($metadata.httpStatusCode !== 206 || ContentRange !== `bytes ${RANGE.first}-${RANGE.last}/${size}`) {
    return wrongAnswer(
      'RangeIgnored',
      `the answer to a range is status ${$metadata.httpStatusCode}, Content-Range ${ContentRange ?? 'none'}`,
    );
  }
  const expected = bodiesOf(canary).map((body) => body.subarray(RANGE.first, RANGE.last + 1));
  if (expected.some((bytes) => bytes.equals(content))) return { result: 'allow' };
  return wrongAnswer('ContentDiffers', 'the bytes of the range are not those that were put');
};

/** The object may have been overwritten by the probe beside this one. */
function bodiesOf(canary: Canary): readonly Buffer[] {
  return [Buffer.from(canary.body), Buffer.from(canary.nextBody)];
}

/** Reads a probe object and compares content. */
export async function readCanary(run: RunContext, calls: CheckCalls, canary: Canary): Promise<Outcome> {
  const read = await fetchCanary(run, calls.read, canary);
  if (!read.ok) return failed(read.failure);
  const { content } = read.value;
  if (bodiesOf(canary).some((body) => body.equals(content))) return { result: 'allow' };
  return wrongAnswer('ContentDiffers', `${content.length} bytes came back that are not those that were put`);
}

/** Gets a probe object's content by `read` or `look`. */
export function fetchCanary(
  run: RunContext,
  get: CheckCalls['read'],
  canary: Canary,
): Promise<CallResult<{ readonly content: Buffer }>> {
  return get(async (s3, options) => {
    const answer = await s3.getObject({ Bucket: run.target.bucket, Key: canary.key }, options);
    return { ...answer, content: await readObjectBody(answer.Body, READ_LIMIT) };
  });
}

/**
 * A key that does not exist: 404 means that the caller may read and list, 403 that it lacks one of both, and within the account the text
 * says which. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
async function readMissing(run: RunContext, calls: CheckCalls, prefix: string): Promise<Outcome> {
  const key = probeKey(prefix, run.ports.newId());
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
