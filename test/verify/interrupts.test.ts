import { rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { collectReport, readVerifyTarget, type VerifyEvent, verify, verifyExitCode } from '../../src/verify/index.ts';
import {
  CLIENT_ACCOUNT,
  channelMixPorts,
  createBucket,
  createRole,
  leavesNothing,
  rootClients,
  verifyRole,
} from './helpers.ts';

const bucket = 'interrupted';

async function withSandbox<T>(act: (sandbox: Sandbox, roleArn: string) => Promise<T>): Promise<T> {
  const sandbox = await startSandbox();
  try {
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, { name: 'good', bucket, access: 'extended' });
    sandbox.faults.add('latency=10ms');
    return await act(sandbox, roleArn);
  } finally {
    await sandbox.close();
  }
}

const flagsOf = (roleArn: string) => ({ roleArn, bucket, access: 'extended' });
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs to the end and calls back for every event. */
async function* watched(events: AsyncIterable<VerifyEvent>, onEvent: (event: VerifyEvent) => void) {
  for await (const event of events) {
    onEvent(event);
    yield event;
  }
}

test.concurrent.each([1, 2, 3, 4])(
  'an interrupt at each fourth event of a run cleans up before the report (%i)',
  (from) =>
    withSandbox(async (sandbox, roleArn) => {
      for (let at = from; ; at += 4) {
        const controller = new AbortController();
        let seen = 0;
        const target = readVerifyTarget(flagsOf(roleArn));
        const events = verify({
          target,
          ports: channelMixPorts(sandbox.endpoint),
          waitMs: 0,
          signal: controller.signal,
        });
        const report = await leavesNothing(sandbox, () =>
          collectReport(watched(events, () => ++seen === at && controller.abort('SIGINT'))),
        );
        expect(report.cleanup.left).toEqual([]);
        if (seen <= at) break;
        expect(report.ok).toBe(!report.interrupted);
        expect(report.checks.filter(({ result, ok }) => !ok && result !== 'skipped')).toEqual([]);
      }
    }),
);

test.concurrent.each([0, 1, 2, 3])('an interrupt at any time leaves nothing (%i)', (offset) =>
  withSandbox(async (sandbox, roleArn) => {
    for (let ms = offset; ms < 90; ms += 4) {
      const controller = new AbortController();
      const began = performance.now();
      const report = await leavesNothing(sandbox, async () => {
        const running = verifyRole(sandbox.endpoint, flagsOf(roleArn), { signal: controller.signal });
        await later(ms);
        controller.abort('SIGTERM');
        return running;
      });
      expect(report.cleanup.left).toEqual([]);
      expect(performance.now() - began).toBeLessThan(10_000);
    }
  }),
);

test.concurrent('an interrupt while the answer to a put is lost finds the object', () =>
  withSandbox(async (sandbox, roleArn) => {
    sandbox.faults.add('drop=after,s3:PutObject,times=9');
    const controller = new AbortController();
    const report = await leavesNothing(sandbox, async () => {
      const running = verifyRole(sandbox.endpoint, flagsOf(roleArn), { signal: controller.signal });
      await later(60);
      controller.abort('SIGINT');
      return running;
    });
    expect(report).toMatchObject({ interrupted: true, cleanup: { left: [] } });
  }));

test.concurrent('a second interrupt stops the cleanup and says what is left', () =>
  withSandbox(async (sandbox, roleArn) => {
    const first = new AbortController();
    const second = new AbortController();
    const target = readVerifyTarget(flagsOf(roleArn));
    const options = {
      target,
      ports: channelMixPorts(sandbox.endpoint),
      signal: first.signal,
      stopCleanup: second.signal,
    };
    const events = watched(verify(options), (event) => {
      if (event.type === 'check' && event.check.id === 'put-object') first.abort('SIGINT');
      if (event.type === 'cleanup') second.abort('SIGINT');
    });
    const report = await collectReport(events);
    expect(report.interrupted).toBe(true);
    expect(report.cleanup.left.length).toBeGreaterThan(0);
    expect(report.cleanup.left.map(({ reason }) => reason)).not.toContain('refused');
    expect(verifyExitCode(report)).toBe(4);
    expect(report.cleanup.left[0]?.command).toMatch(
      /^aws s3api delete-object --bucket interrupted --key \.channelmix-verify\//,
    );
  }));

