import { describe, expect, test } from 'vitest';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { PolicyStatement } from '../../src/model/policy.ts';
import {
  collectReport,
  createVerifyPorts,
  readVerifyTarget,
  simulate,
  verifyExitCode,
} from '../../src/verify/index.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, createUser, rootClients, verifyRole } from './helpers.ts';
import { all, type Credentials, createSimulations, document, OTHER_ACCOUNT, ROOT, trusting } from './simulations.ts';

const { sandbox, newName, simulated, grant, setBucketPolicy } = createSimulations();

describe('a healthy grant', () => {
  test.each([
    ['minimal access', {}],
    ['a folder', { prefixes: ['Client123/'] }],
    ['extended access', { access: 'extended' }],
    ['full access', { access: 'full' }],
  ] as const)('with %s is as expected, and nothing was changed or called as the role', async (_name, setup) => {
    const flags = { ...(await grant(setup)), ...setup };
    const before = sandbox().snapshot();
    const report = await simulated(flags);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report).toMatchObject({ mode: 'simulate', ok: true, cleanup: { created: 0, removed: 0, left: [] } });
    expect(report).not.toHaveProperty('sessionArn');
    expect(report.checks.every(({ attempts, ms }) => attempts === 0 && ms === 0)).toBe(true);
    expect(verifyExitCode(report)).toBe(0);
    expect(sandbox().snapshot()).toEqual(before);
  });

  test('by access key needs no secret', async () => {
    const bucket = 'simulated-key';
    await createBucket(sandbox().endpoint, bucket);
    const { accessKeyId } = await createUser(sandbox().endpoint, { name: bucket, bucket });
    const report = await simulated({ accessKeyId, bucket });
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.checks.some(({ id }) => id === 'assume-role')).toBe(false);
    await expect(simulated({ accessKeyId: 'AKIAIOSFODNN7EXAMPLE', bucket })).rejects.toThrow(
      /the user of the access key could not be found/,
    );
  });

  test('is compared with the policy simulator of AWS, which agrees', async () => {
    const report = await simulated(await grant());
    const asked = report.checks.filter(({ action }) => action.startsWith('s3:'));
    expect(asked.every(({ simulator }) => simulator?.agrees === true)).toBe(true);
    expect(report.checks.find(({ id }) => id === 'assume-role')).not.toHaveProperty('simulator');
  });
});

