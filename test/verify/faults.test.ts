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

const OPERATIONS = [
  'sts:AssumeRole',
  'sts:GetCallerIdentity',
  's3:HeadBucket',
  's3:PutObject',
  's3:GetObject',
  's3:HeadObject',
  's3:ListObjectsV2',
  's3:DeleteObject',
  's3:CreateMultipartUpload',
  's3:UploadPart',
  's3:AbortMultipartUpload',
  's3:ListParts',
  's3:GetBucketPolicy',
];
const FAULTS = ['error=503', 'drop=before', 'drop=after'];
const ONCE = OPERATIONS.flatMap((operation) => FAULTS.map((fault) => [operation, fault] as const));
const ALWAYS = ONCE.filter(([, fault]) => fault === 'error=503' || fault === 'drop=after');
const flagsOf = (roleArn: string) => ({ roleArn, bucket, access: 'extended' });

test.concurrent.each(ONCE)('%s with %s, twice, passes unseen and leaves nothing', (operation, fault) =>
  withSandbox(async (sandbox, roleArn) => {
    sandbox.faults.add(`${fault},${operation},times=2`);
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flagsOf(roleArn)));
    expect(sandbox.faults.struck()).toBeGreaterThan(0);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.cleanup.left).toEqual([]);
    expect(report.cleanup.removed).toBe(report.cleanup.created);
    expect(verifyExitCode(report)).toBe(0);
  }),
);

test.concurrent.each(ALWAYS)('%s with %s, always, is never a verdict', (operation, fault) =>
  withSandbox(async (sandbox, roleArn) => {
    sandbox.faults.add(`${fault},${operation}`);
    // Calls that only confirm may fail; those that matter end as "unknown", and the first ones end the run.
    const outcome = await verifyRole(sandbox.endpoint, flagsOf(roleArn)).then(
      (report) => ({ report }),
      (error: unknown) => ({ error }),
    );
    sandbox.faults.clear();
    if ('error' in outcome) {
      expect(outcome.error).toMatchObject({ code: expect.stringMatching(/^(network|service)$/) });
      return;
    }
    const { report } = outcome;
    expect(falseVerdicts(report)).toEqual([]);
    expect([0, 3, 4]).toContain(verifyExitCode(report));
    for (const check of report.checks) {
      if (check.result === 'error') expect(check.diagnosis?.layer).toBe('network');
    }
    await removeLeftovers(sandbox, report);
    await expectEmpty(sandbox, bucket);
  }),
);

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
