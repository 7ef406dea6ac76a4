import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createVerifyPorts, sweep } from '../../../src/verify/index.ts';
import { CLIENT_ACCOUNT, rootClients } from '../helpers.ts';
import { FULL, LIMIT_MS, scenePool } from './matrix.ts';
import type { Scene } from './scene.ts';

let state: string;
beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), 'pages-'));
});
afterAll(() => rm(state, { recursive: true }));

const { use } = scenePool();

/** A sweep of the bucket by its owner, an hour later. */
function sweepAll({ sandbox, flags }: Scene) {
  return sweep({
    bucket: flags.bucket,
    dryRun: false,
    stateDirectory: state,
    connect: () =>
      createVerifyPorts({
        endpointUrl: sandbox.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: CLIENT_ACCOUNT, secretAccessKey: CLIENT_ACCOUNT },
      }),
    confirm: async () => true,
    signal: new AbortController().signal,
    now: () => Date.now() + 3_600_000,
  });
}

const LISTINGS = ['s3:ListObjectsV2', 's3:ListObjectVersions', 's3:ListMultipartUploads', 's3:ListParts'];
const cases = ['repeat', 'empty'].flatMap((shape) => LISTINGS.map((listing) => [shape, listing] as const));

test.each(FULL ? cases : cases.filter((_one, index) => index % 3 === 0))(
  'a listing that never ends (page=%s, %s) is neither followed nor believed by verify',
  (shape, listing) =>
    use('versioned', async (scene) => {
      scene.sandbox.faults.add(`page=${shape},${listing}`);
      const { exit, wrong, requests } = await scene.run();
      expect(wrong).toEqual([]);
      expect([0, 3, 4]).toContain(exit);
      expect(requests).toBeLessThan(70);
    }),
);

test.each(['repeat', 'empty'])('a sweep stops where a listing gives the same token again (page=%s)', (shape) =>
  use('versioned', async (scene) => {
    const before = scene.sandbox.snapshot().s3;
    scene.sandbox.faults.add(`page=${shape},s3:ListObjectVersions`);
    await expect(sweepAll(scene)).rejects.toMatchObject({
      code: 'service',
      message: expect.stringContaining('does not come to an end'),
    });
    scene.sandbox.faults.clear();
    expect(scene.sandbox.snapshot().s3).toEqual(before);
  }),
);

/** Delete markers come a thousand at a time. */
const MARKERS = FULL ? 100_000 : 2_000;

test(
  `${MARKERS} versions in the folder of the probes are swept in time, and what is beside them stays`,
  () =>
    use('versioned', async (scene) => {
      const s3 = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).s3();
      const Bucket = scene.flags.bucket;
      const foreign = ['.channelmix-verify/line\nbreak', '.channelmix-verify/notes.txt', 'line\nbreak'];
      for (const Key of foreign) await s3.putObject({ Bucket, Key, Body: 'kept' });
      const before = scene.sandbox.snapshot().s3;
      const keyOf = (number: number) => `.channelmix-verify/${number.toString(16).padStart(32, '0')}`;
      for (let first = 0; first < MARKERS; first += 1_000) {
        const Objects = Array.from({ length: 1_000 }, (_, index) => ({ Key: keyOf(first + index) }));
        await s3.deleteObjects({ Bucket, Delete: { Objects, Quiet: true } });
      }
      const memory = process.memoryUsage().rss;
      const began = performance.now();
      const report = await sweepAll(scene);
      const ms = performance.now() - began;
      if (FULL) {
        const growth = (process.memoryUsage().rss - memory) >> 20;
        console.log(`sweep of ${MARKERS} markers: ${Math.round(ms)} ms, memory of sandbox and sweep +${growth} MiB`);
      }
      expect(report).toMatchObject({ ok: true, removed: MARKERS, left: [] });
      expect(ms).toBeLessThan(60_000);
      expect(scene.sandbox.snapshot().s3).toEqual(before);
    }),
  LIMIT_MS,
);
