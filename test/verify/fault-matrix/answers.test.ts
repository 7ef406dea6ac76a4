import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelMixPorts } from '../helpers.ts';
import { FULL, keepScore, LIMIT_MS, sampled, scenePool, withoutPauses, withShortLimits } from './matrix.ts';
import type { Judged, Kind, Scene } from './scene.ts';

const KINDS: readonly Kind[] = FULL ? ['minimal', 'extended', 'versioned', 'suspended'] : ['extended'];
/** Answers that come, and are not right. */
const WRONG = 'truncated short corrupt checksum etag empty html blocked error redirect elsewhere'.split(' ');
/** Answers that do not come to an end. */
const ENDLESS = ['long', 'silent', 'slow', 'endless'];
const SAMPLE = { wrong: 16, endless: 3 } as const;
/** No fault makes a run send more than so many requests: redirects, retries and the cleanup's attempts end. */
const MOST_REQUESTS = 110;

/** Shapes that have nothing of a right answer, and the checks whose only evidence is the answer to an operation. */
const NOTHING_RIGHT: ReadonlySet<string> = new Set([
  'truncated',
  'empty',
  'html',
  'blocked',
  'error',
  'redirect',
  'elsewhere',
  'long',
  'silent',
]);
const EVIDENCE: Readonly<Record<string, readonly string[]>> = {
  'sts:AssumeRole': ['assume-role'],
  's3:GetObject': ['get-object', 'get-object-range', 'overwrite-object', 'special-keys'],
  's3:HeadObject': ['head-object'],
  's3:ListObjectsV2': ['list-bucket'],
  's3:CreateMultipartUpload': ['multipart-upload'],
  's3:UploadPart': ['multipart-upload'],
};

interface Combination {
  readonly shape: string;
  readonly operation: string;
  /** Every answer, or the first one. */
  readonly always: boolean;
}

function combinationsOf({ calls }: Scene, shapes: readonly string[], most: number): readonly Combination[] {
  const operations = [...new Set(calls.map(({ operation }) => operation))];
  const all = [true, false].flatMap((always) =>
    shapes.flatMap((shape) => operations.map((operation) => ({ shape, operation, always }))),
  );
  return sampled(all, most);
}

function misfits(
  scene: Scene,
  { report, error, exit, requests, wrong }: Judged,
  combination: Combination,
): readonly string[] {
  const { host } = new URL(scene.sandbox.endpoint);
  const text = error instanceof Error ? error.message : JSON.stringify(report);
  const { shape, operation, always } = combination;
  const evidence = always && NOTHING_RIGHT.has(shape) ? (EVIDENCE[operation] ?? []) : [];
  const believed = report?.checks.filter(({ id, result }) => result === 'allow' && evidence.includes(id)) ?? [];
  return [
    ...wrong,
    ...believed.map(({ id }) => `${id} is "allow", and nothing said so`),
    ...([0, 3, 4].includes(exit) ? [] : [`exit code ${exit}`]),
    ...(text.includes(host) ? [] : [`nothing names the host: ${text}`]),
    ...(requests > MOST_REQUESTS ? [`${requests} requests`] : []),
  ];
}

let restore: () => void;
beforeAll(() => {
  restore = withoutPauses();
});
afterAll(() => restore());

const { use } = scenePool();

async function tryAll(
  scene: Scene,
  combinations: readonly Combination[],
  judge: (combination: Combination) => Promise<Judged>,
): Promise<void> {
  const wrong: string[] = [];
  for (const combination of combinations) {
    const { shape, operation, always } = combination;
    scene.sandbox.faults.add(`answer=${shape},${operation}${always ? '' : ',at=1'}`);
    const what = misfits(scene, await judge(combination), combination);
    if (what.length > 0) wrong.push(`${operation} ${shape} ${always ? 'always' : 'once'}: ${what.join('; ')}`);
  }
  expect(wrong).toEqual([]);
}

describe('a wrong answer', () => {
  const score = keepScore('wrong answers');
  test.concurrent.each(KINDS)(
    'to each operation is never a verdict, and leaves nothing (%s)',
    (kind) =>
      use(kind, (scene) =>
        tryAll(scene, combinationsOf(scene, WRONG, SAMPLE.wrong), async () => {
          const judged = await scene.run();
          score.add(judged);
          return judged;
        }),
      ),
    LIMIT_MS,
  );
});

describe('an answer that does not end', () => {
  const score = keepScore('answers that do not end, with limits a twentieth as long');
  let limits: ReturnType<typeof withShortLimits>;
  beforeAll(() => {
    limits = withShortLimits();
  });
  afterAll(() => limits.end());

  // The run's limit and the cleanup's, and what the machine needs.
  const limitMs = (300_000 + 30_000) / 20 + 3_000;
  test.concurrent.each(KINDS)(
    'is left by the limits of the call and the run, is never a verdict, and leaves nothing unnamed (%s)',
    (kind) =>
      use(kind, (scene) =>
        tryAll(scene, combinationsOf(scene, ENDLESS, SAMPLE.endless), async () => {
          const judged = await scene.run(undefined, {
            ports: limits.shorten(channelMixPorts(scene.sandbox.endpoint)),
            limitMs,
          });
          score.add(judged);
          return judged;
        }),
      ),
    LIMIT_MS,
  );
});

// Real limits: 10 s without a byte, 30 s a call, 45 s without an answer a check, 30 s the cleanup.
describe.runIf(FULL)('without shorter limits', () => {
  const operations = ['GetObject', 'PutObject', 'DeleteObject', 'ListObjectsV2'];
  const cases = ['slow', 'silent', 'endless'].flatMap((shape) => operations.map((name) => [shape, name] as const));
  test.concurrent.each(cases)(
    'an answer that is %s to %s ends by the limits of a call and of a check',
    (shape, operation) =>
      use('minimal', async (scene) => {
        scene.sandbox.faults.add(`answer=${shape},s3:${operation}`);
        const memory = process.memoryUsage().rss;
        const { report, error, wrong, exit } = await scene.run(undefined, { limitMs: 80_000 });
        expect({ wrong, error }).toEqual({ wrong: [], error: undefined });
        expect([3, 4]).toContain(exit);
        const slowest = Math.max(...(report?.checks ?? []).map(({ ms }) => ms));
        console.log(
          `${operation} ${shape}: slowest check ${slowest} ms, memory +${(process.memoryUsage().rss - memory) >> 20} MiB`,
        );
        expect(slowest).toBeLessThan(46_000);
      }),
    LIMIT_MS,
  );
});
