import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AwsCredentials } from '../../src/aws/index.ts';
import { createAwsClients } from '../../src/aws/index.ts';
import { trustPolicy } from '../../src/generate/policy-documents.ts';
import type { VerifyReport } from '../../src/model/check.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { clientNotes } from '../../src/verify/client-session.ts';
import {
  collectReport,
  createVerifyPorts,
  planClientWay,
  readVerifyTarget,
  sweep,
  temporaryStatement,
  type VerifyEvent,
  type VerifyOptions,
  verify,
} from '../../src/verify/index.ts';
import { openJournal } from '../../src/verify/journal-file.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, rootClients } from './helpers.ts';

const bucket = 'clients-own';

interface Scene {
  readonly sandbox: Sandbox;
  readonly roleArn: string;
  readonly admin: AwsCredentials;
  readonly state: string;
}

/** A grant, and an administrator of the client's account who is a user. */
async function withScene(act: (scene: Scene) => Promise<void>, trust?: PolicyDocument): Promise<void> {
  const sandbox = await startSandbox();
  const state = await mkdtemp(join(tmpdir(), 'client-'));
  try {
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, {
      name: 'good',
      bucket,
      path: '/vendors/',
      ...(trust === undefined ? {} : { trust }),
    });
    await act({ sandbox, roleArn, state, admin: await createAdmin(sandbox.endpoint, 'ann') });
    expect(sandbox.bugs()).toEqual([]);
  } finally {
    await sandbox.close();
    await rm(state, { recursive: true });
  }
}

