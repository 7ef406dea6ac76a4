import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RotateQuestion } from '../../src/rotate/context.ts';
import { createRotateMemory, rotateExitCode } from '../../src/rotate/index.ts';
import { BUCKET, DAY, HOUR, keyOf, MINUTE, openScene, type Scene } from './helpers.ts';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(async () => {
  expect(scene.sandbox.bugs()).toEqual([]);
  await scene.close();
});

const yes = async () => true;
const objections = (report: { readonly objections: readonly { readonly id: string }[] }) =>
  report.objections.map(({ id }) => id);

/** Goes on to where ChannelMix has the new key and has used it for a while. */
async function handOver() {
  await scene.run();
  const fresh = keyOf(scene.forms[0]);
  scene.sandbox.clock.advance(2 * HOUR);
  await scene.use(fresh);
  scene.sandbox.clock.advance(2 * DAY);
  await scene.use(fresh);
  return fresh;
}

describe('a rotation from the first step to the last', () => {
  it('never leaves ChannelMix without a key that works', async () => {
    const { clock } = scene.sandbox;
    const created = await scene.run();
    expect(created).toMatchObject({ step: 'create', done: true, next: 'deactivate', left: [] });
    expect(created.verified?.map(({ bucket, ok }) => [bucket, ok])).toEqual([[BUCKET, true]]);
    expect(rotateExitCode(created)).toBe(0);
    const fresh = keyOf(scene.forms[0]);
    expect(created.newKeyId).toBe(fresh.accessKeyId);
    await scene.use(scene.old);
    await scene.use(fresh);

    const early = await scene.run();
    expect(early).toMatchObject({ step: 'deactivate', done: false, next: 'deactivate' });
    expect(objections(early)).toEqual(['new-key-unused', 'old-key-used-lately']);
    expect(rotateExitCode(early)).toBe(1);
    await scene.use(scene.old);

    clock.advance(HOUR);
    await scene.use(fresh);
    clock.advance(DAY);
    const deactivated = await scene.run();
    expect(deactivated).toMatchObject({ step: 'deactivate', done: true, next: 'delete' });
    expect(await scene.keys()).toEqual([
      { id: scene.old.accessKeyId, status: 'Inactive' },
      { id: fresh.accessKeyId, status: 'Active' },
    ]);
    await expect(scene.use(scene.old)).rejects.toThrow();
    await scene.use(fresh);

    const waiting = await scene.run();
    expect(waiting).toMatchObject({ step: 'delete', done: false });
    expect(objections(waiting)).toEqual(['not-asked', 'old-key-used-lately']);

    clock.advance(7 * DAY);
    const questions: RotateQuestion[] = [];
    const deleted = await scene.run({
      step: 'delete',
      confirm: async (question) => {
        questions.push(question);
        return true;
      },
    });
    expect(questions.map(({ kind, keyId }) => [kind, keyId])).toEqual([['delete', scene.old.accessKeyId]]);
    expect(deleted).toMatchObject({ step: 'delete', done: true, keys: [{ id: fresh.accessKeyId, status: 'Active' }] });
    expect(deleted.next).toBeUndefined();
    await scene.use(fresh);
  });

  it('costs a client that works all the time not one request, also while IAM spreads the changes', async () => {
    scene.sandbox.faults.add('iam-delay=150ms');
    const failed: unknown[] = [];
    let [going, requests] = [true, 0];
    const client = (async () => {
      while (going) {
        const form = scene.forms[0];
        await scene.use(form === undefined ? scene.old : keyOf(form)).catch((error: unknown) => failed.push(error));
        requests++;
      }
    })();
    const steps = [await scene.run()];
    // The request that is under way is the last with the old key.
    const until = requests + 2;
    while (requests < until) await new Promise((resolve) => setTimeout(resolve, 5));
    scene.sandbox.clock.advance(2 * DAY);
    await scene.use(keyOf(scene.forms[0]));
    steps.push(await scene.run(), await scene.run({ step: 'undo' }), await scene.run());
    scene.sandbox.clock.advance(8 * DAY);
    steps.push(await scene.run({ step: 'delete', confirm: yes }));
    going = false;
    await client;
    expect(steps.map(({ step, done }) => [step, done])).toEqual(
      ['create', 'deactivate', 'undo', 'deactivate', 'delete'].map((step) => [step, true]),
    );
    expect(failed).toEqual([]);
    expect(requests).toBeGreaterThan(10);
  });

  it('does not begin the next rotation by itself', async () => {
    await handOver();
    await scene.run();
    scene.sandbox.clock.advance(8 * DAY);
    await scene.run({ step: 'delete', confirm: yes });
    // The new key is days old by now; one that was made today is not replaced by chance.
    scene.sandbox.clock.advance(-10 * DAY - HOUR);
    expect(objections(await scene.run())).toEqual(['recently-rotated']);
    expect(await scene.run({ step: 'create' })).toMatchObject({ done: true });
  });

  it('takes each step once: again, it says that it is taken', async () => {
    const fresh = await handOver();
    const before = scene.sandbox.snapshot();
    expect(objections(await scene.run({ step: 'create' }))).toEqual(['two-keys']);
    expect(scene.sandbox.snapshot()).toEqual(before);
    await scene.run({ step: 'deactivate' });
    const after = scene.sandbox.snapshot();
    const again = await scene.run({ step: 'deactivate' });
    expect(again).toMatchObject({ done: true, next: 'delete' });
    expect(rotateExitCode(again)).toBe(0);
    expect(scene.sandbox.snapshot()).toEqual(after);
    scene.sandbox.clock.advance(8 * DAY);
    await scene.run({ step: 'delete', confirm: yes });
    expect(await scene.run({ step: 'delete' })).toMatchObject({ done: true, oldKeyId: fresh.accessKeyId });
    expect(await scene.keys()).toHaveLength(1);
  });

  it('brings the old key back, and takes it away again', async () => {
    await handOver();
    await scene.run();
    expect(await scene.run({ step: 'undo' })).toMatchObject({ step: 'undo', done: true, next: 'deactivate' });
    scene.sandbox.clock.advance(HOUR);
    await scene.use(scene.old);
    expect(await scene.run({ step: 'undo' })).toMatchObject({ done: true });
    expect(objections(await scene.run())).toEqual(['old-key-used-later']);
  });

  it('changes nothing in a plan', async () => {
    const before = scene.sandbox.snapshot();
    const plan = await scene.run({ plan: true });
    expect(plan).toMatchObject({ plan: true, step: 'create', done: false, next: 'create' });
    expect(rotateExitCode(plan)).toBe(0);
    await handOver();
    const between = scene.sandbox.snapshot();
    expect(rotateExitCode(await scene.run({ plan: true, step: 'deactivate' }))).toBe(0);
    expect(rotateExitCode(await scene.run({ plan: true, step: 'delete' }))).toBe(1);
    expect(scene.sandbox.snapshot()).toEqual(between);
    expect(before).not.toEqual(between);
  });
});

