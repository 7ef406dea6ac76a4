import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseJournal } from '../../src/verify/journal-read.ts';
import { createKillScene, importing, type KillScene, type Kind, TOO_LATE } from './scene.ts';

/** How often each end is tried. */
const TIMES = Number(process.env.ENDS ?? 2);
/** The request at which something happens, spread over those that a run makes. */
const requestOf = (time: number, requests: number) => 1 + Math.floor((time * requests) / TIMES);
const SECRET = 'FwoGZXIvYXdzEJr0SECRETSECRET';

async function withScene(kind: Kind, act: (scene: KillScene, requests: number) => Promise<void>): Promise<void> {
  const scene = await createKillScene(kind);
  try {
    scene.proxy.arm(undefined);
    await scene.start().ended;
    await act(scene, scene.proxy.count());
  } finally {
    await scene.close();
  }
}

/** The `at`-th request of a run calls back. */
function onRequest(scene: KillScene, at: number, spring: () => void): void {
  scene.proxy.arm({ at, phase: 'effect', times: 1, kind: 'kill', spring });
}

test.concurrent.each(['multipart', 'versioned', 'client'] as const)(
  '%s: a second interrupt stops at once with the code of the signal, names the command, and keeps the journal whole',
  (kind) =>
    withScene(kind, async (scene, requests) => {
      const before = scene.snapshot();
      /** Milliseconds from the second signal to the end, of each run that had not ended before it. */
      const ends: number[] = [];
      for (let time = 0; time < TIMES; time++) {
        let second: number | undefined;
        let run: ReturnType<KillScene['start']> | undefined;
        onRequest(scene, requestOf(time, requests), () => {
          run?.kill('SIGINT');
          const again = () => {
            second = performance.now();
            run?.kill('SIGINT');
          };
          const timer = setTimeout(again, 2 + (time % 3) * 6);
          void run?.ended.then(() => clearTimeout(timer));
        });
        run = scene.start();
        const { code, signal, stderr } = await run.ended;
        if (second !== undefined) ends.push(performance.now() - second);
        // The second one can meet a process that is ending already, and take it like any other; the first one that has ended its run.
        const whole = code === 0 && stderr.includes(TOO_LATE);
        if (!whole) expect(code ?? signal, stderr).toBe(code === null ? 'SIGINT' : 130);
        expect(ends.at(-1) ?? 0, stderr).toBeLessThan(3_000);
        await scene.proxy.idle();
        const names = await scene.journals();
        if (whole) expect(names).toEqual([]);
        for (const name of names) {
          const path = join(scene.state, 'runs', name);
          expect(parseJournal(path, await readFile(path, 'utf8'))).toBeDefined();
          expect(stderr).toContain('channelmix-s3 sweep');
        }
        expect((await scene.sweep())?.left).toEqual([]);
        expect(scene.snapshot()).toEqual(before);
      }
      console.log(
        `${kind}: ${ends.length} of ${TIMES} met by both, slowest end ${Math.round(Math.max(...ends))} ms after`,
      );
      expect(ends).not.toEqual([]);
    }),
);

test.concurrent.each(['uncaughtException', 'unhandledRejection'] as const)(
  '%s at any time: cleaned up, exit 3, no secret in what is printed',
  (kind) =>
    withScene('multipart', async (scene, requests) => {
      const before = scene.snapshot();
      const text = `x-amz-security-token: ${SECRET} AKIAIOSFODNN7EXAMPLE`;
      for (let time = 0; time < TIMES; time++) {
        // Thrown from outside of the code, when so many requests were sent.
        const act = kind === 'uncaughtException' ? 'throw error' : 'Promise.reject(error)';
        const code = `import http from 'node:http'; let n = 0; const request = http.request; http.request = (...all) => { if (++n === ${requestOf(time, requests)}) setTimeout(() => { const error = new Error(process.env.THROWN); ${act} }, 3); return request(...all); };`;
        scene.proxy.arm(undefined);
        const run = scene.start({
          env: { THROWN: text, ...importing(code) },
        });
        const ended = await run.ended;
        await scene.proxy.idle();
        expect(ended.code, ended.stderr).toBe(3);
        expect(ended.stderr).toContain('this is a bug');
        expect(ended.stderr).not.toContain(SECRET);
        expect(ended.stderr).not.toContain('AKIAIOSFODNN7EXAMPLE');
        expect(scene.snapshot()).toEqual(before);
        expect(await scene.journals()).toEqual([]);
      }
    }),
);

test.concurrent('whoever stops reading what it writes stops nothing: it cleans up, without a stack', () =>
  withScene('multipart', async (scene, requests) => {
    const before = scene.snapshot();
    for (let time = 0; time < TIMES; time++) {
      let run: ReturnType<KillScene['start']> | undefined;
      onRequest(scene, requestOf(time, requests), () => run?.hangUp());
      run = scene.start();
      const { code, stderr } = await run.ended;
      await scene.proxy.idle();
      expect(code).toBe(0);
      expect(stderr).not.toContain('    at ');
      expect(scene.snapshot()).toEqual(before);
    }
  }));

test.concurrent('a full disk: nothing starts, one line names the path, exit 3', () =>
  withScene('plain', async (scene) => {
    const before = scene.snapshot();
    scene.proxy.arm(undefined);
    // The system takes no byte for a file.
    const { code, stderr } = await scene.start({ before: 'ulimit -f 0' }).ended;
    expect(code, stderr).toBe(3);
    expect(stderr).toContain(join(scene.state, 'runs'));
    expect(stderr.split('\n').filter((line) => line.startsWith('error'))).toHaveLength(1);
    expect(await readdir(join(scene.state, 'runs'))).toEqual([]);
    // As ChannelMix was named, nothing had to be asked.
    expect(scene.proxy.count()).toBe(0);
    expect(scene.snapshot()).toEqual(before);
  }));

test.concurrent.each([3_600_000, -3_600_000])('the clock jumps by %i ms in the middle: nothing is left', (jump) =>
  withScene('multipart', async (scene, requests) => {
    const before = scene.snapshot();
    for (let time = 0; time < TIMES; time++) {
      const code = `import http from 'node:http'; let n = 0; const request = http.request; const now = Date.now; const D = Date; http.request = (...all) => { if (++n === ${requestOf(time, requests)}) { globalThis.Date = class extends D { constructor(...a) { if (a.length === 0) super(now() + ${jump}); else super(...a); } static now() { return now() + ${jump}; } }; } return request(...all); };`;
      scene.proxy.arm(undefined);
      const run = scene.start({ env: importing(code) });
      const ended = await run.ended;
      await scene.proxy.idle();
      expect([0, 3, 4], ended.stderr).toContain(ended.code);
      if (ended.code === 4) expect((await scene.sweep())?.left).toEqual([]);
      expect(scene.snapshot(), ended.stderr).toEqual(before);
    }
  }),
);