test.concurrent('a second interrupt ends a call that creates, which a first one lets end', () =>
  withSandbox(async (sandbox, roleArn) => {
    sandbox.faults.add('latency=4s,s3:PutObject');
    const first = new AbortController();
    const second = new AbortController();
    let hurried = 0;
    const events = watched(
      verify({
        target: readVerifyTarget(flagsOf(roleArn)),
        ports: channelMixPorts(sandbox.endpoint),
        signal: first.signal,
        stopCleanup: second.signal,
      }),
      (event) => {
        if (event.type !== 'check' || event.check.id !== 'list-bucket') return;
        first.abort('SIGINT');
        setTimeout(() => {
          hurried = performance.now();
          second.abort('SIGINT');
        }, 100);
      },
    );
    const report = await collectReport(events);
    expect(hurried).toBeGreaterThan(0);
    expect(performance.now() - hurried).toBeLessThan(1_000);
    expect(report.cleanup.left.map(({ reason }) => reason)).toContain('unsure');
  }));

test.concurrent('whoever leaves the loop early interrupts the run, and it cleans up', () =>
  withSandbox(async (sandbox, roleArn) => {
    await leavesNothing(sandbox, async () => {
      const target = readVerifyTarget(flagsOf(roleArn));
      for await (const event of verify({ target, ports: channelMixPorts(sandbox.endpoint) })) {
        if (event.type === 'check' && event.check.id === 'put-object') break;
      }
    });
  }));

test('a disk that is full when the cleanup begins hides nothing that may be left', () =>
  withSandbox(async (sandbox, roleArn) => {
    const directory = await mkdtemp(join(tmpdir(), 'channelmix-full-'));
    const runs = join(directory, 'runs');
    // Put, and nobody said so: the cleanup finds its version, and wants to note that first.
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } });
    sandbox.faults.add('drop=after,s3:PutObject');
    const events = watched(
      verify({
        target: readVerifyTarget({ roleArn, bucket }),
        ports: channelMixPorts(sandbox.endpoint),
        waitMs: 0,
        state: { directory },
      }),
      ({ type }) => {
        if (type !== 'cleanup') return;
        rmSync(runs, { recursive: true });
        writeFileSync(runs, 'no folder');
      },
    );
    await expect(collectReport(events)).rejects.toMatchObject({
      code: 'leftover',
      message: expect.stringMatching(
        /journal of this run cannot be written.*\nThis was left behind:\n.*delete-object/s,
      ),
    });
    await rm(directory, { recursive: true });
  }));

test('a disk that is full when the cleanup begins stops no removal, and the report names the journal', async () => {
  const sandbox = await startSandbox();
  const directory = await mkdtemp(join(tmpdir(), 'channelmix-full-'));
  try {
    const runs = join(directory, 'runs');
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, { name: 'good', bucket, access: 'full' });
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } });
    sandbox.faults.add('drop=after,s3:PutObject');
    const events = watched(
      verify({
        target: readVerifyTarget({ roleArn, bucket, access: 'full' }),
        ports: channelMixPorts(sandbox.endpoint),
        waitMs: 0,
        state: { directory },
      }),
      ({ type }) => {
        if (type !== 'cleanup') return;
        rmSync(runs, { recursive: true });
        writeFileSync(runs, 'no folder');
      },
    );
    const report = await collectReport(events);
    expect(report.cleanup.left).toEqual([]);
    expect((await s3.listObjectVersions({ Bucket: bucket })).Versions).toBeUndefined();
    expect(report.notes.join('\n')).toMatch(/journal of this run cannot be written: .*verify-[0-9a-f]{32}\.json/);
  } finally {
    await sandbox.close();
    await rm(directory, { recursive: true });
  }
});
