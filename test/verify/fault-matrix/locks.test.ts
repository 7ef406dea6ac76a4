import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keepScore, LIMIT_MS, sampled, scenePool, withoutPauses } from './matrix.ts';
import { brokenConnection, type Interceptor, serviceFault, strikeCall } from './transport.ts';

let restore: () => void;
beforeAll(() => {
  restore = withoutPauses();
});
afterAll(() => restore());

const { use } = scenePool();
const score = keepScore('buckets that keep what is put');

const STRIKES: readonly (readonly [string, Interceptor])[] = [
  ['503', async (request) => serviceFault(503, request)],
  ['reset before', (_request, send) => brokenConnection('before', send)],
  ['reset after', (_request, send) => brokenConnection('after', send)],
];

test.concurrent.each(['locked', 'locked and readable'] as const)(
  'where Object Lock would keep a probe object, no fault at any call lets one be put (%s)',
  (kind) =>
    use(kind, async (scene) => {
      const wrong: string[] = [];
      const all = STRIKES.flatMap(([fault, strike]) =>
        [1, 3].flatMap((times) => scene.calls.map((call) => ({ call, fault, times, strike }))),
      );
      for (const { call, fault, times, strike } of sampled(all, 6)) {
        const judged = await scene.run(strikeCall(call, times, strike).intercept);
        score.add(judged);
        // Everything stays as it was: a locked object could not be removed.
        const left = judged.report?.cleanup.left.length ?? 0;
        if (judged.wrong.length > 0 || judged.exit !== 3 || left > 0) {
          wrong.push(`${call.operation} (${call.nth}) ${fault} x ${times}: exit code ${judged.exit}, ${judged.wrong}`);
        }
      }
      expect(wrong).toEqual([]);
    }),
  LIMIT_MS,
);

test.concurrent('nor does the time that a journal on disk takes, in which another probe finds the lock', () =>
  use('locked', async (scene) => {
    const directory = await mkdtemp(join(tmpdir(), 'locks-'));
    for (let round = 0; round < 6; round++) {
      const { exit, wrong, report } = await scene.run(undefined, { state: { directory } });
      expect({ exit, wrong, left: report?.cleanup.left }).toEqual({ exit: 3, wrong: [], left: [] });
    }
    await rm(directory, { recursive: true });
  }));
