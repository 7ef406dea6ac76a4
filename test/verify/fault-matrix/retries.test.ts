import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { callAws, createAwsClients } from '../../../src/aws/index.ts';
import { channelMixPorts } from '../helpers.ts';
import { FULL, LIMIT_MS, scenePool, withoutPauses } from './matrix.ts';
import { brokenConnection, type Interceptor, intercepted, serviceFault } from './transport.ts';

const { use } = scenePool();
const TO_MAKE: ReadonlySet<string> = new Set(['s3:PutObject', 's3:CreateMultipartUpload', 's3:UploadPart']);

test('a run that has spent the retries of its client cleans up with three attempts at each call all the same', async () => {
  const restore = withoutPauses();
  try {
    await use('folders', async (scene) => {
      let cleaning = false;
      const attempts = new Map<string, number>();
      const intercept: Interceptor = async (request, send) => {
        const { operation, nth } = request;
        if (!operation.startsWith('s3:') || (!cleaning && TO_MAKE.has(operation))) return send();
        if (!cleaning) return serviceFault(500, request);
        const call = `${operation} ${nth}`;
        const made = (attempts.get(call) ?? 0) + 1;
        attempts.set(call, made);
        return made < 3 ? serviceFault(500, request) : send();
      };
      const { report, exit, wrong } = await scene.run(intercept, {
        onEvent: ({ type }) => {
          cleaning ||= type === 'cleanup';
        },
      });
      const unanswered = report?.checks.filter(({ error }) => error?.code === 'InternalError') ?? [];
      // 500 tokens at 14 each: the later calls got no second attempt.
      expect(unanswered.some((check) => check.attempts === 1)).toBe(true);
      expect(Math.max(...attempts.values())).toBe(3);
      expect({ exit, wrong, left: report?.cleanup.left }).toEqual({ exit: 3, wrong: [], left: [] });
    });
  } finally {
    restore();
  }
});

// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html and
// https://aws.amazon.com/blogs/developer/updated-default-retry-behavior-for-aws-sdks-and-tools: a random part of 50 ms, or 1 s where it is
// throttling, doubled at each attempt; what the service asks for counts up to 5 s more than that.
test.each([
  ['a fault', 500, undefined, 1, [50, 100]],
  ['a fault', 503, undefined, 1, [1_000, 2_000]],
  ['throttling', 429, undefined, 0.5, [500, 1_000]],
  ['a fault, with a hint', 500, '700', 1, [700, 700]],
  ['a fault, with a hint beyond the bound', 500, '60000', 1, [5_050, 5_100]],
])(
  '%s (%i, x-amz-retry-after %s, random part %f) is asked again after %j ms',
  async (_name, status, hint, part, pauses) => {
    const random = vi.spyOn(Math, 'random').mockReturnValue(part);
    const timeout = setTimeout;
    const waited: number[] = [];
    const timers = vi.spyOn(globalThis, 'setTimeout').mockImplementation(((act: () => void, ms = 0) => {
      waited.push(ms);
      return timeout(act, 0);
    }) as typeof setTimeout);
    try {
      const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' };
      const clients = createAwsClients({ endpointUrl: 'http://127.0.0.1:9', region: 'us-east-1', credentials });
      const ports = intercepted(
        { ...channelMixPorts('http://127.0.0.1:9'), clients: () => clients },
        async (request) => {
          const answer = serviceFault(status, request);
          return hint === undefined ? answer : { ...answer, headers: { ...answer.headers, 'x-amz-retry-after': hint } };
        },
      );
      const s3 = await ports.clients().s3();
      const answer = await callAws((options) => s3.listBuckets({}, options));
      expect(answer).toMatchObject({ ok: false, attempts: 3 });
      const near = (pause: number) => waited.some((ms) => Math.abs(ms - pause) <= 20);
      expect(
        pauses.filter((pause) => !near(pause)),
        `waited ${waited.join()}`,
      ).toEqual([]);
    } finally {
      timers.mockRestore();
      random.mockRestore();
    }
  },
);

test.concurrent.each([
  ['s3:PutObject', 1],
  ['s3:PutObject', 2],
  ['s3:PutObject', 3],
  ['s3:CreateMultipartUpload', 1],
] as const)(
  'a request whose answer was lost, and that arrives when a second one is done with, leaves nothing (%s %i)',
  (operation, nth) =>
    use('extended', async (scene) => {
      let late: Promise<unknown> | undefined;
      const { exit, wrong, report } = await scene.run(
        async (request, send) => {
          if (request.operation !== operation || request.nth !== nth || late !== undefined) return send();
          late = new Promise((resolve) => setTimeout(() => resolve(send()), 700));
          return brokenConnection('before', send);
        },
        { hurry: 1 },
      );
      await late;
      expect({ exit, wrong, left: report?.cleanup.left }).toEqual({ exit: 0, wrong: [], left: [] });
    }),
);

test.runIf(FULL)(
  'an upload that was completed, and whose answer has an error in it, is unknown, and its object is removed',
  () =>
    use('minimal', async (scene) => {
      scene.sandbox.faults.add('answer=error,s3:CompleteMultipartUpload,at=1,times=3');
      const { report, exit, wrong } = await scene.run(undefined, { flags: { ...scene.flags, deep: true } });
      expect({ exit, wrong, left: report?.cleanup.left }).toEqual({ exit: 3, wrong: [], left: [] });
    }),
  LIMIT_MS,
);

let began: number;
beforeAll(() => {
  began = process.memoryUsage().rss;
});
afterAll(() => {
  if (FULL) console.log(`crowd: memory +${(process.memoryUsage().rss - began) >> 20} MiB`);
});

test.runIf(FULL).each(['extended', 'versioned'] as const)(
  '64 verifies of one bucket at once, 20 times, do not see each other (%s)',
  (kind) =>
    use(kind, async (scene) => {
      const before = scene.sandbox.snapshot().s3;
      for (let round = 0; round < 20; round++) {
        const runs = await Promise.all(Array.from({ length: 64 }, () => scene.run(undefined, { hurry: 1 })));
        expect(runs.filter(({ exit }) => exit !== 0)).toEqual([]);
      }
      expect(scene.sandbox.snapshot().s3).toEqual(before);
    }),
  LIMIT_MS,
);