async function createAdmin(endpoint: string, UserName: string): Promise<AwsCredentials> {
  const iam = await rootClients(endpoint, CLIENT_ACCOUNT).iam();
  await iam.createUser({ UserName, Path: '/staff/' });
  await iam.attachUserPolicy({ UserName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

function portsOf({ sandbox }: Scene, credentials: AwsCredentials) {
  return createVerifyPorts({ endpointUrl: sandbox.endpoint, region: 'us-east-1', credentials });
}

async function clientRun(scene: Scene, options: Partial<VerifyOptions> = {}, credentials = scene.admin) {
  const target = readVerifyTarget({ roleArn: scene.roleArn, bucket });
  const real = options.ports ?? portsOf(scene, credentials);
  // The sandbox has no other editors unless a test brings them: no need to look again after a second.
  const ports = { ...real, sleep: (ms: number, signal: AbortSignal) => real.sleep(Math.min(ms, 60), signal) };
  const client = await planClientWay(target, ports, new AbortController().signal).catch((error: unknown) => {
    ports.close();
    throw error;
  });
  return verify({ waitMs: 0, client, state: { directory: scene.state }, ...options, target, ports });
}

async function verifyAsClient(
  scene: Scene,
  options: Partial<VerifyOptions> = {},
  credentials = scene.admin,
): Promise<VerifyReport> {
  return collectReport(await clientRun(scene, options, credentials));
}

async function trustText({ sandbox, roleArn }: Scene): Promise<string> {
  const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
  const { Role } = await iam.getRole({ RoleName: roleArn.split('/').at(-1) });
  return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
}

const checkOf = (report: VerifyReport, id: string) => report.checks.find((check) => check.id === id);

test.concurrent('a healthy grant is tried with own credentials, and the trust policy is what it was, byte for byte', () =>
  withScene(async (scene) => {
    const before = await trustText(scene);
    const snapshot = scene.sandbox.snapshot();
    const report = await verifyAsClient(scene);
    expect(report.checks.filter(({ ok, required }) => !ok && required !== false)).toEqual([]);
    expect(report).toMatchObject({ mode: 'client', ok: true, cleanup: { left: [] } });
    expect(checkOf(report, 'put-object')).toMatchObject({ result: 'allow' });
    expect(report.notes.join('\n')).toContain(
      'let arn:aws:iam::111122223333:user/staff/ann in for the time of the run',
    );
    expect(await trustText(scene)).toBe(before);
    expect(scene.sandbox.snapshot()).toEqual(snapshot);
    expect(await readdir(join(scene.state, 'runs'))).toEqual([]);
  }));

test.concurrent('the statement names the caller exactly, and expires within 15 minutes by the clock of the service', () =>
  withScene(async (scene) => {
    const original = await trustText(scene);
    const events = await clientRun(scene);
    scene.sandbox.faults.add('latency=300ms,sts:AssumeRole');
    const running = collectReport(events);
    let text = original;
    while (text === original) text = await trustText(scene);
    const statements = JSON.parse(text).Statement;
    const arn = 'arn:aws:iam::111122223333:user/staff/ann';
    expect(statements.slice(0, -1)).toEqual([JSON.parse(original).Statement].flat());
    expect(statements.at(-1)).toEqual({
      Sid: expect.stringMatching(/^ChannelMixVerify[0-9a-f]{32}$/),
      Effect: 'Allow',
      Principal: { AWS: arn },
      Action: 'sts:AssumeRole',
      Condition: {
        ArnEquals: { 'aws:PrincipalArn': arn },
        DateLessThan: { 'aws:CurrentTime': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) },
      },
    });
    const left = Date.parse(statements.at(-1).Condition.DateLessThan['aws:CurrentTime']) - Date.now();
    expect(left).toBeLessThanOrEqual(15 * 60_000);
    expect(left).toBeGreaterThan(14 * 60_000);
    expect((await running).ok).toBe(true);
    expect(await trustText(scene)).toBe(original);
  }));

test.concurrent('a trust policy that demands an external ID is told, though the caller gets in', () =>
  withScene(
    async (scene) => {
      const report = await verifyAsClient(scene);
      expect(checkOf(report, 'assume-role')).toMatchObject({
        result: 'deny',
        ok: false,
        diagnosis: { layer: 'trust' },
      });
      expect(checkOf(report, 'put-object')).toMatchObject({ result: 'allow', ok: true });
      expect(report.cleanup.left).toEqual([]);
    },
    {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:root` },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
      },
    },
  ));

test.concurrent('a role that trusts the caller already is not changed', () =>
  withScene(
    async (scene) => {
      const before = await trustText(scene);
      const report = await verifyAsClient(scene);
      expect(report.notes.join('\n')).toContain('its trust policy was not touched');
      expect(checkOf(report, 'put-object')).toMatchObject({ result: 'allow' });
      expect(await trustText(scene)).toBe(before);
    },
    {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${CLIENT_ACCOUNT}:root` }, Action: 'sts:AssumeRole' },
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:root` }, Action: 'sts:AssumeRole' },
      ],
    },
  ));

/** A session of a role with a path, as single sign-on gives. */
async function sessionOf(
  { sandbox, admin }: Scene,
  RoleName: string,
  Path: string,
  RoleArn?: string,
): Promise<AwsCredentials> {
  const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
  let arn = RoleArn;
  if (arn === undefined) {
    const trust = {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${CLIENT_ACCOUNT}:root` },
        Action: 'sts:AssumeRole',
      },
    };
    const { Role } = await iam.createRole({ RoleName, Path, AssumeRolePolicyDocument: JSON.stringify(trust) });
    await iam.attachRolePolicy({ RoleName, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
    arn = Role?.Arn;
  }
  const sts = await createAwsClients({ endpointUrl: sandbox.endpoint, region: 'us-east-1', credentials: admin }).sts();
  const { Credentials } = await sts.assumeRole({ RoleArn: arn, RoleSessionName: 'ann@example.com' });
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

test.concurrent('a session of another role is let in by the role behind it, with its path', () =>
  withScene(async (scene) => {
    const before = await trustText(scene);
    const session = await sessionOf(
      scene,
      'AWSReservedSSO_Admin_0123456789abcdef',
      '/aws-reserved/sso.amazonaws.com/eu-west-1/',
    );
    const report = await verifyAsClient(scene, {}, session);
    expect(checkOf(report, 'put-object')).toMatchObject({ result: 'allow' });
    expect(report.notes.join('\n')).toContain(
      'role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef',
    );
    expect(await trustText(scene)).toBe(before);
  }));

test.concurrent('credentials that are a session of the role itself are used as they are', () =>
  withScene(
    async (scene) => {
      const before = await trustText(scene);
      const session = await sessionOf(scene, '', '', scene.roleArn);
      const report = await verifyAsClient(scene, {}, session);
      expect(report.notes.join('\n')).toContain('a session of the role already');
      expect(checkOf(report, 'put-object')).toMatchObject({ result: 'allow' });
      // Such a session may not read the role: nobody knows whether ChannelMix is let in.
      expect(checkOf(report, 'assume-role')).toMatchObject({ result: 'error' });
      expect(await trustText(scene)).toBe(before);
    },
    {
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${CLIENT_ACCOUNT}:root` },
        Action: 'sts:AssumeRole',
      },
    },
  ));

test.concurrent.each([
  ['the root user', CLIENT_ACCOUNT, 'root user'],
  ['ChannelMix', CHANNELMIX_ACCOUNT_ID, "ChannelMix's credentials"],
])('%s is refused in words, and nothing is changed', (_name, account, words) =>
  withScene(async (scene) => {
    const before = scene.sandbox.snapshot();
    const credentials = { accessKeyId: account, secretAccessKey: account };
    await expect(verifyAsClient(scene, {}, credentials)).rejects.toMatchObject({
      code: 'credentials',
      message: expect.stringContaining(words),
    });
    expect(scene.sandbox.snapshot()).toEqual(before);
  }),
);

test.concurrent('a trust policy without room is refused in words, and stays as it is', () =>
  withScene(
    async (scene) => {
      const before = await trustText(scene);
      await expect(verifyAsClient(scene)).rejects.toMatchObject({ message: expect.stringContaining('no room') });
      expect(await trustText(scene)).toBe(before);
      expect(await readdir(join(scene.state, 'runs'))).toEqual([]);
    },
    {
      ...trustPolicy('aws'),
      Statement: [
        ...[trustPolicy('aws').Statement].flat(),
        ...Array.from({ length: 10 }, (_, index) => ({
          Sid: `Other${index}`,
          Effect: 'Allow' as const,
          Principal: { AWS: `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:root` },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': 'x'.repeat(20) } },
        })),
      ],
    },
  ));

test.concurrent('an interrupt at each event leaves the trust policy as it was', () =>
  withScene(async (scene) => {
    const before = scene.sandbox.snapshot();
    scene.sandbox.faults.add('latency=5ms');
    for (let at = 1; at < 40; at += 8) {
      const controller = new AbortController();
      let seen = 0;
      const follow = async function* (events: AsyncIterable<VerifyEvent>) {
        for await (const event of events) {
          if (++seen === at) controller.abort('SIGINT');
          yield event;
        }
      };
      const report = await collectReport(follow(await clientRun(scene, { signal: controller.signal })));
      expect(report.cleanup.left).toEqual([]);
      expect(scene.sandbox.snapshot()).toEqual(before);
    }
  }));

test.concurrent('after a second interrupt the restoring of the trust policy goes on neither by a pause nor by a call', () =>
  withScene(async (scene) => {
    const first = new AbortController();
    const second = new AbortController();
    const real = portsOf(scene, scene.admin);
    let hurried = 0;
    let pauses = 0;
    const sleep = async (ms: number, signal: AbortSignal) => {
      if (ms > 50 && hurried === 0) {
        // The statement was taken out, and it is time to look again.
        first.abort('SIGINT');
        hurried = performance.now();
        setImmediate(() => second.abort('SIGINT'));
      }
      pauses += 1;
      await real.sleep(5_000, signal);
      pauses -= 1;
    };
    const options = { ports: { ...real, sleep }, signal: first.signal, stopCleanup: second.signal };
    const report = await collectReport(await clientRun(scene, options));
    expect(performance.now() - hurried).toBeLessThan(1_000);
    expect(report.interrupted).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pauses).toBe(0);
  }));

test.concurrent('the next run takes out what a killed one left in the trust policy, at once, and says so', () =>
  withScene(async (scene) => {
    const original = await trustText(scene);
    const { endpoint } = scene.sandbox;
    await createAdmin(endpoint, 'bob');
    const runId = 'd'.repeat(32);
    const statement = temporaryStatement(runId, 'arn:aws:iam::111122223333:user/staff/bob', Date.now());
    const iam = await rootClients(endpoint, CLIENT_ACCOUNT).iam();
    const document = JSON.parse(original);
    const Statement = [document.Statement, statement].flat();
    await iam.updateAssumeRolePolicy({ RoleName: 'good', PolicyDocument: JSON.stringify({ ...document, Statement }) });
    const { roleArn } = scene;
    const facts = { runId, mode: 'client', bucket, roleArn, endpoint: new URL(endpoint).host } as const;
    const journal = await openJournal(scene.state, facts, () => new Date());
    await journal.setTrust({ roleArn, sid: statement.Sid, original, expires: '' });
    await journal.close();
    const began = performance.now();
    const report = await verifyAsClient(scene);
    expect(report.ok).toBe(true);
    expect(report.notes.join('\n')).toContain('its statement was taken out of the trust policy first');
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(await trustText(scene)).toBe(original);
    expect(await readdir(join(scene.state, 'runs'))).toEqual([]);
  }));

test.concurrent('a statement that stays lets nobody in after 15 minutes', () =>
  withScene(async (scene) => {
    const document = JSON.parse(await trustText(scene));
    const statement = temporaryStatement('e'.repeat(32), 'arn:aws:iam::111122223333:user/staff/ann', Date.now());
    const iam = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).iam();
    const Statement = [document.Statement, statement].flat();
    await iam.updateAssumeRolePolicy({ RoleName: 'good', PolicyDocument: JSON.stringify({ ...document, Statement }) });
    const sts = await createAwsClients({
      endpointUrl: scene.sandbox.endpoint,
      region: 'us-east-1',
      credentials: scene.admin,
    }).sts();
    const assume = () => sts.assumeRole({ RoleArn: scene.roleArn, RoleSessionName: 'ann' });
    await expect(assume()).resolves.toBeDefined();
    scene.sandbox.clock.advance(15 * 60_000 + 1_000);
    await expect(assume()).rejects.toThrow(/not authorized/);
  }));

test.concurrent('a statement of a dead run is swept, by its journal or by its role; a live run’s and others stay', () =>
  withScene(async (scene) => {
    const before = await trustText(scene);
    const iam = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).iam();
    const document = JSON.parse(before);
    const statement = (run: string, time: number) => ({
      Sid: `ChannelMixVerify${run.repeat(32)}`,
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${CLIENT_ACCOUNT}:root` },
      Action: 'sts:AssumeRole',
      Condition: { DateLessThan: { 'aws:CurrentTime': new Date(Date.now() + time).toISOString() } },
    });
    const put = (...more: object[]) =>
      iam.updateAssumeRolePolicy({
        RoleName: 'good',
        PolicyDocument: JSON.stringify({ ...document, Statement: [document.Statement, ...more].flat() }),
      });
    const run = () =>
      sweep({
        roleArn: scene.roleArn,
        dryRun: false,
        stateDirectory: scene.state,
        connect: () => portsOf(scene, scene.admin),
        confirm: async () => true,
        signal: new AbortController().signal,
      });
    await put(statement('a', -1_000), statement('b', 600_000));
    expect(await run()).toMatchObject({ removed: 1, left: [], found: { statements: 1 } });
    const rest = JSON.parse(await trustText(scene)).Statement as { Sid?: string }[];
    expect(rest.map(({ Sid }) => Sid)).toEqual([document.Statement[0]?.Sid, `ChannelMixVerify${'b'.repeat(32)}`]);
    const untouched = scene.sandbox.snapshot();
    expect(await run()).toMatchObject({ removed: 0, found: { statements: 0 } });
    expect(scene.sandbox.snapshot()).toEqual(untouched);
  }));