describe('the deactivation', () => {
  it.each([
    ['nobody but the verify has used the new key', async () => undefined, ['new-key-unused', 'old-key-used-lately']],
    [
      'the new key was used while the form was filled in',
      async (fresh: Parameters<Scene['use']>[0]) => {
        scene.sandbox.clock.advance(29 * MINUTE);
        await scene.use(fresh);
        scene.sandbox.clock.advance(2 * DAY);
      },
      ['new-key-unused'],
    ],
    [
      'the old key was used after the new one',
      async (fresh: Parameters<Scene['use']>[0]) => {
        scene.sandbox.clock.advance(2 * DAY);
        await scene.use(fresh);
        scene.sandbox.clock.advance(HOUR);
        await scene.use(scene.old);
        scene.sandbox.clock.advance(3 * DAY);
      },
      ['old-key-used-later'],
    ],
    [
      'the old key was used a day ago less an hour',
      async (fresh: Parameters<Scene['use']>[0]) => {
        scene.sandbox.clock.advance(2 * HOUR);
        await scene.use(scene.old);
        scene.sandbox.clock.advance(HOUR);
        await scene.use(fresh);
        scene.sandbox.clock.advance(22 * HOUR);
      },
      ['old-key-used-lately'],
    ],
  ])('is refused when %s, and done by force', async (_name, happens, expected) => {
    await scene.run();
    await happens(keyOf(scene.forms[0]));
    const before = scene.sandbox.snapshot();
    expect(objections(await scene.run())).toEqual(expected);
    expect(scene.sandbox.snapshot()).toEqual(before);
    const forced = await scene.run({ force: true });
    expect(forced).toMatchObject({ done: true, objections: [] });
    expect(forced.warnings.filter((warning) => warning.startsWith('forced, although'))).toHaveLength(expected.length);
  });

  it('warns where the time is shorter than what IAM may be late by', async () => {
    await handOver();
    const { warnings } = await scene.run({ quietForMs: HOUR, plan: true });
    expect(warnings.join()).toContain('may show a use hours late');
  });

  it('takes the key that is named, where it is the newer one that leaked', async () => {
    const fresh = await handOver();
    await scene.use(scene.old);
    const report = await scene.run({ oldKeyId: fresh.accessKeyId, force: true });
    expect(report).toMatchObject({ step: 'deactivate', done: true, oldKeyId: fresh.accessKeyId });
    await scene.use(scene.old);
  });
});

