import { Readable } from 'node:stream';
import type { CallResult } from '../../aws/index.ts';
import type { FailureKind } from '../../model/failure.ts';
import { canaryInput, noteCreated } from '../canary.ts';
import type { Canary, CheckCalls, Probe, RunContext } from '../context.ts';
import { failed, type Outcome, wrongAnswer } from '../outcome.ts';
import { fetchCanary } from './get-object.ts';

/** A stream can be sent only once, so the SDK does not repeat the request: this probe does, with a new stream. */
const MAX_ATTEMPTS = 3;
const PAUSES_MS: readonly number[] = [60, 200];
const PASSING: readonly FailureKind[] = ['server', 'throttling', 'network', 'timeout'];
/** The new content is looked at while the answer is on its way, as the delete's effect is. */
const FIRST_LOOK_MS = 4;

/** The looks that were sent before the answers of the puts, by the object's key. */
const looks = new WeakMap<Canary, Promise<CallResult<{ readonly content: Buffer }>>>();

/**
 * Puts an object as boto3 does since version 1.36: as `aws-chunked` with a CRC32 in the trailer, and without a condition. It goes over the
 * run's own probe object, which is replaced. https://docs.aws.amazon.com/sdkref/latest/guide/feature-dataintegrity.html
 */
export const putObjectAsBoto3: Probe = async (run, check, calls) => {
  const canary = run.state.canaries.get(check.prefix);
  if (canary === undefined) return { result: 'skipped', note: 'nothing was put' };
  const sending = sendStream(run, calls, canary);
  looks.set(
    canary,
    run.ports.sleep(FIRST_LOOK_MS, run.signal).then(() => fetchCanary(run, calls.look, canary)),
  );
  const put = await sending;
  if (put.ok) {
    await noteCreated(run, canary.entryId, canary.key, put.value.VersionId, put.attempts > 1);
    return { result: 'allow' };
  }
  // A put without an answer may have made a version, or may still arrive.
  if (put.failure.kind !== 'denied') await run.journal.update(canary.entryId, { unsure: true });
  return failed(put.failure);
};

async function sendStream(run: RunContext, calls: CheckCalls, canary: Canary) {
  const bytes = Buffer.from(canary.nextBody);
  for (let attempt = 1; ; attempt++) {
    const put = await calls.write((s3, options) =>
      s3.putObject(
        // One chunk: all but the last of an aws-chunked body must have 8 KiB.
        { ...canaryInput(run, canary.key, Readable.from([bytes])), ContentLength: bytes.length },
        options,
      ),
    );
    if (put.ok || attempt === MAX_ATTEMPTS || !PASSING.includes(put.failure.kind)) {
      return { ...put, attempts: attempt };
    }
    await run.ports.sleep(PAUSES_MS[attempt - 1] ?? 0, run.signal);
  }
}

/** Reads the object that was put a second time: what ChannelMix uploads anew must replace what was there. */
export const overwriteObject: Probe = async (run, check, calls) => {
  const canary = run.state.canaries.get(check.prefix);
  if (canary === undefined) return { result: 'skipped', note: 'nothing was put' };
  const first = await looks.get(canary);
  if (first?.ok === true && isNew(canary, first.value.content)) return { result: 'allow' };
  // Nobody answered for as long as a call may take: a second one would only take as long again.
  if (first?.ok === false && first.failure.kind === 'timeout') return failed(first.failure, 's3:GetObject');
  const read = await fetchCanary(run, calls.read, canary);
  if (read.ok) return compare(canary, read.value.content);
  const reading = await run.ended(check.node.replace('overwrite-object', 'get-object'));
  if (read.failure.kind === 'denied' && reading?.result !== 'allow') {
    return { result: 'allow', note: 'the put was accepted; its effect could not be seen: the role may not read' };
  }
  return failed(read.failure, 's3:GetObject');
};

function isNew(canary: Canary, content: Buffer): boolean {
  return content.equals(Buffer.from(canary.nextBody));
}

function compare(canary: Canary, content: Buffer): Outcome {
  if (isNew(canary, content)) return { result: 'allow' };
  if (content.equals(Buffer.from(canary.body))) {
    return wrongAnswer('NotOverwritten', 'S3 accepted the second put, but the first content is still there');
  }
  return wrongAnswer(
    'ContentDiffers',
    `${content.length} bytes came back that are not those that were put: something on the way does not understand aws-chunked`,
  );
}
