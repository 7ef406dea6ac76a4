import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Check, Remedy, VerifyReport } from '../../src/model/check.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { PolicyDocument, PolicyStatement } from '../../src/model/policy.ts';
import { renderVerifyReport } from '../../src/report/verify-text.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import {
  collectReport,
  createVerifyPorts,
  readVerifyTarget,
  type VerifyFlags,
  verify,
  verifyExitCode,
} from '../../src/verify/index.ts';
import { words } from '../documented.ts';
import { runCli } from '../helpers.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, createUser, policyFor, rootClients, verifyRole } from './helpers.ts';

const OTHER_ACCOUNT = '444455556666';
const NOTHING: PolicyDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' },
};
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ accounts: [CLIENT_ACCOUNT, CHANNELMIX_ACCOUNT_ID, OTHER_ACCOUNT] });
});
afterAll(() => sandbox.close());

async function putRolePolicy(name: string, document: unknown): Promise<void> {
  const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
  await iam.putRolePolicy({ RoleName: name, PolicyName: 'channelmix', PolicyDocument: JSON.stringify(document) });
}

async function putBucketPolicy(bucket: string, document: unknown, account = CLIENT_ACCOUNT): Promise<void> {
  const s3 = await rootClients(sandbox.endpoint, account).s3();
  await s3.putBucketPolicy({ Bucket: bucket, Policy: JSON.stringify(document) });
}

function remedyFor(report: VerifyReport, policy: Remedy['policy']): Remedy | undefined {
  return report.remedies.find((remedy) => remedy.policy === policy);
}

function checkOf(report: VerifyReport, id: Check['id']): Check | undefined {
  return report.checks.find((check) => check.id === id);
}

describe('what a report proposes, done as it stands, is enough', () => {
  const prefixes = ['A/', 'B/'];
  const KMS = `arn:aws:kms:us-east-1:${CLIENT_ACCOUNT}:key/11112222-3333-4444-5555-666677778888`;
  test.each<[string, Partial<VerifyFlags>]>([
    ['minimal', {}],
    ['extended', { access: 'extended' }],
    ['prefixes', { prefixes }],
    ['key', { kmsKeyArn: KMS }],
  ])('for a role without a policy (%s), by the document and by the command', async (name, more) => {
    const bucket = `fix-${name}`;
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, policy: NOTHING });
    const flags = { roleArn, bucket, ...more };
    const before = await verifyRole(sandbox.endpoint, flags);
    expect(verifyExitCode(before)).toBe(1);
    const remedy = remedyFor(before, 'identity');
    const { code, stdout } = await runCli(words(remedy?.command ?? '').slice(1));
    expect([code, JSON.parse(stdout)]).toEqual([0, remedy?.document]);
    await putRolePolicy(bucket, remedy?.document);
    expect(verifyExitCode(await verifyRole(sandbox.endpoint, flags))).toBe(0);
    const text = renderVerifyReport(before);
    expect(text.match(/"Version"/g)).toHaveLength(1);
    expect(text).toMatch(/what was\s+skipped,\s+too\s+\(head-object,[^)]*delete-object\)/);
  });

  test("by the single statements, too, which fit into the kit's own policy", async () => {
    const bucket = 'fix-statements';
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, policy: NOTHING });
    const before = await verifyRole(sandbox.endpoint, { roleArn, bucket });
    const statements = before.checks.flatMap(({ diagnosis }) => diagnosis?.remedy?.statement ?? []);
    await putRolePolicy(bucket, { Version: '2012-10-17', Statement: statements });
    expect(verifyExitCode(await verifyRole(sandbox.endpoint, { roleArn, bucket }))).toBe(0);
    const kit = policyFor({ name: '', bucket });
    await putRolePolicy(bucket, { ...kit, Statement: [kit?.Statement ?? [], statements].flat() });
  });

  test('for the bucket of another account, by both policies', async () => {
    const bucket = 'fix-elsewhere';
    await createBucket(sandbox.endpoint, bucket, OTHER_ACCOUNT);
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, policy: NOTHING });
    const before = await verifyRole(sandbox.endpoint, { roleArn, bucket });
    expect(checkOf(before, 'put-object')?.diagnosis).toMatchObject({
      layer: 'bucket-policy',
      evidence: 'inferred',
      cause: expect.stringContaining(`(1) the bucket ${bucket} belongs to another account`),
    });
    expect(before.remedies.map(({ policy }) => policy)).toEqual(['bucket', 'identity']);
    await putBucketPolicy(bucket, remedyFor(before, 'bucket')?.document, OTHER_ACCOUNT);
    await putRolePolicy(bucket, remedyFor(before, 'identity')?.document);
    expect(await verifyRole(sandbox.endpoint, { roleArn, bucket })).toMatchObject({
      ok: true,
      bucketOwner: 'other-account',
    });
  });

  test('for a bucket with versions, by a statement for the probes only', async () => {
    const bucket = 'fix-versions';
    await createBucket(sandbox.endpoint, bucket);
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } });
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, prefixes });
    const flags = { roleArn, bucket, prefixes };
    const before = await verifyRole(sandbox.endpoint, flags);
    expect(verifyExitCode(before)).toBe(4);
    const statement = before.cleanup.remedy?.statement;
    expect(statement).toEqual({
      Effect: 'Allow',
      Action: 's3:DeleteObjectVersion',
      Resource: prefixes.map((prefix) => `arn:aws:s3:::${bucket}/${prefix}.channelmix-verify/*`),
    });
    expect(renderVerifyReport(before)).toContain('"s3:DeleteObjectVersion"');
    const policy = policyFor({ name: '', bucket, prefixes });
    await putRolePolicy(bucket, { ...policy, Statement: [policy?.Statement ?? [], statement].flat() });
    expect(verifyExitCode(await verifyRole(sandbox.endpoint, flags))).toBe(0);
  });

  test('for a bucket policy that denies, once for all checks, and nobody else is shut out or let in', async () => {
    const bucket = 'fix-deny';
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket });
    const deny: PolicyStatement = {
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:PutObject', 's3:GetObject', 's3:ListBucket'],
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      Condition: { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
    };
    await putBucketPolicy(bucket, { Version: '2012-10-17', Statement: deny });
    const before = await verifyRole(sandbox.endpoint, { roleArn, bucket });
    const text = renderVerifyReport(before);
    expect(text.match(/why: /g)).toHaveLength(1);
    expect(text.match(/ArnNotEquals": /g)).toHaveLength(1);
    const remedy = checkOf(before, 'put-object')?.diagnosis?.remedy;
    expect(remedy).toEqual({
      policy: 'bucket',
      condition: { ArnNotEquals: { 'aws:PrincipalArn': roleArn } },
    });
    const Condition = { ...deny.Condition, ...remedy?.condition };
    await putBucketPolicy(bucket, { Version: '2012-10-17', Statement: { ...deny, Condition } });
    expect((await verifyRole(sandbox.endpoint, { roleArn, bucket })).ok).toBe(true);
    const owner = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await expect(owner.putObject({ Bucket: bucket, Key: 'plain', Body: 'x' })).rejects.toThrow('explicit deny');
    await owner.putObject({ Bucket: bucket, Key: 'encrypted', Body: 'x', ServerSideEncryption: 'aws:kms' });
  });
});

