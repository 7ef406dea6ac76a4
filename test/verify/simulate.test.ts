import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { PolicyDocument, PolicyStatement } from '../../src/model/policy.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import {
  collectReport,
  createVerifyPorts,
  readVerifyTarget,
  simulate,
  type VerifyFlags,
  verifyExitCode,
} from '../../src/verify/index.ts';
import {
  CLIENT_ACCOUNT,
  createBucket,
  createRole,
  createUser,
  type GrantSetup,
  policyFor,
  rootClients,
  verifyKey,
  verifyRole,
} from './helpers.ts';

const OTHER_ACCOUNT = '444455556666';
let sandbox: Sandbox;
let count = 0;
beforeAll(async () => {
  sandbox = await startSandbox({ accounts: [CLIENT_ACCOUNT, CHANNELMIX_ACCOUNT_ID, OTHER_ACCOUNT] });
});
afterEach(() => sandbox.organization.set(undefined));
afterAll(() => sandbox.close());

type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };
const ROOT: Credentials = { accessKeyId: CLIENT_ACCOUNT, secretAccessKey: CLIENT_ACCOUNT };

function simulated(flags: VerifyFlags, credentials: Credentials = ROOT) {
  const ports = createVerifyPorts({ endpointUrl: sandbox.endpoint, region: 'us-east-1', credentials });
  const { accessKeyId } = flags;
  const options = { target: readVerifyTarget(flags), ports, ...(accessKeyId === undefined ? {} : { accessKeyId }) };
  return collectReport(simulate(options));
}

function document(...statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

async function grant(setup: Partial<GrantSetup> = {}, account = CLIENT_ACCOUNT) {
  const bucket = `simulated-${++count}`;
  await createBucket(sandbox.endpoint, bucket, account);
  const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, ...setup });
  return { roleArn, bucket };
}

async function setBucketPolicy(bucket: string, statements: readonly PolicyStatement[], account = CLIENT_ACCOUNT) {
  const s3 = await rootClients(sandbox.endpoint, account).s3();
  await s3.putBucketPolicy({ Bucket: bucket, Policy: JSON.stringify(document(...statements)) });
}

