import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { IAM } from '@aws-sdk/client-iam';
import { S3, S3ServiceException } from '@aws-sdk/client-s3';
import { STS } from '@aws-sdk/client-sts';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EvaluationCase } from '../../src/model/decision.ts';
import { s3Permissions } from '../../src/operations/index.ts';
import { type Answer, compareCase, LOCALEMU_CAUSES, newTally, type Tally } from './evaluate-causes.ts';
import { callsOf, type Names, type RandomCall, type RandomPolicies, randomPolicies } from './evaluate-random.ts';
import { ACCOUNTS } from './localemu.ts';
import { judges, localemuPeer } from './peers.ts';

const FIXED_SEED = 63_352;
const FRESH_SEED = Number(process.env.CHANNELMIX_SEED ?? Date.now() % 1_000_000_000);
/** Each is 28 decisions: fourteen calls by a session and by a user. */
const SETS = 60;
/** The bucket is the callers' own account's in the first sets, another account's in the rest. */
const OWN_SETS = 40;
const SESSION = 'peers';
const REGION = 'us-east-1';

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const prepared = judges();

// Without SCPs and RCPs: LocalEmu 1.3.2 stores them and enforces none. iam-simulate judges those (test/differential).
describe.skipIf(prepared === null)('the evaluator and LocalEmu', () => {
  const peer = prepared === null ? undefined : localemuPeer(prepared);
  const run = randomUUID().slice(0, 8);
  const names: Names = { bucket: `evaluate-${run}`, user: `user-${run}`, role: `role-${run}` };
  const { client, stranger } = ACCOUNTS;
  const config = {
    endpoint: peer?.endpoint ?? '',
    region: REGION,
    maxAttempts: 2,
    requestHandler: { requestTimeout: 5_000, throwOnRequestTimeout: true },
  };
  const rootKeys: Credentials = { accessKeyId: client, secretAccessKey: client };
  const iam = new IAM({ ...config, credentials: rootKeys });
  const rootS3 = new S3({ ...config, credentials: rootKeys, forcePathStyle: true });
  /** Of the same names, but for the bucket, which belongs to another account. */
  const foreign: Names = { ...names, bucket: `evaluate-foreign-${run}` };
  const foreignS3 = new S3({
    ...config,
    credentials: { accessKeyId: stranger, secretAccessKey: stranger },
    forcePathStyle: true,
  });
  const RoleArn = `arn:aws:iam::${client}:role/${names.role}`;
  const BoundaryArn = `arn:aws:iam::${client}:policy`;
  let userKeys = rootKeys;

  beforeAll(async () => {
    await rootS3.createBucket({ Bucket: names.bucket });
    await foreignS3.createBucket({ Bucket: foreign.bucket });
    const trust = { Effect: 'Allow', Principal: { AWS: client }, Action: 'sts:AssumeRole' };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [trust] });
    await iam.createRole({ RoleName: names.role, AssumeRolePolicyDocument });
    await iam.createUser({ UserName: names.user });
    const { AccessKey } = await iam.createAccessKey({ UserName: names.user });
    userKeys = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  });

  /** Puts a set in force and returns clients of both callers. */
  async function putInForce(
    set: RandomPolicies,
    { role: RoleName, user: UserName, bucket: Bucket }: Names,
  ): Promise<{ readonly session: S3; readonly user: S3 }> {
    const ownerS3 = Bucket === foreign.bucket ? foreignS3 : rootS3;
    const document = { PolicyName: 'inline', PolicyDocument: JSON.stringify(set.identity) };
    await Promise.all([iam.putRolePolicy({ RoleName, ...document }), iam.putUserPolicy({ UserName, ...document })]);
    if (set.boundary === undefined) await dropBoundaries();
    else {
      const PolicyName = `boundary-${run}-${randomUUID()}`;
      await iam.createPolicy({ PolicyName, PolicyDocument: JSON.stringify(set.boundary) });
      const PermissionsBoundary = `${BoundaryArn}/${PolicyName}`;
      await Promise.all([
        iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary }),
        iam.putUserPermissionsBoundary({ UserName, PermissionsBoundary }),
      ]);
    }
    if (set.bucket === undefined) await ownerS3.deleteBucketPolicy({ Bucket });
    else await ownerS3.putBucketPolicy({ Bucket, Policy: JSON.stringify(set.bucket) });
    const sts = new STS({ ...config, credentials: rootKeys });
    const { Credentials: given } = await sts.assumeRole({
      RoleArn,
      RoleSessionName: SESSION,
      ...(set.session === undefined ? {} : { Policy: JSON.stringify(set.session) }),
    });
    const sessionKeys: Credentials = {
      accessKeyId: given?.AccessKeyId ?? '',
      secretAccessKey: given?.SecretAccessKey ?? '',
      sessionToken: given?.SessionToken ?? '',
    };
    const s3 = (credentials: Credentials): S3 => new S3({ ...config, credentials, forcePathStyle: true });
    return { session: s3(sessionKeys), user: s3(userKeys) };
  }

  async function dropBoundaries(): Promise<void> {
    const { Role } = await iam.getRole({ RoleName: names.role });
    if (Role?.PermissionsBoundary === undefined) return;
    await iam.deleteRolePermissionsBoundary({ RoleName: names.role });
    await iam.deleteUserPermissionsBoundary({ UserName: names.user });
  }

  function caseOf(
    set: RandomPolicies,
    caller: 'session' | 'user',
    { operation, key }: RandomCall,
    bucket: string,
  ): EvaluationCase {
    const isListing = operation === 'ListObjectsV2';
    const call = { operation, partition: 'aws', bucket, ...(isListing ? {} : { key }) };
    const [permission, ...others] = s3Permissions(call);
    if (permission === undefined || others.length > 0) throw new Error(`${operation} does not need one permission`);
    const { client: account } = ACCOUNTS;
    const isSession = caller === 'session';
    return {
      request: {
        principal: isSession
          ? `arn:aws:sts::${account}:assumed-role/${names.role}/${SESSION}`
          : `arn:aws:iam::${account}:user/${names.user}`,
        ...permission,
        context: {
          'aws:SecureTransport': 'true',
          'aws:SourceIp': '127.0.0.1',
          'aws:PrincipalArn': isSession ? RoleArn : `arn:aws:iam::${account}:user/${names.user}`,
          ...(isListing ? { 's3:prefix': key } : {}),
        },
      },
      identityPolicies: [set.identity],
      ...(set.boundary === undefined ? {} : { boundary: set.boundary }),
      ...(isSession && set.session !== undefined ? { sessionPolicies: [set.session] } : {}),
      ...(set.bucket === undefined ? {} : { resourcePolicy: set.bucket }),
      resourceAccount: bucket === foreign.bucket ? stranger : account,
    };
  }

  /** What LocalEmu says. That an object is not there is told to those who were let in. */
  async function ask(s3: S3, { operation, key }: RandomCall, bucket: string): Promise<Answer> {
    const object = { Bucket: bucket, Key: key };
    try {
      if (operation === 'GetObject') await (await s3.getObject(object)).Body?.transformToByteArray();
      else if (operation === 'PutObject') await s3.putObject({ ...object, Body: 'x' });
      else if (operation === 'DeleteObject') await s3.deleteObject(object);
      else if (operation === 'GetObjectTagging') await s3.getObjectTagging(object);
      else await s3.listObjectsV2({ Bucket: bucket, Prefix: key });
      return 'allow';
    } catch (error) {
      if (!(error instanceof S3ServiceException)) throw error;
      if (error.name === 'NoSuchKey') return 'allow';
      if (error.name === 'AccessDenied') return 'deny';
      throw error;
    }
  }

  async function compare(seed: number): Promise<Tally> {
    const supplies = [randomPolicies(seed, names), randomPolicies(seed + 1, foreign)] as const;
    const tally = newTally();
    for (let index = 0; index < SETS; index++) {
      const isOwn = index < OWN_SETS;
      const { bucket } = isOwn ? names : foreign;
      const set = supplies[isOwn ? 0 : 1]();
      const clients = await putInForce(set, { ...names, bucket });
      for (const caller of ['session', 'user'] as const) {
        for (const call of callsOf(names.user)) {
          const theirs = await ask(clients[caller], call, bucket);
          const given = caseOf(set, caller, call, bucket);
          compareCase(tally, given, theirs, LOCALEMU_CAUSES, `seed ${seed}, set ${index}`);
        }
      }
      clients.session.destroy();
      clients.user.destroy();
    }
    return tally;
  }

  test('agree on random policy sets of a fixed seed, but for causes that are written down', async () => {
    const { counts, explained, unexplained } = await compare(FIXED_SEED);
    console.log(`peers: ${JSON.stringify(counts)}, explained ${JSON.stringify([...explained])}`);
    expect(unexplained).toEqual([]);
    // A world in which nothing is allowed would prove nothing; a cause that never shows is not needed.
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(100);
    expect([...explained.keys()].sort()).toEqual(LOCALEMU_CAUSES.map(({ name }) => name).sort());
  });

  test(`agree on random policy sets of a fresh seed, but for causes that are written down (CHANNELMIX_SEED=${FRESH_SEED})`, async () => {
    const { explained, unexplained } = await compare(FRESH_SEED);
    console.log(`peers: explained ${JSON.stringify([...explained])}`);
    expect(unexplained).toEqual([]);
  });

  test('have every known cause, with its page of AWS, in docs/lint-peers.md', () => {
    const page = readFileSync(new URL('../../docs/lint-peers.md', import.meta.url), 'utf8');
    for (const { name, page: link } of LOCALEMU_CAUSES) {
      expect.soft(page.includes(`| ${name} | ${link} |`), name).toBe(true);
    }
  });
});