test('a boundary that denies gets no allow, and one that leaves out gets all that the grant needs', async () => {
  const bucket = 'bounded';
  await createBucket(sandbox.endpoint, bucket);
  const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
  const boundary = async (name: string, ...statements: readonly PolicyStatement[]) => {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
    const { Policy } = await iam.createPolicy({ PolicyName: name, PolicyDocument });
    const roleArn = await createRole(sandbox.endpoint, { name, bucket, boundaryArn: Policy?.Arn ?? '' });
    return verifyRole(sandbox.endpoint, { roleArn, bucket });
  };
  const all = { Effect: 'Allow', Action: 's3:*', Resource: '*' } as const;
  const denies = await boundary('denies', all, { Effect: 'Deny', Action: 's3:PutObject', Resource: '*' });
  expect(checkOf(denies, 'put-object')?.diagnosis).toMatchObject({ layer: 'boundary', evidence: 'aws' });
  expect(checkOf(denies, 'put-object')?.diagnosis).not.toHaveProperty('remedy');
  expect(denies.remedies).toEqual([]);
  const lacks = await boundary('lacks', { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
  expect(lacks.remedies.map(({ policy }) => policy)).toEqual(['boundary']);
});

test('a role that is limited to a folder is not widened: the folder is asked for first', async () => {
  const bucket = 'one-folder';
  await createBucket(sandbox.endpoint, bucket);
  const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, prefixes: ['ClientA/'] });
  const whole = await verifyRole(sandbox.endpoint, { roleArn, bucket });
  expect(checkOf(whole, 'put-object')?.diagnosis?.fix).toMatch(/^If access is meant for one folder only/);
  const other = await verifyRole(sandbox.endpoint, { roleArn, bucket, prefixes: ['clienta/'] });
  expect(checkOf(other, 'put-object')?.diagnosis?.fix).toMatch(/^Compare clienta\/ letter by letter/);
});

