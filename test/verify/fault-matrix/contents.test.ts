import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLIENT_ACCOUNT, rootClients } from '../helpers.ts';
import { FULL, keepScore, LIMIT_MS, withoutPauses } from './matrix.ts';
import { createScene, type Kind, type Scene } from './scene.ts';
import { brokenConnection, type Interceptor, serviceFault, strikeCall } from './transport.ts';

/** `CONTENTS=10000` for more. */
const { CONTENTS } = process.env;
const RUNS = Number(CONTENTS ?? (FULL ? 300 : 4));

let restore: () => void;
beforeAll(() => {
  restore = withoutPauses();
});
afterAll(() => restore());

/** Keys that a client may have, among them some in the folder of the probes, and such as nobody would choose. */
const key = fc.oneof(
  fc.constantFrom(
    '.channelmix-verify/',
    '.channelmix-verify/readme.txt',
    `.channelmix-verify/${'a'.repeat(32)}`,
    `.channelmix-verify/${'b'.repeat(32)}/more`,
    'in/.channelmix-verify/x',
    'reports/2026 11+24&a=b%2B.csv',
    'a//b',
    'line\nbreak',
    '../etc/passwd',
    '漢é',
  ),
  fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme-ascii' }),
);

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('put' as const), key, body: fc.string({ maxLength: 50 }) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('delete' as const), key }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('upload' as const), key }) },
);

const FAULTS = ['none', '500', '503', 'before', 'after'] as const;

const world = fc.record({
  kind: fc.constantFrom<Kind>('minimal', 'extended', 'folders', 'versioned', 'suspended'),
  steps: fc.array(step, { maxLength: 12 }),
  fault: fc.constantFrom(...FAULTS),
  at: fc.nat({ max: 60 }),
  times: fc.integer({ min: 1, max: 4 }),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function fill(scene: Scene, steps: readonly Step[]): Promise<void> {
  const s3 = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).s3();
  const Bucket = scene.flags.bucket;
  for (const one of steps) {
    const { does, key: Key } = one;
    if (does === 'put') {
      await s3.putObject({ Bucket, Key, Body: one.body, Metadata: { own: 'yes' }, Tagging: 'kept=yes' });
    } else if (does === 'delete') await s3.deleteObject({ Bucket, Key });
    else await s3.createMultipartUpload({ Bucket, Key });
  }
}

const STRIKES: Readonly<Record<(typeof FAULTS)[number], Interceptor>> = {
  none: (_request, send) => send(),
  500: async (request) => serviceFault(500, request),
  503: async (request) => serviceFault(503, request),
  before: (_request, send) => brokenConnection('before', send),
  after: (_request, send) => brokenConnection('after', send),
};

/** So many worlds are filled into one bucket, one after the other, before a new one is made. */
const USES = 20;
const inUse = new Map<Kind, { readonly scene: Scene; left: number }>();
afterAll(() => Promise.all([...inUse.values()].map(({ scene }) => scene.close())));

async function sceneOf(kind: Kind): Promise<Scene> {
  const known = inUse.get(kind);
  if (known !== undefined && known.left > 0) {
    known.left -= 1;
    return known.scene;
  }
  await known?.scene.close();
  const scene = await createScene(kind);
  inUse.set(kind, { scene, left: USES - 1 });
  return scene;
}

const score = keepScore('random contents of a bucket');

test(
  'whatever is in a bucket, and whatever fails: before and after are the same, version for version',
  async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ kind, steps, fault, at, times }) => {
        const scene = await sceneOf(kind);
        await fill(scene, steps);
        const call = scene.calls[at % scene.calls.length] ?? { operation: 's3:PutObject', nth: 1 };
        const judged = await scene.run(strikeCall(call, times, STRIKES[fault]).intercept);
        score.add(judged);
        expect(judged.wrong).toEqual([]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  },
  CONTENTS === undefined ? LIMIT_MS : 3_600_000,
);
