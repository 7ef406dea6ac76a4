import { expect, test } from 'vitest';
import type { VerifyReport } from '../../src/model/check.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { verifyExitCode } from '../../src/verify/index.ts';
import {
  CLIENT_ACCOUNT,
  createBucket,
  createRole,
  expectEmpty,
  leavesNothing,
  policyFor,
  removeLeftovers,
  rootClients,
  verifyRole,
} from './helpers.ts';

const bucket = 'faulty';

/** A sandbox of its own for each test, so that they can run side by side: most of their time is the SDK's pauses. */
async function withSandbox<T>(act: (sandbox: Sandbox, roleArn: string) => Promise<T>): Promise<T> {
  const sandbox = await startSandbox();
  try {
    await createBucket(sandbox.endpoint, bucket);
    return await act(sandbox, await createRole(sandbox.endpoint, { name: 'good', bucket, access: 'extended' }));
  } finally {
    await sandbox.close();
  }
}

const flagsOf = (roleArn: string) => ({ roleArn, bucket, access: 'extended' });

// Faults at each call stand in test/verify/fault-matrix.

/** Checks with a verdict that is not what was granted. */
function falseVerdicts(report: VerifyReport) {
  return report.checks.filter(({ ok, result }) => !ok && (result === 'allow' || result === 'deny'));
}

test.concurrent('throttling is retried, and told apart from a refusal when it does not end', () =>
  withSandbox(async (sandbox, roleArn) => {
    sandbox.faults.add('throttle=s3:GetObject');
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flagsOf(roleArn)));
    expect(report.checks.find(({ id }) => id === 'get-object')).toMatchObject({
      result: 'error',
      attempts: 3,
      diagnosis: { layer: 'throttling' },
    });
    expect(verifyExitCode(report)).toBe(3);
  }));

test.concurrent('a true refusal is found in the middle of faults', () =>
  withSandbox(async (sandbox) => {
    const policy = JSON.stringify(policyFor({ name: '', bucket, access: 'extended' })).replace('"s3:GetObject",', '');
    const roleArn = await createRole(sandbox.endpoint, { name: 'cannot-read', bucket, policy: JSON.parse(policy) });
    sandbox.faults.add('error=503,s3,rate=15%');
    const report = await verifyRole(sandbox.endpoint, flagsOf(roleArn));
    sandbox.faults.clear();
    expect(falseVerdicts(report).map(({ action }) => action)).toContain('s3:GetObject');
    expect(falseVerdicts(report).every(({ action }) => action === 's3:GetObject')).toBe(true);
    await removeLeftovers(sandbox, report);
    await expectEmpty(sandbox, bucket);
  }));

const SEEDS = Array.from({ length: Number(process.env.VERIFY_SEEDS ?? 12) }, (_, index) => index + 1);

test.concurrent.each(SEEDS)('random faults, seed %i: no false verdict, and what is left is named', (seed) =>
  withSandbox(async (sandbox, roleArn) => {
    for (const fault of [
      `seed=${seed}`,
      'error=500,s3,rate=20%',
      'drop=after,s3,rate=20%',
      'drop=before,s3,rate=10%',
    ]) {
      sandbox.faults.add(fault);
    }
    const report = await verifyRole(sandbox.endpoint, flagsOf(roleArn)).catch((error: unknown) => {
      // Where the bucket could not be found out, nothing was begun.
      expect(error).toMatchObject({ code: 'network' });
    });
    sandbox.faults.clear();
    if (report !== undefined) {
      expect(falseVerdicts(report)).toEqual([]);
      await removeLeftovers(sandbox, report);
    }
    await expectEmpty(sandbox, bucket);
  }),
);

test.concurrent.each(SEEDS)(
  'random faults and an interrupt in a bucket with versions, seed %i: what is left is named',
  (seed) =>
    withSandbox(async (sandbox) => {
      const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
      await s3.putBucketVersioning({
        Bucket: bucket,
        VersioningConfiguration: { Status: seed % 2 ? 'Enabled' : 'Suspended' },
      });
      const roleArn = await createRole(sandbox.endpoint, { name: 'full', bucket, access: 'full' });
      for (const fault of [`seed=${seed}`, 'latency=5ms', 'drop=after,s3,rate=20%', 'error=503,s3,rate=10%']) {
        sandbox.faults.add(fault);
      }
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort('SIGINT'), 20 + seed * 7);
      const report = await verifyRole(
        sandbox.endpoint,
        { roleArn, bucket, access: 'full' },
        { signal: controller.signal },
      );
      clearTimeout(timer);
      sandbox.faults.clear();
      expect(falseVerdicts(report)).toEqual([]);
      await removeLeftovers(sandbox, report);
      await expectEmpty(sandbox, bucket);
    }),
);

test.concurrent.each(['clock-skew=20m', 'clock-skew=-20m'])(
  'a wrong clock (%s) is named, or corrected, and no verdict',
  (fault) =>
    withSandbox(async (sandbox, roleArn) => {
      sandbox.faults.add(fault);
      const outcome = await verifyRole(sandbox.endpoint, flagsOf(roleArn)).then(
        (report) => report.ok,
        (error: Error) => error.message,
      );
      // The SDK corrects its clock by the server's answer; where it cannot, the run says so.
      expect([true, expect.stringContaining('clock')]).toContainEqual(outcome);
    }),
);

test.concurrent('a lost answer to a put of a role that may not read is still cleaned up', () =>
  withSandbox(async (sandbox) => {
    const policy = JSON.stringify(policyFor({ name: '', bucket, access: 'extended' })).replace('"s3:GetObject",', '');
    const roleArn = await createRole(sandbox.endpoint, { name: 'cannot-read', bucket, policy: JSON.parse(policy) });
    sandbox.faults.add('drop=after,s3:PutObject,at=1');
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flagsOf(roleArn)));
    expect(report.checks.find(({ id }) => id === 'put-object')).toMatchObject({ result: 'allow', attempts: 2 });
    expect(report.cleanup.left).toEqual([]);
  }));