test.concurrent.each([
  ['the versions of its objects, in a bucket with versions', 'Enabled', unchanged],
  ['its object, where the role lacks s3:DeleteObject', undefined, withoutDelete],
] as const)('own credentials remove what the role may not: %s', (_name, Status, change) =>
  withScene(async (scene) => {
    const s3 = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).s3();
    if (Status !== undefined) await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status } });
    await change(scene);
    const report = await verifyAsClient(scene);
    expect(report.cleanup.left).toEqual([]);
    const { Versions = [], DeleteMarkers = [] } = await s3.listObjectVersions({ Bucket: bucket });
    expect([...Versions, ...DeleteMarkers]).toEqual([]);
  }),
);

async function unchanged(): Promise<void> {
  // The role is as the kit makes it: minimal access may not remove versions.
}

async function withoutDelete({ sandbox, roleArn }: Scene): Promise<void> {
  const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
  const RoleName = roleArn.split('/').at(-1);
  const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
  const { PolicyDocument: text } = await iam.getRolePolicy({ RoleName, PolicyName: PolicyNames[0] });
  const PolicyDocument = decodeURIComponent(text ?? '').replace(/,"s3:DeleteObject"|"s3:DeleteObject",/, '');
  expect(PolicyDocument).not.toContain('s3:DeleteObject"');
  await iam.putRolePolicy({ RoleName, PolicyName: PolicyNames[0], PolicyDocument });
}