describe('trust', () => {
  test('an external ID is taken out of the trust policy that the report shows, and the rest of it stays', async () => {
    const other: PolicyStatement = {
      Sid: 'Own',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` },
      Action: 'sts:AssumeRole',
    };
    const trust = trusting({
      Condition: {
        StringEquals: { 'sts:ExternalId': 'x' },
        DateLessThan: { 'aws:CurrentTime': '2100-01-01T00:00:00Z' },
      },
    });
    const flags = await grant({ trust: document(...[trust.Statement].flat(), other) });
    const report = await simulated(flags);
    expect(verifyExitCode(report)).toBe(1);
    const check = report.checks.find(({ id }) => id === 'assume-role');
    expect(check).toMatchObject({
      result: 'deny',
      diagnosis: {
        layer: 'trust',
        evidence: 'inferred',
        source: 'documents',
        near: { reason: 'condition', detail: 'StringEquals sts:ExternalId', pointer: '/Statement/0' },
      },
    });
    const [statement] = [trust.Statement].flat();
    const { StringEquals: _, ...kept } = statement?.Condition ?? {};
    expect(check?.diagnosis?.remedy?.document).toEqual(
      document({ ...statement, Condition: kept } as PolicyStatement, other),
    );
    const iam = await rootClients(sandbox().endpoint, CLIENT_ACCOUNT).iam();
    await iam.updateAssumeRolePolicy({
      RoleName: flags.bucket,
      PolicyDocument: JSON.stringify(check?.diagnosis?.remedy?.document),
    });
    expect((await simulated(flags)).ok).toBe(true);
    expect((await verifyRole(sandbox().endpoint, flags)).ok).toBe(true);
  });

  test('who of ChannelMix calls is not known: a trust policy that names one of its roles is neither', async () => {
    const principal = `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:role/loader`;
    await rootClients(sandbox().endpoint, CHANNELMIX_ACCOUNT_ID)
      .iam()
      .then((iam) => iam.createRole({ RoleName: 'loader', AssumeRolePolicyDocument: JSON.stringify(trusting({})) }));
    const report = await simulated(await grant({ trust: trusting({ Principal: { AWS: principal } }) }));
    const check = report.checks.find(({ id }) => id === 'assume-role');
    expect(check).toMatchObject({ result: 'error', error: { code: 'NotDecided' } });
    expect(check?.diagnosis?.cause).toContain(principal);
    expect(verifyExitCode(report)).toBe(3);
  });

  test('a role that IAM does not know is told as that', async () => {
    const { bucket } = await grant();
    const report = await simulated({ bucket, roleArn: `arn:aws:iam::${CLIENT_ACCOUNT}:role/never-made` });
    expect(report.checks[0]).toMatchObject({ result: 'deny', diagnosis: { layer: 'not-found', source: 'documents' } });
  });
});

describe('what a verdict depends on', () => {
  test.each([
    ['aws:SourceVpce', { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }],
    ['aws:SourceIp', { NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }],
    ['aws:UserAgent', { StringNotLike: { 'aws:UserAgent': 'boto3*' } }],
  ])('%s is named, and the check is neither allowed nor refused', async (key, Condition) => {
    const flags = await grant();
    await setBucketPolicy(flags.bucket, [
      {
        Sid: 'Perimeter',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: all(flags.bucket),
        Condition,
      } as PolicyStatement,
    ]);
    const report = await simulated(flags);
    const check = report.checks.find(({ id }) => id === 'put-object');
    expect(check).toMatchObject({ result: 'error', ok: false });
    expect(check?.note).toBe(
      `depends on ${key}: statement Perimeter of the policy of bucket ${flags.bucket} denies by it`,
    );
    expect(report.checks.find(({ id }) => id === 'denied:s3:GetBucketPolicy')).toMatchObject({
      result: 'deny',
      ok: true,
    });
    expect(verifyExitCode(report)).toBe(3);
  });

  test('an SCP that cannot be read is a reservation, not a verdict', async () => {
    const flags = await grant();
    const scp = document({ Effect: 'Deny', Action: 's3:PutObject', Resource: '*' });
    const full = document({ Effect: 'Allow', Action: '*', Resource: '*' });
    sandbox().organization.set({
      id: 'o-example123',
      management: OTHER_ACCOUNT,
      members: { [OTHER_ACCOUNT]: {}, [CLIENT_ACCOUNT]: { scps: [[full], [full, scp]] } },
    });
    const report = await simulated(flags);
    const check = report.checks.find(({ id }) => id === 'put-object');
    expect(check).toMatchObject({ result: 'allow' });
    expect(check?.note).toMatch(/^as far as could be read: not the policies of the organization for account \d{12}/);
    expect(report.notes.join('\n')).toMatch(/organizations:ListParents was refused/);
  });

  test('an interrupt ends it without a report', async () => {
    const interrupt = new AbortController();
    interrupt.abort('SIGINT');
    const ports = createVerifyPorts({ endpointUrl: sandbox().endpoint, region: 'us-east-1', credentials: ROOT });
    const target = readVerifyTarget(await grant());
    await expect(collectReport(simulate({ target, ports, signal: interrupt.signal }))).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
});

describe('what cannot be read', () => {
  async function reader(...statements: readonly PolicyStatement[]): Promise<Credentials> {
    const iam = await rootClients(sandbox().endpoint, CLIENT_ACCOUNT).iam();
    const UserName = `reader-${newName()}`;
    await iam.createUser({ UserName });
    await iam.putUserPolicy({ UserName, PolicyName: 'some', PolicyDocument: JSON.stringify(document(...statements)) });
    const { AccessKey } = await iam.createAccessKey({ UserName });
    return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  }

  test('leaves everything open for credentials that may read nothing, and lists it', async () => {
    const credentials = await reader({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' });
    const report = await simulated(await grant(), credentials);
    expect(new Set(report.checks.filter(({ result }) => result !== 'skipped').map(({ result }) => result))).toEqual(
      new Set(['error']),
    );
    expect(verifyExitCode(report)).toBe(3);
    expect(report.notes.join('\n')).toMatch(/the policy of bucket \S+ \(s3:GetBucketPolicy was refused\)/);
    expect(report.notes.join('\n')).toMatch(/iam:SimulatePrincipalPolicy was refused/);
  });

  test('of the role is asked of the policy simulator', async () => {
    const flags = await grant();
    const credentials = await reader(
      { Effect: 'Allow', Action: ['iam:GetRole', 'iam:SimulatePrincipalPolicy'], Resource: '*' },
      { Effect: 'Allow', Action: ['s3:GetBucket*', 's3:GetEncryptionConfiguration', 's3:ListBucket'], Resource: '*' },
    );
    const report = await simulated(flags, credentials);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    const minimal = await grant({ policy: document({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }) });
    const refused = (await simulated(minimal, credentials)).checks.find(({ id }) => id === 'put-object');
    expect(refused).toMatchObject({
      result: 'deny',
      diagnosis: { layer: 'identity', evidence: 'aws', source: 'simulator' },
    });
  });

  test('of another account is not asked for, and says so', async () => {
    const report = await simulated(await grant(), { accessKeyId: OTHER_ACCOUNT, secretAccessKey: OTHER_ACCOUNT });
    expect(report.notes.join('\n')).toMatch(/IAM answers for its own account only/);
    expect(verifyExitCode(report)).toBe(3);
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
test('a public bucket is closed to other accounts by the block of its account, which its own credentials can read', async () => {
  const flags = await grant({}, OTHER_ACCOUNT);
  const owner = { accessKeyId: OTHER_ACCOUNT, secretAccessKey: OTHER_ACCOUNT };
  const clients = rootClients(sandbox().endpoint, OTHER_ACCOUNT);
  const [s3, control] = await Promise.all([clients.s3(), clients.s3Control()]);
  await s3.deletePublicAccessBlock({ Bucket: flags.bucket });
  await setBucketPolicy(
    flags.bucket,
    [{ Effect: 'Allow', Principal: '*', Action: 's3:*', Resource: all(flags.bucket) }],
    OTHER_ACCOUNT,
  );
  const put = async () => (await simulated(flags, owner)).checks.find(({ id }) => id === 'put-object');
  // The role is another account's to read.
  expect(await put()).toMatchObject({ result: 'error', error: { code: 'NotDecided' } });
  expect((await verifyRole(sandbox().endpoint, flags)).ok).toBe(true);
  await control.putPublicAccessBlock({
    AccountId: OTHER_ACCOUNT,
    PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
  });
  expect(await put()).toMatchObject({
    result: 'deny',
    diagnosis: { layer: 'public-access-block', source: 'documents' },
  });
  expect((await verifyRole(sandbox().endpoint, flags)).checks.find(({ id }) => id === 'put-object')).toMatchObject({
    result: 'deny',
  });
  await control.deletePublicAccessBlock({ AccountId: OTHER_ACCOUNT });
});

test('what a call would meet beside the policies is a note: Object Lock, Requester Pays', async () => {
  const bucket = newName();
  const s3 = await rootClients(sandbox().endpoint, CLIENT_ACCOUNT).s3();
  await s3.createBucket({ Bucket: bucket, ObjectLockEnabledForBucket: true });
  await s3.putObjectLockConfiguration({
    Bucket: bucket,
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 7 } },
    },
  });
  await s3.putBucketRequestPayment({ Bucket: bucket, RequestPaymentConfiguration: { Payer: 'Requester' } });
  const roleArn = await createRole(sandbox().endpoint, { name: bucket, bucket });
  const report = await simulated({ roleArn, bucket });
  expect(report.ok).toBe(true);
  expect(report.notes.join('\n')).toMatch(/Object Lock keeps each new object of the bucket for 7 days \(COMPLIANCE\)/);
  expect(report.notes.join('\n')).toMatch(/the bucket is Requester Pays/);
});