describe('the deletion', () => {
  it('is refused for a key that is active, and nothing forces it', async () => {
    await handOver();
    expect(objections(await scene.run({ step: 'delete', force: true, confirm: yes }))).toEqual(['not-inactive']);
    expect(await scene.keys()).toHaveLength(2);
  });

  it('is refused as long as the last use is not old enough, and nothing forces it', async () => {
    await handOver();
    await scene.run();
    scene.sandbox.clock.advance(4 * DAY);
    const report = await scene.run({ step: 'delete', force: true, confirm: yes });
    expect(objections(report)).toEqual(['old-key-used-lately']);
    expect(report.objections[0]?.message).toMatch(/can be deleted from \d{4}-\d\d-\d\dT/);
    expect(await scene.keys()).toHaveLength(2);
  });

  it('is refused as long as the key is not inactive for long enough, where this machine knows', async () => {
    const state = await mkdtemp(join(tmpdir(), 'rotate-memory-'));
    const memory = createRotateMemory(state);
    await handOver();
    scene.sandbox.clock.advance(30 * DAY);
    await scene.run({ step: 'deactivate', memory });
    const early = await scene.run({ step: 'delete', memory, confirm: yes });
    expect(objections(early)).toEqual(['inactive-lately']);
    expect(early.keys[0]?.inactiveSince).toMatch(/^\d{4}-/);
    expect(await readdir(state, { recursive: true })).toEqual([
      'inactive-keys',
      join('inactive-keys', scene.old.accessKeyId),
    ]);
    await scene.run({ step: 'undo', memory });
    expect(await readdir(state, { recursive: true })).toEqual(['inactive-keys']);
    await scene.run({ step: 'deactivate', memory });
    scene.sandbox.clock.advance(7 * DAY);
    expect(await scene.run({ step: 'delete', memory, confirm: yes })).toMatchObject({ done: true });
    expect(await readdir(state, { recursive: true })).toEqual(['inactive-keys']);
    await rm(state, { recursive: true });
  });

  it('goes by the last use alone where a memory is damaged, and warns where there can be none', async () => {
    const state = await mkdtemp(join(tmpdir(), 'rotate-memory-'));
    await writeFile(join(state, 'inactive-keys'), 'no folder');
    const memory = createRotateMemory(state);
    await handOver();
    const report = await scene.run({ step: 'deactivate', memory });
    expect(report).toMatchObject({ done: true });
    expect(report.warnings.join()).toContain('is not remembered');
    await rm(join(state, 'inactive-keys'));
    await mkdir(join(state, 'inactive-keys'));
    await writeFile(join(state, 'inactive-keys', scene.old.accessKeyId), 'some day');
    scene.sandbox.clock.advance(7 * DAY);
    expect(await scene.run({ step: 'delete', memory, confirm: yes })).toMatchObject({ done: true });
    await rm(state, { recursive: true });
  });

  it('is refused without a yes', async () => {
    await handOver();
    await scene.run();
    scene.sandbox.clock.advance(8 * DAY);
    const before = scene.sandbox.snapshot();
    await expect(scene.run({ step: 'delete', confirm: async () => false })).rejects.toMatchObject({ code: 'usage' });
    expect(scene.sandbox.snapshot()).toEqual(before);
  });

  it('is not done when somebody brought the key back while the question was open', async () => {
    await handOver();
    await scene.run();
    scene.sandbox.clock.advance(8 * DAY);
    const report = await scene.run({
      step: 'delete',
      confirm: async () => {
        await scene.run({ step: 'undo' });
        return true;
      },
    });
    expect(objections(report)).toEqual(['changed-meanwhile']);
    await scene.use(scene.old);
  });

  it('frees the place of an inactive key that is newer than the one in use', async () => {
    await scene.run();
    const { accessKeyId } = keyOf(scene.forms[0]);
    await scene.run({ oldKeyId: accessKeyId, step: 'deactivate', force: true });
    scene.sandbox.clock.advance(8 * DAY);
    await scene.use(scene.old);
    const report = await scene.run({ step: 'delete', confirm: yes });
    expect(report).toMatchObject({ done: true, oldKeyId: accessKeyId });
    expect(report.warnings.join()).toContain('made and given up');
    expect(await scene.keys()).toEqual([{ id: scene.old.accessKeyId, status: 'Active' }]);
  });
});

describe('a new key whose secret is lost', () => {
  it('is discarded after a question, and the old one stays', async () => {
    await scene.run();
    const { accessKeyId } = keyOf(scene.forms[0]);
    const report = await scene.run({ step: 'discard', confirm: async ({ keyId }) => keyId === accessKeyId });
    expect(report).toMatchObject({ step: 'discard', done: true, next: 'create' });
    expect(await scene.keys()).toEqual([{ id: scene.old.accessKeyId, status: 'Active' }]);
    expect(await scene.run({ step: 'discard' })).toMatchObject({ done: true });
  });

  it('is not discarded when somebody works with it, or when no other is active', async () => {
    await handOver();
    expect(objections(await scene.run({ step: 'discard', confirm: yes }))).toEqual(['used']);
    await scene.run({ step: 'deactivate' });
    expect(objections(await scene.run({ step: 'discard', confirm: yes }))).toContain('no-active-key');
    expect(await scene.keys()).toHaveLength(2);
  });
});
