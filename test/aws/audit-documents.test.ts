import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import {
  ACCOUNT,
  EVERYONE,
  KEY_ARN,
  ROLE_ARN,
  readAudit,
  SHARED_ARN,
  startRecorder,
  startWorld,
  USER_ARN,
} from './audit-world.ts';

const DAY = 86_400_000;
const NONE = { state: 'absent' };
const ALIAS_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:alias/data`;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startWorld();
});
afterAll(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

/** Whole days between a time and now. */
function daysSince(time: string | undefined): number {
  return Math.round((sandbox.clock.now().getTime() - Date.parse(time ?? '')) / DAY);
}

const read = <T>(value: T) => ({ state: 'read', value });

describe('of a role', () => {
  test('everything about it is read, and other ways of ChannelMix in the account', async () => {
    const { principal, otherWays, source, organization } = await readAudit(sandbox.endpoint);
    expect(source).toMatchObject({ kind: 'aws', readBy: `arn:aws:iam::${ACCOUNT}:root` });
    expect(principal).toMatchObject({
      kind: 'role',
      arn: ROLE_ARN,
      account: ACCOUNT,
      name: 'channelmix',
      tags: read({ team: 'data' }),
      trust: read({ name: 'trust policy of role channelmix' }),
      boundary: read({ name: SHARED_ARN }),
      accessKeys: NONE,
      password: NONE,
    });
    expect(principal.identity.read.map(({ name }) => name)).toEqual(['buckets', SHARED_ARN]);
    expect(principal.identity.unreadable).toEqual([]);
    expect(daysSince(principal.created)).toBe(30);
    expect(principal.lastUsed.state === 'read' && daysSince(principal.lastUsed.value)).toBe(3);
    expect(otherWays).toEqual({
      read: [
        { kind: 'role', arn: `arn:aws:iam::${ACCOUNT}:role/forgotten`, because: 'trusted' },
        { kind: 'role', arn: `arn:aws:iam::${ACCOUNT}:role/open`, because: 'everyone' },
        { kind: 'user', arn: `arn:aws:iam::${ACCOUNT}:user/Channel_Mix-old`, because: 'name' },
        { kind: 'user', arn: USER_ARN, because: 'name' },
      ],
      unreadable: [],
    });
    expect(organization).toMatchObject({
      id: read('o-example123'),
      scps: { state: 'unreadable', why: { kind: 'denied', action: 'organizations:ListParents' } },
      rcps: { state: 'unreadable' },
    });
  });

  test('what it called last is read of each service that its policies allow, and of the actions that are tracked', async () => {
    const { lastAccessed } = (await readAudit(sandbox.endpoint)).principal;
    const services = lastAccessed.state === 'read' ? lastAccessed.value : [];
    const s3 = services.find(({ service }) => service === 's3');
    expect(daysSince(s3?.lastAccessed)).toBe(3);
    const dates = new Map(s3?.actions?.map(({ name, lastAccessed: last }) => [name, last]));
    expect(daysSince(dates.get('PutBucketAcl'))).toBe(40);
    expect(dates.has('GetBucketAcl')).toBe(true);
    expect(dates.get('GetBucketAcl')).toBeUndefined();
    expect(dates.has('GetObject')).toBe(false);
    const kms = services.find(({ service }) => service === 'kms');
    expect(kms).toEqual({ service: 'kms' });
  });

  test('what it called last is left out where it is not wanted', async () => {
    const { lastAccessed } = (await readAudit(sandbox.endpoint, { lastAccessed: false })).principal;
    expect(lastAccessed).toMatchObject({ state: 'unreadable', why: { kind: 'not-asked' } });
  });
});

describe('of a user', () => {
  test.each([
    ['its ARN', USER_ARN],
    ['its name', 'channelmix'],
  ])(
    'by %s, its keys with their age and last use, its password and its policies are read',
    async (_by, principalArn) => {
      const { principal, otherWays } = await readAudit(sandbox.endpoint, { principalArn });
      expect(principal).toMatchObject({
        kind: 'user',
        arn: USER_ARN,
        trust: NONE,
        boundary: read({ name: SHARED_ARN }),
        lastUsed: NONE,
        password: { state: 'read' },
      });
      const keys = principal.accessKeys.state === 'read' ? principal.accessKeys.value : [];
      expect(keys.map(({ active, created }) => [active, daysSince(created)])).toEqual([
        [true, 100],
        [false, 400],
      ]);
      expect(keys[0]?.lastUsed.state === 'read' && daysSince(keys[0].lastUsed.value)).toBe(2);
      expect(keys[1]?.lastUsed).toEqual(NONE);
      expect(otherWays.read.map(({ arn }) => arn)).toContain(ROLE_ARN);
      expect(otherWays.read.map(({ arn }) => arn)).not.toContain(USER_ARN);
    },
  );

  test('it is found by one of its access keys, whose last use is not asked for again', async () => {
    const byName = await readAudit(sandbox.endpoint, { principalArn: 'channelmix' });
    const id = byName.principal.accessKeys.state === 'read' ? byName.principal.accessKeys.value[0]?.id : undefined;
    const recorder = await startRecorder(sandbox.endpoint);
    try {
      const byKey = await readAudit(recorder.endpoint, { principalArn: id ?? '' });
      expect(byKey.principal).toEqual(byName.principal);
      expect(recorder.requests.filter((request) => request.includes('GetAccessKeyLastUsed'))).toHaveLength(2);
      expect(new Set(recorder.requests).size).toBe(recorder.requests.length);
    } finally {
      recorder.close();
    }
  });
});

describe('of buckets', () => {
  test('those that the policies name are read, with their settings; what only a pattern reaches is told', async () => {
    const { buckets, leftOut } = await readAudit(sandbox.endpoint);
    expect(buckets.map(({ name }) => name)).toEqual(['data-a', 'data-b']);
    expect(leftOut?.map(({ what, kind }) => [what, kind])).toEqual([
      ['the buckets that * reaches', 'not-asked'],
      ['the buckets that arn:aws:s3:::report-* reaches', 'not-asked'],
    ]);
    const block = {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: false,
    };
    expect(buckets[0]).toMatchObject({
      region: read('us-east-1'),
      owner: read(ACCOUNT),
      policy: { state: 'read' },
      publicAccessBlock: read({ blockPublicAcls: false }),
      accountPublicAccessBlock: read(block),
      ownership: read('BucketOwnerPreferred'),
      versioning: read('Enabled'),
      mfaDelete: read(true),
      encryption: read({ algorithm: 'aws:kms', kmsKey: KEY_ARN }),
      lifecycle: read([
        { id: 'tidy', enabled: true, prefix: 'tmp/', abortUploadsAfterDays: 7, expireOldVersionsAfterDays: 30 },
      ]),
      logging: read({ bucket: 'data-b', prefix: 'logs/' }),
      uploads: read({ count: 2, more: false }),
    });
    const { acl, uploads } = buckets[0] ?? {};
    const { owner, grants } = acl?.state === 'read' ? acl.value : {};
    expect(grants).toEqual([
      { grantee: owner, permission: 'FULL_CONTROL' },
      { grantee: EVERYONE, permission: 'READ' },
    ]);
    expect(uploads?.state === 'read' && daysSince(uploads.value.oldest)).toBe(9);
    expect(buckets[1]).toMatchObject({
      accountPublicAccessBlock: read(block),
      mfaDelete: NONE,
      lifecycle: NONE,
      logging: NONE,
      uploads: read({ count: 0, more: false }),
    });
  });

  test('those that are named take their place', async () => {
    const { buckets, leftOut } = await readAudit(sandbox.endpoint, { buckets: ['data-b', 'gone', 'data-b'] });
    expect(buckets.map(({ name }) => name)).toEqual(['data-b', 'gone']);
    expect(leftOut).toBeUndefined();
    expect(buckets[1]?.policy).toMatchObject({ state: 'unreadable', why: { kind: 'not-found' } });
  });

  test('a key that several of them have, and whoever audits names by ARN and alias, is read once', async () => {
    const { keys } = await readAudit(sandbox.endpoint, { kmsKeyArns: [KEY_ARN, ALIAS_ARN] });
    expect(keys).toMatchObject([{ arn: KEY_ARN, because: 'default-encryption', policy: { state: 'read' } }]);
  });
});

describe('calls', () => {
  test.each([
    ['a role', ROLE_ARN, 3 + 1 + 2],
    ['a user', USER_ARN, 6 + 2 + 1 + 2],
  ])('of %s are as many as there are documents, and no two are alike', async (_kind, principalArn, own) => {
    const recorder = await startRecorder(sandbox.endpoint);
    try {
      await readAudit(recorder.endpoint, { principalArn, kmsKeyArns: [KEY_ARN, ALIAS_ARN] });
      const twice = recorder.requests.filter((request, index) => recorder.requests.indexOf(request) !== index);
      expect(twice).toEqual([]);
      // Last use, the account's roles, users and block, two buckets, a key that has two names, the organization.
      expect(recorder.requests).toHaveLength(own + 2 + 3 + 2 * 13 + 4 + 2);
    } finally {
      recorder.close();
    }
  });

  test('a report of what was called last is waited for', async () => {
    sandbox.faults.add('iam-delay=600ms');
    const recorder = await startRecorder(sandbox.endpoint);
    try {
      const { lastAccessed } = (await readAudit(recorder.endpoint)).principal;
      expect(lastAccessed.state).toBe('read');
      const asked = recorder.requests.filter((request) => request.includes('Action=GetServiceLastAccessedDetails'));
      expect(asked.length).toBeGreaterThan(1);
    } finally {
      sandbox.faults.clear();
      recorder.close();
    }
  });
});

describe('what cannot be known as a whole', () => {
  test.each([
    ['a role that is not there', `arn:aws:iam::${ACCOUNT}:role/nobody`, 'input', 'there is no role nobody'],
    ['a role without its path', `arn:aws:iam::${ACCOUNT}:role/channelmix`, 'input', ROLE_ARN],
    ['a user that is not there', 'nobody', 'input', 'there is no user nobody'],
    [
      'a principal of another account',
      `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:role/x`,
      'credentials',
      'the credentials are of',
    ],
    ['what is no principal', 'arn:aws:s3:::bucket', 'input', 'is not the ARN of a role or user'],
  ])('%s is an error', async (_what, principalArn, code, message) => {
    await expect(readAudit(sandbox.endpoint, { principalArn })).rejects.toMatchObject({
      name: 'KitError',
      code,
      message: expect.stringContaining(message),
    });
  });

  test('wrong credentials are an error', async () => {
    const credentials = { accessKeyId: 'AKIAWRONGWRONGWRONGW', secretAccessKey: 'wrong' };
    await expect(readAudit(sandbox.endpoint, {}, { credentials })).rejects.toMatchObject({ code: 'credentials' });
  });

  test('nobody who answers is an error', async () => {
    await expect(readAudit('http://127.0.0.1:9')).rejects.toMatchObject({ code: 'network' });
  });

  test('an interrupt is one', async () => {
    const end = new AbortController();
    end.abort();
    await expect(readAudit(sandbox.endpoint, {}, { signal: end.signal })).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
});
