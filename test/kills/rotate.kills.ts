import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '../helpers.ts';
import { BUCKET, openScene, type Scene, USER } from '../rotate/helpers.ts';
import { CLIENT_ACCOUNT } from '../verify/setup.ts';
import { startProcess } from './scene.ts';

/** How many calls lie between two that a process is killed at. */
const APART = Number(process.env.ROTATE_KILLS_APART ?? 8);
const FLAGS = ['rotate', '--user', USER, '--bucket', BUCKET, '--secret-file', 'key.txt'];
const env = { AWS_ACCESS_KEY_ID: CLIENT_ACCOUNT, AWS_SECRET_ACCESS_KEY: CLIENT_ACCOUNT, AWS_REGION: 'us-east-1' };

/** Runs the first step in a process of its own, which gets the signal at its n-th call. */
async function killedAt(scene: Scene, folder: string, nth: number, signal: NodeJS.Signals, phase: 'before' | 'after') {
  let reached = false;
  const started = startProcess(
    [...FLAGS, '--endpoint-url', scene.sandbox.endpoint],
    {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      CHANNELMIX_S3_STATE_DIR: folder,
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
    `cd ${folder}`,
  );
  const end = scene.sandbox.observe(async (event) => {
    if (event.call !== nth || event.phase !== phase) return undefined;
    reached = true;
    started.kill(signal);
    // SIGKILL is at once; of another signal the process is to hear before its answer.
    await new Promise((resolve) => setTimeout(resolve, 20));
    return undefined;
  });
  const ended = await started.ended;
  end();
  return { ...ended, reached };
}

async function withScene(act: (scene: Scene, folder: string) => Promise<void>): Promise<void> {
  const scene = await openScene();
  const folder = await mkdtemp(join(tmpdir(), 'rotate-kills-'));
  try {
    await act(scene, folder);
  } finally {
    await scene.close();
    await rm(folder, { recursive: true });
  }
}

test.concurrent.each([
  ['before', 1],
  ['after', 3],
] as const)(
  'a process that is killed %s a call (from the %i. on) leaves what the next run tells of and removes',
  (phase, from) =>
    withScene(async (scene, folder) => {
      Object.assign(process.env, env);
      const again = (flags: readonly string[]) =>
        runCli([...flags, '--endpoint-url', scene.sandbox.endpoint], {
          env: { CHANNELMIX_S3_STATE_DIR: folder, ...env },
        });
      const s3 = scene.sandbox.snapshot().s3;
      for (let nth = from; ; nth += APART) {
        const { reached } = await killedAt(scene, folder, nth, 'SIGKILL', phase);
        await scene.use(scene.old);
        const [, extra] = await scene.keys();
        const written = await readFile(join(folder, 'key.txt'), 'utf8').catch(() => undefined);
        if (written !== undefined) expect(written).toContain(extra?.id);
        if (extra !== undefined) {
          const told = await again(['rotate', '--user', USER]);
          expect([told.code, told.stdout]).toEqual([1, expect.stringContaining('--discard')]);
          const removed = await again(['rotate', '--user', USER, '--discard', '--yes', extra.id]);
          expect(removed.code, removed.stderr).toBe(0);
        }
        await again(['sweep', '--yes']);
        expect((await scene.keys()).map(({ id }) => id)).toEqual([scene.old.accessKeyId]);
        expect(scene.sandbox.snapshot().s3).toEqual(s3);
        await rm(join(folder, 'key.txt'), { force: true });
        if (!reached) break;
      }
    }),
);

test.concurrent('a process that is interrupted at a call takes its key back, or has given it to the user', () =>
  withScene(async (scene, folder) => {
    const s3 = scene.sandbox.snapshot().s3;
    for (let nth = 2; ; nth += APART) {
      const { reached, code, stderr } = await killedAt(scene, folder, nth, 'SIGINT', 'before');
      const written = await readFile(join(folder, 'key.txt'), 'utf8').catch(() => undefined);
      const [, extra] = await scene.keys();
      if (written === undefined) expect(extra, stderr).toBeUndefined();
      else expect(written).toContain(extra?.id);
      expect(code, stderr).toBe(reached ? 130 : 0);
      expect(scene.sandbox.snapshot().s3).toEqual(s3);
      await rm(join(folder, 'key.txt'), { force: true });
      if (extra !== undefined) await scene.run({ step: 'discard', confirm: async () => true });
      if (!reached) break;
    }
  }));
