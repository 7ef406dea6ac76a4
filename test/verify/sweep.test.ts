import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { createVerifyPorts, sweep } from '../../src/verify/index.ts';
import { openJournal } from '../../src/verify/journal-file.ts';
import { findProbes } from '../../src/verify/sweep-prefix.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, expectEmpty, rootClients, verifyRole } from './helpers.ts';

const bucket = 'swept';
const RUN = 'a'.repeat(32);
const ID = 'b'.repeat(32);
const KEY = `.channelmix-verify/${ID}`;

interface Scene {
  readonly sandbox: Sandbox;
  readonly state: string;
  readonly roleArn: string;
}

async function withScene(
  act: (scene: Scene) => Promise<void>,
  access: 'minimal' | 'extended' = 'extended',
): Promise<void> {
  const sandbox = await startSandbox();
  const state = await mkdtemp(join(tmpdir(), 'sweep-'));
  try {
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, { name: 'good', bucket, access });
    await act({ sandbox, state, roleArn });
    expect(sandbox.bugs()).toEqual([]);
  } finally {
    await sandbox.close();
    await rm(state, { recursive: true });
  }
}

/** The journal of a run that was killed. */
async function deadJournal({ sandbox, state, roleArn }: Scene, kind: 'object' | 'upload' = 'object', change = {}) {
  const facts = { runId: RUN, mode: 'channelmix', bucket, roleArn, endpoint: new URL(sandbox.endpoint).host } as const;
  const journal = await openJournal(state, facts, () => new Date());
  await journal.add({ id: ID, kind, bucket, key: KEY });
  await journal.update(ID, change);
  await journal.close();
}

function runSweep({ sandbox, state }: Scene, account = CLIENT_ACCOUNT, options: object = {}) {
  return sweep({
    dryRun: false,
    stateDirectory: state,
    connect: () =>
      createVerifyPorts({
        endpointUrl: sandbox.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: account, secretAccessKey: account },
      }),
    confirm: async () => true,
    signal: new AbortController().signal,
    ...options,
  });
}

const s3Of = ({ sandbox }: Scene) => rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();

async function put(scene: Scene, key = KEY, metadata: Record<string, string> = { 'channelmix-verify': RUN }) {
  return (await s3Of(scene)).putObject({ Bucket: bucket, Key: key, Body: 'x', Metadata: metadata });
}

for (const account of [CLIENT_ACCOUNT, '031871504755']) {
  test.concurrent(`an object that a dead run left is removed, by its journal, as ${account}; a second sweep writes nothing`, () =>
    withScene(async (scene) => {
      await put(scene);
      await deadJournal(scene);
      expect(await runSweep(scene, account)).toMatchObject({ ok: true, removed: 1, left: [], found: { journaled: 1 } });
      await expectEmpty(scene.sandbox, bucket);
      expect(await readdir(join(scene.state, 'runs'))).toEqual([]);
      const before = scene.sandbox.snapshot();
      expect(await runSweep(scene, account)).toMatchObject({ ok: true, removed: 0, found: { journaled: 0 } });
      expect(scene.sandbox.snapshot()).toEqual(before);
    }));

  test.concurrent(`an upload that a dead run left is aborted, as ${account}, whether or not its id was noted`, () =>
    withScene(async (scene) => {
      const s3 = await s3Of(scene);
      await s3.createMultipartUpload({ Bucket: bucket, Key: KEY, Metadata: { 'channelmix-verify': RUN } });
      await deadJournal(scene, 'upload');
      expect(await runSweep(scene, account)).toMatchObject({ ok: true, left: [] });
      await expectEmpty(scene.sandbox, bucket);
    }));
}

test.concurrent.each(['Enabled', 'Suspended'] as const)(
  'versions and markers of a %s bucket go by their ids',
  (Status) =>
    withScene(async (scene) => {
      const s3 = await s3Of(scene);
      await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status } });
      await put(scene);
      await s3.deleteObject({ Bucket: bucket, Key: KEY });
      await deadJournal(scene);
      expect(await runSweep(scene)).toMatchObject({ ok: true, left: [] });
      await expectEmpty(scene.sandbox, bucket);
    }),
);

test.concurrent('what the role may not remove is listed with its command, and stays in the journal', () =>
  withScene(async (scene) => {
    const s3 = await s3Of(scene);
    await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } });
    const { VersionId = '' } = await put(scene);
    await deadJournal(scene, 'object', { state: 'created', versionIds: [VersionId] });
    const refused = await runSweep(scene, '031871504755');
    expect(refused?.ok).toBe(false);
    expect(refused?.left[0]?.command).toContain('aws s3api');
    expect(await readdir(join(scene.state, 'runs'))).toHaveLength(1);
    expect(await runSweep(scene)).toMatchObject({ ok: true });
    await expectEmpty(scene.sandbox, bucket);
  }));

