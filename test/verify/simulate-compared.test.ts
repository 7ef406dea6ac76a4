import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyStatement } from '../../src/model/policy.ts';
import type { VerifyFlags } from '../../src/verify/index.ts';
import {
  CLIENT_ACCOUNT,
  createBucket,
  createRole,
  createUser,
  policyFor,
  rootClients,
  verifyKey,
  verifyRole,
} from './helpers.ts';
import { createSimulations, document, OTHER_ACCOUNT, trusting } from './simulations.ts';

const { sandbox, newName, simulated, setBucketPolicy } = createSimulations();

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
        const bucket = newName();
        const owner = drawn.foreign ? OTHER_ACCOUNT : CLIENT_ACCOUNT;
        await createBucket(sandbox().endpoint, bucket, owner);
        const prefixes = drawn.folder ? ['Client/'] : [];
        const kit = policyFor({ name: bucket, bucket, prefixes, access: drawn.access });
        const identity = [
          ...(drawn.kit ? [kit?.Statement ?? []].flat() : []),
          ...drawn.identity.map((one) => statementOf(one, bucket)),
        ];
        const iam = await rootClients(sandbox().endpoint, CLIENT_ACCOUNT).iam();
        const boundary =
          drawn.boundary === null
            ? undefined
            : await iam.createPolicy({
                PolicyName: bucket,
                PolicyDocument: JSON.stringify(document(...drawn.boundary.map((one) => statementOf(one, bucket)))),
              });
        const roleArn = await createRole(sandbox().endpoint, {
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
        const real = await verifyRole(sandbox().endpoint, flags);
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
    expect(sandbox().bugs()).toEqual([]);
  });
});

test('by access key the answers are those of real calls, too', async () => {
  const bucket = 'simulated-key-compared';
  await createBucket(sandbox().endpoint, bucket);
  const policy = document({ Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket'], Resource: '*' });
  const credentials = await createUser(sandbox().endpoint, { name: bucket, bucket, policy });
  const real = await verifyKey(sandbox().endpoint, credentials, { bucket });
  const report = await simulated({ accessKeyId: credentials.accessKeyId, bucket });
  for (const check of real.checks.filter(({ result }) => result !== 'skipped')) {
    expect(report.checks.find(({ id, resource }) => id === check.id && resource === check.resource)?.result).toBe(
      check.result,
    );
  }
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
    const bucket = newName();
    await createBucket(sandbox().endpoint, bucket);
    const clients = rootClients(sandbox().endpoint, CLIENT_ACCOUNT);
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
    const roleArn = await createRole(sandbox().endpoint, {
      name: bucket,
      bucket,
      policy: document(...kit, ...role(key)),
    });
    return { flags: { roleArn, bucket }, key, kms };
  }

  /** The answers of real calls and of the policies are the same where there is one of both. */
  async function compare(flags: VerifyFlags) {
    const [report, real] = [await simulated(flags), await verifyRole(sandbox().endpoint, flags)];
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