test.concurrent('own credentials read the policy of the key that the bucket encrypts with, and name its statement', () =>
  withScene(async (scene) => {
    const clients = rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT);
    const [kms, s3] = await Promise.all([clients.kms(), clients.s3()]);
    const root = { AWS: `arn:aws:iam::${CLIENT_ACCOUNT}:root` };
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' },
        {
          Sid: 'OnlyOurs',
          Effect: 'Deny',
          Principal: '*',
          Action: 'kms:GenerateDataKey',
          Resource: '*',
          Condition: { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${CLIENT_ACCOUNT}:role/ours-*` } },
        },
      ],
    });
    const { KeyMetadata } = await kms.createKey({ Policy });
    const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KeyMetadata?.Arn } as const;
    await s3.putBucketEncryption({
      Bucket: bucket,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] },
    });
    expect(checkOf(await verifyAsClient(scene), 'put-object')).toMatchObject({
      result: 'deny',
      diagnosis: {
        layer: 'kms',
        evidence: 'aws',
        source: 'answer+documents',
        statement: { index: 1, sid: 'OnlyOurs' },
        pointer: '/Statement/1',
        remedy: { edited: { Sid: 'OnlyOurs' } },
      },
    });
  }));

test.concurrent('own credentials read how long Object Lock would keep what is put, and nothing is put', () =>
  withScene(async (scene) => {
    const s3 = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } });
    await s3.putObjectLockConfiguration({
      Bucket: bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Years: 1 } },
      },
    });
    const report = await verifyAsClient(scene);
    expect(checkOf(report, 'put-object')).toMatchObject({
      result: 'skipped',
      note: expect.stringContaining('Object Lock would keep it for 1 year'),
    });
    expect(report.notes.join()).toContain('1 year (COMPLIANCE)');
    expect(report.cleanup).toMatchObject({ left: [] });
  }));

test.each([
  ['statement', 'could not be brought back'],
  ['object', 'is again what it was'],
] as const)('what is left of the trust policy is told by its kind, not by its words: %s', (kind, text) => {
  const entry = { kind: 'edit', principalArn: 'arn:aws:iam::111122223333:user/ann', trust: '{}' } as const;
  const what = kind === 'object' ? 'statement 1' : 'may be there: a statement';
  const left = { kind, what, command: 'x', reason: 'failed' } as const;
  expect(clientNotes({ way: { entry }, swept: 0 }, { left: [left] }).join()).toContain(text);
});