test.concurrent("an object that is not proven the run's stays: other metadata, or none", () =>
  withScene(async (scene) => {
    await put(scene, KEY, { 'channelmix-verify': 'c'.repeat(32) });
    await deadJournal(scene);
    const before = scene.sandbox.snapshot().s3;
    expect(await runSweep(scene)).toMatchObject({ removed: 0 });
    expect(scene.sandbox.snapshot().s3).toEqual(before);
    await put(scene, KEY, {});
    const again = scene.sandbox.snapshot().s3;
    await deadJournal(scene);
    await runSweep(scene);
    expect(scene.sandbox.snapshot().s3).toEqual(again);
  }));

test.concurrent('without a journal the folder of the probes is swept: probes of runs that are over, and nothing else', () =>
  withScene(async (scene) => {
    const s3 = await s3Of(scene);
    await put(scene);
    await put(scene, `in/${KEY}`);
    await s3.createMultipartUpload({ Bucket: bucket, Key: `.channelmix-verify/${'c'.repeat(32)}` });
    await put(scene, `.channelmix-verify/${'d'.repeat(32)}`, {});
    await put(scene, '.channelmix-verify/readme.txt');
    const young = await runSweep(scene, CLIENT_ACCOUNT, { bucket, prefixes: ['in/'] });
    expect(young).toMatchObject({ removed: 0, found: { objects: 0, uploads: 0 } });
    const later = () => Date.now() + 31 * 60_000;
    const old = await runSweep(scene, CLIENT_ACCOUNT, { bucket, prefixes: ['in/'], now: later });
    expect(old).toMatchObject({ ok: true, removed: 3, found: { objects: 2, uploads: 1 } });
    const { Contents = [] } = await s3.listObjectsV2({ Bucket: bucket });
    expect(Contents.map(({ Key }) => Key)).toEqual([
      `.channelmix-verify/${'d'.repeat(32)}`,
      '.channelmix-verify/readme.txt',
    ]);
    const before = scene.sandbox.snapshot();
    await runSweep(scene, CLIENT_ACCOUNT, { bucket, prefixes: ['in/'], now: later });
    expect(scene.sandbox.snapshot()).toEqual(before);
  }));

test.concurrent('a dry run and a no remove nothing', () =>
  withScene(async (scene) => {
    await put(scene);
    await deadJournal(scene);
    const before = scene.sandbox.snapshot();
    expect(await runSweep(scene, CLIENT_ACCOUNT, { dryRun: true })).toMatchObject({
      ok: false,
      found: { journaled: 1 },
    });
    expect(await runSweep(scene, CLIENT_ACCOUNT, { confirm: async () => false })).toBeUndefined();
    expect(scene.sandbox.snapshot()).toEqual(before);
  }));

test.concurrent('the next verify of the bucket removes what a dead run left, and says so', () =>
  withScene(async (scene) => {
    await put(scene);
    await deadJournal(scene);
    const { sandbox, state, roleArn } = scene;
    const report = await verifyRole(
      sandbox.endpoint,
      { roleArn, bucket, access: 'extended' },
      { state: { directory: state } },
    );
    expect(report.notes.join('\n')).toContain('did not come to its end; what it left was removed now (1)');
    expect(report.ok).toBe(true);
    await expectEmpty(sandbox, bucket);
    expect(await readdir(join(state, 'runs'))).toEqual([]);
  }));

test.concurrent('a run with a journal leaves no file behind', () =>
  withScene(async ({ sandbox, state, roleArn }) => {
    await verifyRole(sandbox.endpoint, { roleArn, bucket, access: 'extended' }, { state: { directory: state } });
    expect(await readdir(join(state, 'runs'))).toEqual([]);
  }));

test('a listing that goes in circles ends the sweep', async () => {
  const answer = { Versions: [], IsTruncated: true, NextKeyMarker: 'a', NextVersionIdMarker: 'b', $metadata: {} };
  let pages = 0;
  const look = async () => {
    pages += 1;
    return { ok: true, value: answer, attempts: 1 };
  };
  const folder = { bucket, folder: '.channelmix-verify/', isOver: () => true };
  const all = async () => {
    for await (const _page of findProbes(look as never, folder));
  };
  await expect(all()).rejects.toMatchObject({ code: 'service', message: expect.stringContaining('gave a page twice') });
  expect(pages).toBe(2);
});
