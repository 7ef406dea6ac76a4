import { afterAll, beforeAll, expect, test } from 'vitest';
import { FULL, keepScore, LIMIT_MS, sampled, scenePool, withoutPauses } from './matrix.ts';
import type { Judged, Kind, Scene } from './scene.ts';
import { brokenConnection, type Interceptor, type SentRequest, serviceFault, strikeCall } from './transport.ts';

const KINDS: readonly Kind[] = FULL ? ['minimal', 'extended', 'folders', 'versioned'] : ['minimal', 'versioned'];
const STATUSES = [429, 500, 502, 503, 504] as const;
const TIMES = [1, 2, 3, 4] as const;
const RESETS = ['before', 'after', 'tls'] as const;
/** In a sample, so many combinations of a kind. */
const SAMPLE = { faults: 10, resets: 4 } as const;
/** The SDK's attempts at a call. */
const ATTEMPTS = 3;

/** Calls that only tell more about the rest, or are for information: without their answer the report has all its verdicts. */
const MAY_BE_MISSED: ReadonlySet<string> = new Set([
  's3:HeadBucket',
  's3:GetObjectLockConfiguration',
  's3:GetBucketVersioning',
  's3:GetBucketRequestPayment',
  's3:GetBucketReplication',
  's3:GetBucketNotificationConfiguration',
  's3:ListParts',
  // One of the calls of each: whether a session may last 12 h, the removal that the cleanup repeats, the look at what was deleted, and the
  // one at what was overwritten, which is sent before it is known that there is anything to see.
  'sts:AssumeRole',
  's3:AbortMultipartUpload',
  's3:DeleteObject',
  's3:ListObjectsV2',
  's3:GetObject',
]);

let restore: () => void;
beforeAll(() => {
  restore = withoutPauses();
});
afterAll(() => restore());

const { use } = scenePool();

interface Combination {
  readonly call: Pick<SentRequest, 'operation' | 'nth'>;
  readonly fault: string;
  readonly times: number;
  readonly strike: Interceptor;
  /** The client's own retries are enough. */
  readonly unseen: boolean;
}

function faultsOf({ calls }: Scene): readonly Combination[] {
  const all = TIMES.flatMap((times) =>
    STATUSES.flatMap((status) =>
      calls.map((call) => ({
        call,
        fault: `${status}`,
        times,
        strike: async (request: SentRequest) => serviceFault(status, request),
        unseen: times < ATTEMPTS,
      })),
    ),
  );
  return sampled(all, SAMPLE.faults);
}

function resetsOf({ calls }: Scene): readonly Combination[] {
  const all = RESETS.flatMap((how) =>
    [1, 3].flatMap((times) =>
      calls.map((call) => ({
        call,
        fault: `reset ${how}`,
        times,
        strike: ((_request, send) => brokenConnection(how, send)) satisfies Interceptor,
        unseen: times < ATTEMPTS && how !== 'tls',
      })),
    ),
  );
  return sampled(all, SAMPLE.resets);
}

/** What of the end of a run does not fit the fault. */
function misfits(
  { report, error, exit, wrong }: Judged,
  { call, unseen }: Combination,
  struck: number,
): readonly string[] {
  const seen = exit !== 0 || report?.ok !== true;
  const unknown = report?.checks.some(({ result }) => result === 'error') ?? error !== undefined;
  return [
    ...wrong,
    ...(exit === 1 || exit > 3 ? [`exit code ${exit}`] : []),
    ...(unseen && seen
      ? [`was seen: exit code ${exit}, ${JSON.stringify(report?.checks.filter(({ ok }) => !ok))}`]
      : []),
    ...(exit === 3 && !unknown ? ['exit code 3 without an unknown'] : []),
    // A call that came no more, since this run went otherwise, was not struck.
    ...(!unseen && struck > 0 && !seen && !MAY_BE_MISSED.has(call.operation) && lasting(struck) ? ['was missed'] : []),
  ];
}

function lasting(struck: number): boolean {
  return struck >= ATTEMPTS;
}

function matrixOf(name: string, combinations: (scene: Scene) => readonly Combination[]): void {
  const score = keepScore(name);
  test.concurrent.each(KINDS)(
    `${name} at each call of a run (%s): passes unseen or is unknown, is never a verdict, and leaves nothing`,
    (kind) =>
      use(kind, async (scene) => {
        const wrong: string[] = [];
        for (const combination of combinations(scene)) {
          const { call, fault, times, strike } = combination;
          const { intercept, struck } = strikeCall(call, times, strike);
          const judged = await scene.run(intercept);
          score.add(judged);
          const what = misfits(judged, combination, struck());
          if (what.length > 0) wrong.push(`${call.operation} (${call.nth}) ${fault} x ${times}: ${what.join('; ')}`);
        }
        expect(wrong).toEqual([]);
      }),
    LIMIT_MS,
  );
}

matrixOf('a service fault', faultsOf);
matrixOf('a broken connection', resetsOf);