test('a caller that may not assume roles is named as a possible cause', async () => {
  const bucket = 'caller';
  await createBucket(sandbox.endpoint, bucket);
  const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket });
  const iam = await rootClients(sandbox.endpoint, CHANNELMIX_ACCOUNT_ID).iam();
  await iam.createUser({ UserName: 'support' });
  const { AccessKey } = await iam.createAccessKey({ UserName: 'support' });
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  };
  const ports = createVerifyPorts({ endpointUrl: sandbox.endpoint, region: 'us-east-1', credentials });
  const report = await collectReport(verify({ target: readVerifyTarget({ roleArn, bucket }), ports, waitMs: 0 }));
  const diagnosis = checkOf(report, 'assume-role')?.diagnosis;
  expect(`${diagnosis?.layer} ${diagnosis?.evidence} ${diagnosis?.cause}`).toMatch(
    /arn:aws:iam::031871504755:user\/support\) may lack sts:AssumeRole/,
  );
  expect(report.notes).toEqual([]);
});

test("the key of another account is asked for in both accounts' policies, the key's first", async () => {
  const bucket = 'foreign-key';
  const kmsKeyArn = `arn:aws:kms:us-east-1:${OTHER_ACCOUNT}:key/11112222-3333-4444-5555-666677778888`;
  await createBucket(sandbox.endpoint, bucket);
  const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, kmsKeyArn });
  const report = await verifyRole(sandbox.endpoint, { roleArn, bucket, kmsKeyArn });
  expect(checkOf(report, 'put-object-kms')?.diagnosis).toMatchObject({
    layer: 'kms',
    evidence: 'inferred',
    cause: expect.stringContaining('belongs to another account'),
    remedy: { policy: 'key', also: { policy: 'identity' } },
  });
  expect(remedyFor(report, 'identity')?.document).toEqual(policyFor({ name: '', bucket, kmsKeyArn }));
});

test('405 for the policy of a bucket of another account means that the call was allowed', async () => {
  const bucket = 'policy-elsewhere';
  await createBucket(sandbox.endpoint, bucket, OTHER_ACCOUNT);
  const policy: PolicyDocument = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' },
  };
  const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, policy });
  const allow = { Effect: 'Allow', Principal: { AWS: roleArn }, Action: 's3:*' };
  const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
  await putBucketPolicy(bucket, { Version: '2012-10-17', Statement: { ...allow, Resource } }, OTHER_ACCOUNT);
  const report = await verifyRole(sandbox.endpoint, { roleArn, bucket });
  expect(checkOf(report, 'denied:s3:GetBucketPolicy')).toMatchObject({ result: 'allow', ok: false });
  expect(verifyExitCode(report)).toBe(1);
});

test('rows of several folders carry their folder, and those that access must stop at carry their bucket', async () => {
  const bucket = 'two-folders';
  await createBucket(sandbox.endpoint, bucket);
  const prefixes = ['A/', 'B/'];
  const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, prefixes });
  const flags = { roleArn, bucket, prefixes: [...prefixes, 'A'], otherBucket: 'fix-minimal' };
  const report = await verifyRole(sandbox.endpoint, flags);
  expect(report.checks.filter(({ id }) => id === 'list-bucket').map(({ prefix }) => prefix)).toEqual(prefixes);
  const lines = renderVerifyReport(report)
    .split('\n')
    .filter((line) => line.startsWith('✓'))
    .map((line) => line.replace(/ \d+ ms.*/, ''));
  expect(new Set(lines).size).toBe(lines.length);
});

test('a second interrupt stops at once, with the code of the signal, and names the command that removes what is left', async () => {
  const bucket = 'hurried';
  await createBucket(sandbox.endpoint, bucket);
  const key = await createUser(sandbox.endpoint, { name: bucket, bucket });
  const first = new AbortController();
  const second = new AbortController();
  const notes: string[] = [];
  const note = (line: string) => {
    notes.push(line);
    if (line.includes('put-object')) first.abort('SIGINT');
    if (line.includes('cleaning up')) second.abort('SIGINT');
  };
  sandbox.faults.add('latency=10ms');
  const argv = ['verify', '--endpoint-url', sandbox.endpoint, '--access-key-id', key.accessKeyId, '--bucket', bucket];
  const readStdinLine = async () => key.secretAccessKey;
  const options = { note, readStdinLine, signal: first.signal, hurry: second.signal };
  const { code, stdout } = await runCli(argv, options);
  sandbox.faults.clear();
  expect(stdout).toContain('aws s3api delete-object');
  expect(notes.at(-1)).toContain('channelmix-s3 sweep');
  expect(code).toBe(130);
});