const trusting = (part: object): PolicyDocument =>
  document({
    Sid: 'Partner',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:root` },
    Action: 'sts:AssumeRole',
    ...part,
  });

const all = (bucket: string) => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];

describe('a healthy grant', () => {
  test.each([
    ['minimal access', {}],
    ['a folder', { prefixes: ['Client123/'] }],
    ['extended access', { access: 'extended' }],
    ['full access', { access: 'full' }],
  ] as const)('with %s is as expected, and nothing was changed or called as the role', async (_name, setup) => {
    const flags = { ...(await grant(setup)), ...setup };
    const before = sandbox.snapshot();
    const report = await simulated(flags);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(report).toMatchObject({ mode: 'simulate', ok: true, cleanup: { created: 0, removed: 0, left: [] } });
    expect(report).not.toHaveProperty('sessionArn');
    expect(report.checks.every(({ attempts, ms }) => attempts === 0 && ms === 0)).toBe(true);
    expect(verifyExitCode(report)).toBe(0);
    expect(sandbox.snapshot()).toEqual(before);
  });

  test('by access key needs no secret', async () => {
    const bucket = 'simulated-key';
    await createBucket(sandbox.endpoint, bucket);
    const { accessKeyId } = await createUser(sandbox.endpoint, { name: bucket, bucket });
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
    const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
    await iam.updateAssumeRolePolicy({
      RoleName: flags.bucket,
      PolicyDocument: JSON.stringify(check?.diagnosis?.remedy?.document),
    });
    expect((await simulated(flags)).ok).toBe(true);
    expect((await verifyRole(sandbox.endpoint, flags)).ok).toBe(true);
  });

  test('who of ChannelMix calls is not known: a trust policy that names one of its roles is neither', async () => {
    const principal = `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:role/loader`;
    await rootClients(sandbox.endpoint, CHANNELMIX_ACCOUNT_ID)
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
    sandbox.organization.set({
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
    const ports = createVerifyPorts({ endpointUrl: sandbox.endpoint, region: 'us-east-1', credentials: ROOT });
    const target = readVerifyTarget(await grant());
    await expect(collectReport(simulate({ target, ports, signal: interrupt.signal }))).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
});

describe('what cannot be read', () => {
  async function reader(...statements: readonly PolicyStatement[]): Promise<Credentials> {
    const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
    const UserName = `reader-${++count}`;
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
  const clients = rootClients(sandbox.endpoint, OTHER_ACCOUNT);
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
  expect((await verifyRole(sandbox.endpoint, flags)).ok).toBe(true);
  await control.putPublicAccessBlock({
    AccountId: OTHER_ACCOUNT,
    PublicAccessBlockConfiguration: { RestrictPublicBuckets: true },
  });
  expect(await put()).toMatchObject({
    result: 'deny',
    diagnosis: { layer: 'public-access-block', source: 'documents' },
  });
  expect((await verifyRole(sandbox.endpoint, flags)).checks.find(({ id }) => id === 'put-object')).toMatchObject({
    result: 'deny',
  });
  await control.deletePublicAccessBlock({ AccountId: OTHER_ACCOUNT });
});

test('what a call would meet beside the policies is a note: Object Lock, Requester Pays', async () => {
  const bucket = `simulated-${++count}`;
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  await s3.createBucket({ Bucket: bucket, ObjectLockEnabledForBucket: true });
  await s3.putObjectLockConfiguration({
    Bucket: bucket,
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 7 } },
    },
  });
  await s3.putBucketRequestPayment({ Bucket: bucket, RequestPaymentConfiguration: { Payer: 'Requester' } });
  const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket });
  const report = await simulated({ roleArn, bucket });
  expect(report.ok).toBe(true);
  expect(report.notes.join('\n')).toMatch(/Object Lock keeps each new object of the bucket for 7 days \(COMPLIANCE\)/);
  expect(report.notes.join('\n')).toMatch(/the bucket is Requester Pays/);
});

describe('statements', () => {
  test('a Deny is named with policy, Sid, index and pointer, and shown with the exception in it', async () => {
    const flags = await grant();
    const deny: PolicyStatement = {
      Sid: 'OnlyLoaders',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:DeleteObject',
      Resource: `arn:aws:s3:::${flags.bucket}/*`,
      Condition: { ArnNotLike: { 'aws:PrincipalArn': `arn:aws:iam::${CLIENT_ACCOUNT}:role/loader-*` } },
    };
    const first: PolicyStatement = {
      ...deny,
      Sid: 'Tls',
      Action: 's3:*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    };
    await setBucketPolicy(flags.bucket, [first, deny]);
    const check = (await simulated(flags)).checks.find(({ id }) => id === 'delete-object');
    expect(check?.diagnosis).toMatchObject({
      layer: 'bucket-policy',
      statement: { policy: `policy of bucket ${flags.bucket}`, index: 1, sid: 'OnlyLoaders' },
      pointer: '/Statement/1',
    });
    const edited = check?.diagnosis?.remedy?.edited;
    expect(edited?.Condition).toEqual({
      ArnNotLike: { 'aws:PrincipalArn': [`arn:aws:iam::${CLIENT_ACCOUNT}:role/loader-*`, flags.roleArn] },
    });
    await setBucketPolicy(flags.bucket, [first, edited ?? deny]);
    expect((await simulated(flags)).ok).toBe(true);
  });

  test('where nothing allows, the statement that nearly does is named, with what does not fit', async () => {
    const bucket = `simulated-${++count}`;
    await createBucket(sandbox.endpoint, bucket);
    const policy = document({
      Sid: 'Objects',
      Effect: 'Allow',
      Action: ['s3:*Object', 's3:ListBucket'],
      Resource: `arn:aws:s3:::${bucket}/*`,
    });
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, policy });
    const check = (await simulated({ roleArn, bucket })).checks.find(({ id }) => id === 'list-bucket');
    expect(check?.diagnosis?.near).toMatchObject({
      layer: 'identity',
      statement: { policy: 'channelmix', index: 0, sid: 'Objects' },
      reason: 'resource',
      detail: `Resource arn:aws:s3:::${bucket}/*`,
      pointer: '/Statement/0',
    });
  });

  test('what allows too much is named, too', async () => {
    const report = await simulated({ ...(await grant({ access: 'full' })), access: 'minimal' });
    expect(report.checks.find(({ id }) => id === 'denied:s3:ListAllMyBuckets')?.diagnosis).toMatchObject({
      statement: { policy: 'arn:aws:iam::aws:policy/AmazonS3FullAccess', index: 0 },
      pointer: '/Statement/0',
    });
  });
});

/** Documents of which everything is known beforehand, so that the answers have to be the same. */
const ACTIONS = [
  's3:PutObject',
  's3:GetObject',
  's3:ListBucket',
  's3:DeleteObject',
  's3:*',
  's3:Get*',
  's3:AbortMultipartUpload',
];
const CONDITIONS: readonly PolicyStatement['Condition'][] = [
  undefined,
  { Bool: { 'aws:SecureTransport': 'true' } },
  { Bool: { 'aws:SecureTransport': 'false' } },
  { StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' } },
  { StringLike: { 's3:prefix': 'Client/*' } },
  { Null: { 's3:prefix': 'true' } },
  { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/simulated-*' } },
  { StringEquals: { 'aws:PrincipalAccount': CLIENT_ACCOUNT } },
  { StringEquals: { 's3:if-none-match': '*' } },
  { Bool: { 's3:ObjectCreationOperation': 'false' } },
  { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  { DateLessThan: { 'aws:CurrentTime': '2100-01-01T00:00:00Z' } },
];
const anyStatement = (effect: fc.Arbitrary<'Allow' | 'Deny'>) =>
  fc.record({
    effect,
    actions: fc.uniqueArray(fc.constantFrom(...ACTIONS), { minLength: 1, maxLength: 4 }),
    resource: fc.constantFrom('both', 'bucket', 'objects', 'folder', 'everything'),
    condition: fc.constantFrom(...CONDITIONS),
  });
type Drawn = {
  readonly effect: 'Allow' | 'Deny';
  readonly actions: string[];
  readonly resource: string;
  readonly condition: PolicyStatement['Condition'];
};
const mostlyAllow = fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Allow', 'Allow', 'Deny');
const drawnGrant = fc.record({
  identity: fc.array(anyStatement(mostlyAllow), { maxLength: 3 }),
  kit: fc.boolean(),
  bucket: fc.option(
    fc.array(anyStatement(fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Deny')), { minLength: 1, maxLength: 3 }),
  ),
  boundary: fc.option(fc.array(anyStatement(mostlyAllow), { minLength: 1, maxLength: 2 }), { freq: 3 }),
  everyone: fc.boolean(),
  trust: fc.constantFrom(
    {},
    {},
    {},
    { Condition: { StringEquals: { 'sts:ExternalId': 'x' } } },
    { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } },
    { Principal: { AWS: CLIENT_ACCOUNT } },
    { Condition: { Null: { 'sts:ExternalId': 'true' } } },
  ),
  folder: fc.boolean(),
  foreign: fc.constantFrom(false, false, true),
  access: fc.constantFrom<'minimal' | 'extended'>('minimal', 'extended'),
});

function statementOf({ effect, actions, resource, condition }: Drawn, bucket: string): PolicyStatement {
  const arn = `arn:aws:s3:::${bucket}`;
  const Resource =
    { both: [arn, `${arn}/*`], bucket: arn, objects: `${arn}/*`, folder: `${arn}/Client/*`, everything: '*' }[
      resource
    ] ?? '*';
  return { Effect: effect, Action: actions, Resource, ...(condition === undefined ? {} : { Condition: condition }) };
}

/** Bucket policies must name actions that fit their resources. */
function fitting(drawn: Drawn): Drawn {
  return { ...drawn, resource: drawn.resource === 'everything' ? 'everything' : 'both' };
}

describe('the answers of the policies', () => {
  test('are those of real calls, check by check, for random grants', { timeout: 60_000 }, async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(drawnGrant, async (drawn) => {
        const bucket = `simulated-${++count}`;
        const owner = drawn.foreign ? OTHER_ACCOUNT : CLIENT_ACCOUNT;
        await createBucket(sandbox.endpoint, bucket, owner);
        const prefixes = drawn.folder ? ['Client/'] : [];
        const kit = policyFor({ name: bucket, bucket, prefixes, access: drawn.access });
        const identity = [
          ...(drawn.kit ? [kit?.Statement ?? []].flat() : []),
          ...drawn.identity.map((one) => statementOf(one, bucket)),
        ];
        const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
        const boundary =
          drawn.boundary === null
            ? undefined
            : await iam.createPolicy({
                PolicyName: bucket,
                PolicyDocument: JSON.stringify(document(...drawn.boundary.map((one) => statementOf(one, bucket)))),
              });
        const roleArn = await createRole(sandbox.endpoint, {
          name: bucket,
          bucket,
          policy:
            identity.length === 0
              ? document({ Effect: 'Allow', Action: 'ec2:*', Resource: '*' })
              : document(...identity),
          trust: trusting(drawn.trust),
          ...(boundary?.Policy?.Arn === undefined ? {} : { boundaryArn: boundary.Policy.Arn }),
        });
        if (drawn.bucket !== null) {
          // A public Allow is refused by Block Public Access.
          const principal = (effect: string) => (drawn.everyone && effect === 'Deny' ? '*' : { AWS: roleArn });
          await setBucketPolicy(
            bucket,
            drawn.bucket.map((one) => ({ ...statementOf(fitting(one), bucket), Principal: principal(one.effect) })),
            owner,
          );
        }
        const flags = { roleArn, bucket, prefixes, access: drawn.access };
        const report = await simulated(flags);
        const real = await verifyRole(sandbox.endpoint, flags);
        const key = ({ id, resource, prefix }: (typeof real.checks)[number]) => `${id} ${resource} ${prefix ?? ''}`;
        const answers = new Map(report.checks.map((check) => [key(check), check]));
        for (const check of real.checks) {
          if (check.result === 'skipped') continue;
          const own = answers.get(key(check));
          if (own === undefined || own.result === 'skipped' || own.result === 'error') {
            // Of a bucket of another account the policy cannot be read with these credentials.
            expect({ check: key(check), foreign: drawn.foreign, note: own?.note }).toMatchObject({ foreign: true });
            continue;
          }
          compared++;
          expect({
            check: key(check),
            result: own.result,
            why: own.error?.message,
            said: check.error?.message,
          }).toEqual({ check: key(check), result: check.result, why: own.error?.message, said: check.error?.message });
        }
      }),
      { seed: 20261125, numRuns: 12 },
    );
    expect(compared).toBeGreaterThan(60);
    expect(sandbox.bugs()).toEqual([]);
  });
});

test('by access key the answers are those of real calls, too', async () => {
  const bucket = 'simulated-key-compared';
  await createBucket(sandbox.endpoint, bucket);
  const policy = document({ Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' });
  const credentials = await createUser(sandbox.endpoint, { name: bucket, bucket, policy });
  const real = await verifyKey(sandbox.endpoint, credentials, { bucket });
  const report = await simulated({ accessKeyId: credentials.accessKeyId, bucket });
  for (const check of real.checks.filter(({ result }) => result !== 'skipped')) {
    expect(report.checks.find(({ id, resource }) => id === check.id && resource === check.resource)?.result).toBe(
      check.result,
    );
  }
});

describe('after a refusal of a real call', () => {
  const guard = (bucket: string, Condition?: object): PolicyStatement =>
    ({
      Sid: 'Guard',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `arn:aws:s3:::${bucket}/*`,
      ...(Condition === undefined ? {} : { Condition }),
    }) as PolicyStatement;

  test('a role that may read the bucket policy is told the statement', async () => {
    const flags = { ...(await grant({ access: 'full' })), access: 'full' };
    await setBucketPolicy(flags.bucket, [guard(flags.bucket)]);
    const report = await verifyRole(sandbox.endpoint, flags);
    expect(report.checks.find(({ id }) => id === 'put-object')?.diagnosis).toMatchObject({
      layer: 'bucket-policy',
      evidence: 'aws',
      source: 'answer+documents',
      statement: { policy: `policy of bucket ${flags.bucket}`, index: 0, sid: 'Guard' },
      remedy: { edited: { Sid: 'Guard' } },
    });
  });

  test('a role that may read nothing is asked for one thing, and AWS has the only word', async () => {
    const flags = await grant();
    await setBucketPolicy(flags.bucket, [guard(flags.bucket)]);
    const report = await verifyRole(sandbox.endpoint, flags);
    const diagnosis = report.checks.find(({ id }) => id === 'put-object')?.diagnosis;
    expect(diagnosis).toMatchObject({ layer: 'bucket-policy', evidence: 'aws', source: 'answer' });
    expect(diagnosis).not.toHaveProperty('statement');
  });

  test('a statement that depends on the network is the one, since AWS names its layer', async () => {
    const flags = { ...(await grant({ access: 'full' })), access: 'full' };
    await setBucketPolicy(flags.bucket, [guard(flags.bucket, { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } })]);
    const check = (await verifyRole(sandbox.endpoint, flags)).checks.find(({ id }) => id === 'put-object');
    expect(check?.diagnosis).toMatchObject({
      source: 'answer+documents',
      statement: { sid: 'Guard' },
      cause: expect.stringContaining('StringNotEquals aws:SourceVpce vpce-1'),
    });
  });
});

describe('a bucket that encrypts with a key of its own', () => {
  const useKey = (Resource: string, Effect: 'Allow' | 'Deny' = 'Allow'): PolicyStatement => ({
    Effect,
    Action: ['kms:GenerateDataKey', 'kms:Decrypt'],
    Resource,
  });
  const root = { AWS: `arn:aws:iam::${CLIENT_ACCOUNT}:root` };
  const delegating: PolicyStatement = { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' };

  async function encrypted(role: (key: string) => readonly PolicyStatement[], policy?: readonly PolicyStatement[]) {
    const bucket = `simulated-${++count}`;
    await createBucket(sandbox.endpoint, bucket);
    const clients = rootClients(sandbox.endpoint, CLIENT_ACCOUNT);
    const [kms, s3] = await Promise.all([clients.kms(), clients.s3()]);
    const { KeyMetadata } = await kms.createKey(
      policy === undefined ? {} : { Policy: JSON.stringify(document(...policy)) },
    );
    const key = KeyMetadata?.Arn ?? '';
    const byDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } as const;
    await s3.putBucketEncryption({
      Bucket: bucket,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }] },
    });
    const kit = [policyFor({ name: bucket, bucket })?.Statement ?? []].flat();
    const roleArn = await createRole(sandbox.endpoint, {
      name: bucket,
      bucket,
      policy: document(...kit, ...role(key)),
    });
    return { flags: { roleArn, bucket }, key, kms };
  }

  /** The answers of real calls and of the policies are the same where there is one of both. */
  async function compare(flags: VerifyFlags) {
    const [report, real] = [await simulated(flags), await verifyRole(sandbox.endpoint, flags)];
    for (const check of real.checks.filter(({ result }) => result !== 'skipped')) {
      // Where nothing can be put, real calls ask for a key that does not exist: nothing is decrypted.
      if (check.note?.startsWith('nothing could be put') === true) continue;
      const own = report.checks.find(
        ({ id, resource, prefix }) =>
          id === check.id && prefix === check.prefix && (resource === check.resource || id === 'put-object-kms'),
      );
      expect({ id: check.id, result: own?.result, said: check.error?.message }).toEqual({
        id: check.id,
        result: check.result,
        said: check.error?.message,
      });
    }
    return report.checks.find(({ id }) => id === 'put-object');
  }

  test('and lets the role use it is as expected', async () => {
    const { flags } = await encrypted((key) => [useKey(key)]);
    expect(await compare(flags)).toMatchObject({ result: 'allow', ok: true });
  });

  test.each<[string, (key: string) => readonly PolicyStatement[], readonly PolicyStatement[] | undefined, string]>([
    ['which the role may not use', () => [], undefined, 'kms-identity'],
    [
      'whose policy denies',
      (key) => [useKey(key)],
      [delegating, { Sid: 'Not', Effect: 'Deny', Principal: '*', Action: 'kms:GenerateDataKey', Resource: '*' }],
      'kms-key-policy-explicit',
    ],
    [
      'which another service may use only',
      (key) => [useKey(key)],
      [
        delegating,
        { ...useKey('*', 'Deny'), Principal: '*', Condition: { StringNotLike: { 'kms:ViaService': 'sqs.*' } } },
      ],
      'kms-key-policy-explicit',
    ],
  ])('%s is refused, by the policies as by the call', async (_name, role, policy, rule) => {
    const { flags } = await encrypted(role, policy);
    expect((await compare(flags))?.diagnosis).toMatchObject({ layer: 'kms', source: 'documents', rule });
  });

  test('which is disabled is refused', async () => {
    const { flags, key, kms } = await encrypted((arn) => [useKey(arn)]);
    await kms.disableKey({ KeyId: key });
    expect((await compare(flags))?.diagnosis).toMatchObject({
      layer: 'kms',
      cause: 'the key is in state Disabled and cannot be used',
    });
  });

  test('which a grant opens needs no statement of the role', async () => {
    const { flags, key, kms } = await encrypted(() => []);
    await kms.createGrant({ KeyId: key, GranteePrincipal: flags.roleArn, Operations: ['GenerateDataKey', 'Decrypt'] });
    expect(await compare(flags)).toMatchObject({ result: 'allow' });
  });
});
