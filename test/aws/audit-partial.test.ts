import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { rootClients } from '../verify/setup.ts';
import { ACCOUNT, readAudit, SHARED_ARN, startRecorder, startWorld, USER_ARN, WORLD } from './audit-world.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startWorld();
});
afterAll(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

test('a role that vanishes midway is told, and what was read stays', async () => {
  const iam = await rootClients(sandbox.endpoint, ACCOUNT).iam();
  let gone = false;
  const recorder = await startRecorder(sandbox.endpoint, async (request) => {
    if (gone || !request.includes('Action=GetRolePolicy&')) return;
    gone = true;
    while (!recorder.answered.some((one) => one.includes('Action=GetRole&'))) await delay(5);
    await iam.detachRolePolicy({ RoleName: 'channelmix', PolicyArn: SHARED_ARN });
    await iam.deleteRolePolicy({ RoleName: 'channelmix', PolicyName: 'buckets' });
    await iam.deleteRole({ RoleName: 'channelmix' });
  });
  try {
    const { principal, buckets } = await readAudit(recorder.endpoint, { buckets: ['data-b'] });
    expect(principal.trust.state).toBe('read');
    expect(principal.identity.unreadable).toContainEqual({
      what: 'inline policy buckets of role channelmix',
      action: 'iam:GetRolePolicy',
      kind: 'not-found',
      code: 'NoSuchEntity',
      said: 'NoSuchEntity: The role with name channelmix cannot be found.',
    });
    expect(buckets[0]?.acl.state).toBe('read');
  } finally {
    recorder.close();
  }
});

test('throttling that does not end leaves pieces open, and is no error', async () => {
  const throttled = await startWorld(WORLD);
  try {
    throttled.faults.add('throttle=iam:ListRoles');
    throttled.faults.add('throttle=s3:GetBucketAcl');
    const { otherWays, buckets, principal } = await readAudit(throttled.endpoint);
    expect(otherWays.unreadable).toMatchObject([{ action: 'iam:ListRoles', kind: 'throttling' }]);
    expect(buckets.map(({ acl }) => acl)).toMatchObject([
      { state: 'unreadable', why: { kind: 'throttling' } },
      { state: 'unreadable', why: { kind: 'throttling' } },
    ]);
    expect(principal.identity.read).toHaveLength(2);
  } finally {
    await throttled.close();
  }
});

test('an answer about the principal that is lost leaves what stands in it open, and its policies are read', async () => {
  sandbox.faults.add('drop=before,iam:GetUser');
  try {
    const { principal } = await readAudit(sandbox.endpoint, { principalArn: USER_ARN });
    expect(principal.boundary).toMatchObject({ state: 'unreadable', why: { kind: 'network' } });
    expect(principal.identity.read).toHaveLength(2);
  } finally {
    sandbox.faults.clear();
  }
});
