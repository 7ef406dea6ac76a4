import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/model/failure.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { readVerifyTarget, verify } from '../../src/verify/index.ts';
import { mayPass, patienceDelay, patienceLeft } from '../../src/verify/patience.ts';
import {
  CLIENT_ACCOUNT,
  channelMixPorts,
  createBucket,
  createRole,
  createUser,
  leavesNothing,
  policyFor,
  rootClients,
  verifyKey,
  verifyRole,
} from './helpers.ts';

const bucket = 'fresh';
/** A policy that has nothing to do with the bucket. */
const NOTHING: PolicyDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' },
};

async function withFreshSandbox<T>(delayMs: number, act: (endpoint: string, sandbox: Sandbox) => Promise<T>) {
  const sandbox = await startSandbox();
  try {
    await createBucket(sandbox.endpoint, bucket);
    sandbox.faults.iamDelayMs = delayMs;
    return await act(sandbox.endpoint, sandbox);
  } finally {
    await sandbox.close();
  }
}

test.concurrent('a role that has not spread yet is waited for', () =>
  withFreshSandbox(1_500, async (endpoint, sandbox) => {
    const roleArn = await createRole(endpoint, { name: 'fresh', bucket });
    const report = await leavesNothing(sandbox, () => verifyRole(endpoint, { roleArn, bucket }, { waitMs: 10_000 }));
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.checks[0]?.attempts).toBeGreaterThan(2);
  }));

test.concurrent('a policy that has not spread yet is waited for', () =>
  withFreshSandbox(0, async (endpoint, sandbox) => {
    const roleArn = await createRole(endpoint, { name: 'fresh', bucket, policy: NOTHING });
    sandbox.faults.iamDelayMs = 1_500;
    const iam = await rootClients(endpoint, CLIENT_ACCOUNT).iam();
    await iam.putRolePolicy({
      RoleName: 'fresh',
      PolicyName: 'channelmix',
      PolicyDocument: JSON.stringify(policyFor({ name: 'fresh', bucket })),
    });
    const report = await leavesNothing(sandbox, () => verifyRole(endpoint, { roleArn, bucket }, { waitMs: 10_000 }));
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.checks.find(({ id }) => id === 'put-object')?.attempts).toBeGreaterThan(2);
  }));

test.concurrent('a key that is not known yet is waited for', () =>
  withFreshSandbox(1_500, async (endpoint, sandbox) => {
    const key = await createUser(endpoint, { name: 'fresh', bucket });
    const report = await leavesNothing(sandbox, () => verifyKey(endpoint, key, { bucket }, { waitMs: 10_000 }));
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
  }));

test.concurrent('a true refusal costs the wait once, however many probes are refused', () =>
  withFreshSandbox(0, async (endpoint) => {
    const roleArn = await createRole(endpoint, { name: 'none', bucket, policy: NOTHING });
    const began = performance.now();
    const report = await verifyRole(endpoint, { roleArn, bucket }, { waitMs: 1_000 });
    expect(performance.now() - began).toBeLessThan(2_500);
    const check = report.checks.find(({ id }) => id === 'put-object');
    expect(check?.attempts).toBeGreaterThan(2);
    expect(check?.diagnosis?.cause).toMatch(/Retried \d+ times over [01]\.\d s/);
  }));

test.concurrent('whoever waits is told how long at most', () =>
  withFreshSandbox(0, async (endpoint) => {
    const roleArn = await createRole(endpoint, { name: 'none', bucket, policy: NOTHING });
    const target = readVerifyTarget({ roleArn, bucket });
    const waits: number[] = [];
    for await (const event of verify({ target, ports: channelMixPorts(endpoint), waitMs: 300 })) {
      if (event.type === 'retry') waits.push(event.waitMs);
    }
    expect(new Set(waits)).toEqual(new Set([300]));
  }));

const denied = (more: Partial<Failure> = {}): Failure => ({
  kind: 'denied',
  code: 'AccessDenied',
  message: '',
  attempts: 1,
  ...more,
});

describe('only what a change in IAM causes is waited for', () => {
  test.each<[string, Failure, 'allow' | 'deny', boolean]>([
    ['a refusal without a reason', denied(), 'allow', true],
    [
      'a missing allow in the identity policy',
      denied({ denial: { layer: 'identity', explicit: false } }),
      'allow',
      true,
    ],
    ['a statement that denies', denied({ denial: { layer: 'bucket-policy', explicit: true } }), 'allow', false],
    ['an SCP', denied({ denial: { layer: 'scp', explicit: false } }), 'allow', false],
    ['a refusal that must be', denied(), 'deny', false],
    ['a key that is not known', { ...denied(), kind: 'credentials', code: 'InvalidAccessKeyId' }, 'deny', true],
    ['a wrong secret', { ...denied(), kind: 'credentials', code: 'SignatureDoesNotMatch' }, 'allow', false],
    ['an expired session', { ...denied(), kind: 'expired', code: 'ExpiredToken' }, 'allow', false],
    ['throttling', { ...denied(), kind: 'throttling', code: 'SlowDown' }, 'allow', false],
    ['a server fault', { ...denied(), kind: 'server', code: 'InternalError' }, 'allow', false],
  ])('%s', (_name, failure, expected, passes) => {
    expect(mayPass(failure, expected)).toBe(passes);
  });
});

test('the wait counts from the first failure of the run, ten seconds of it where other calls are allowed', () => {
  const facts = { waitMs: 30_000, now: 8_000, firstFailure: 1_000, ownFirstFailure: 6_000, settled: false };
  expect(patienceLeft(facts)).toBe(23_000);
  expect(patienceLeft({ ...facts, settled: true })).toBe(8_000);
  expect(patienceLeft({ ...facts, waitMs: 0 })).toBeLessThan(0);
});

test('the pauses double up to two seconds', () => {
  expect([0, 1, 2, 3, 4, 9].map((repetition) => patienceDelay(repetition, () => 1))).toEqual([
    250, 500, 1_000, 2_000, 2_000, 2_000,
  ]);
  expect(patienceDelay(0, () => 0)).toBe(188);
});
