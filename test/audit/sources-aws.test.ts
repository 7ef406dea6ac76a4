import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LiveTarget, readLive } from '../../src/audit/sources/aws.ts';
import { createAwsConnector } from '../../src/aws/index.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { ACCOUNT, ROLE_ARN, ROOT, startRecorder, startWorld, USER_ARN } from '../aws/audit-world.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startWorld();
});
afterAll(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

async function live(target: Partial<LiveTarget>, credentials = ROOT, endpointUrl = sandbox.endpoint) {
  const connector = createAwsConnector({ endpointUrl, region: 'us-east-1', credentials, maxAttempts: 1 });
  const wanted = { buckets: ['data-b'], kmsKeyArns: [], lastAccessed: false, ...target };
  try {
    return await readLive(wanted, connector.clients, new AbortController().signal);
  } finally {
    connector.close();
  }
}

test.each([
  ['a role', { roleArn: ROLE_ARN }, ROLE_ARN],
  ['a user by its name', { user: 'channelmix' }, USER_ARN],
  ['a user by its ARN', { user: USER_ARN }, USER_ARN],
])('%s is read by whoever the credentials are of', async (_who, target, arn) => {
  const { principal, source } = await live(target);
  expect(principal.arn).toBe(arn);
  expect(source).toMatchObject({ kind: 'aws', readBy: `arn:aws:iam::${ACCOUNT}:root` });
});

test('whose credentials they are is asked once', async () => {
  const recorder = await startRecorder(sandbox.endpoint);
  try {
    await live({ roleArn: ROLE_ARN }, ROOT, recorder.endpoint);
    expect(recorder.requests.filter((request) => request.includes('GetCallerIdentity'))).toHaveLength(1);
    expect(new Set(recorder.requests).size).toBe(recorder.requests.length);
  } finally {
    recorder.close();
  }
});

test.each([
  ['of another account', { accessKeyId: CHANNELMIX_ACCOUNT_ID, secretAccessKey: CHANNELMIX_ACCOUNT_ID }],
  ['that are wrong', { accessKeyId: 'AKIAWRONGWRONGWRONGW', secretAccessKey: 'wrong' }],
])('credentials %s are an error', async (_what, credentials) => {
  await expect(live({ roleArn: ROLE_ARN }, credentials)).rejects.toMatchObject({
    name: 'KitError',
    code: 'credentials',
  });
});
