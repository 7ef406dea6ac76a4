import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AccessTarget, createAwsConnector, readAccessDocuments } from '../../src/aws/index.ts';
import type { AccessDocuments } from '../../src/model/access-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, createUser, rootClients } from '../verify/setup.ts';

const MANAGEMENT = '444455556666';
const BUCKET = 'read-me';
const full: PolicyDocument = { Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };
const noDelete: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }],
};
const rcp: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:PutObjectAcl', Resource: '*' }],
};

let sandbox: Sandbox;
let roleArn: string;
let keyArn: string;

beforeAll(async () => {
  sandbox = await startSandbox({
    accounts: [CLIENT_ACCOUNT, CHANNELMIX_ACCOUNT_ID, MANAGEMENT],
    organization: {
      id: 'o-example123',
      management: MANAGEMENT,
      members: {
        [MANAGEMENT]: {},
        [CLIENT_ACCOUNT]: {
          units: ['Workloads'],
          scps: [[full], [full, { policyName: 'no-delete', document: noDelete }], [full]],
          rcps: [{ policyName: 'no-acl', document: rcp }],
        },
      },
    },
  });
  const clients = rootClients(sandbox.endpoint, CLIENT_ACCOUNT);
  const [iam, s3, kms] = await Promise.all([clients.iam(), clients.s3(), clients.kms()]);
  await createBucket(sandbox.endpoint, BUCKET);
  const edge = await iam.createPolicy({ PolicyName: 'edge', PolicyDocument: JSON.stringify(full) });
  roleArn = await createRole(sandbox.endpoint, {
    name: 'reader',
    path: '/vendors/',
    bucket: BUCKET,
    boundaryArn: edge.Policy?.Arn ?? '',
  });
  await iam.attachRolePolicy({ RoleName: 'reader', PolicyArn: edge.Policy?.Arn ?? '' });
  await iam.tagRole({ RoleName: 'reader', Tags: [{ Key: 'team', Value: 'data' }] });
  const key = await kms.createKey({});
  keyArn = key.KeyMetadata?.Arn ?? '';
  await kms.createGrant({ KeyId: keyArn, GranteePrincipal: roleArn, Operations: ['Decrypt'] });
  await s3.putBucketEncryption({
    Bucket: BUCKET,
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn },
          BucketKeyEnabled: true,
        },
      ],
    },
  });
  await s3.putBucketVersioning({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } });
});
afterAll(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

interface Who {
  readonly account: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

async function documentsFor(
  { account, credentials }: Who,
  changes: Partial<AccessTarget> = {},
  signal = new AbortController().signal,
): Promise<AccessDocuments> {
  const connector = createAwsConnector({
    endpointUrl: sandbox.endpoint,
    region: 'us-east-1',
    credentials: credentials ?? { accessKeyId: account, secretAccessKey: account },
  });
  const caller = { arn: `arn:aws:iam::${account}:root`, account };
  try {
    return await readAccessDocuments(
      connector.clients,
      { principalArn: roleArn, bucket: BUCKET, caller, ...changes },
      signal,
    );
  } finally {
    connector.close();
  }
}

describe('an administrator of the account', () => {
  test('reads principal, bucket and key; not the policies of the organization', async () => {
    const documents = await documentsFor({ account: CLIENT_ACCOUNT });
    const { principal, bucket, keys, organization } = documents;
    expect(principal).toMatchObject({
      kind: 'role',
      arn: roleArn,
      account: CLIENT_ACCOUNT,
      name: 'reader',
      tags: { state: 'read', value: { team: 'data' } },
      trust: { state: 'read', value: { name: 'trust policy of role reader' } },
      boundary: { state: 'read', value: { name: `arn:aws:iam::${CLIENT_ACCOUNT}:policy/edge`, document: full } },
    });
    expect(principal.id).toMatch(/^AROA/);
    expect(principal.identity.read.map(({ name }) => name)).toEqual([
      'channelmix',
      `arn:aws:iam::${CLIENT_ACCOUNT}:policy/edge`,
    ]);
    expect(principal.identity.unreadable).toEqual([]);
    expect(bucket).toMatchObject({
      region: { state: 'read', value: 'us-east-1' },
      owner: { state: 'read', value: CLIENT_ACCOUNT },
      policy: { state: 'absent' },
      publicAccessBlock: { state: 'read', value: { restrictPublicBuckets: true } },
      ownership: { state: 'read', value: 'BucketOwnerEnforced' },
      versioning: { state: 'read', value: 'Enabled' },
      objectLock: { state: 'absent' },
      encryption: { state: 'read', value: { algorithm: 'aws:kms', kmsKey: keyArn, bucketKey: true } },
      requestPayer: { state: 'read', value: 'BucketOwner' },
    });
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatchObject({
      arn: keyArn,
      account: CLIENT_ACCOUNT,
      because: 'default-encryption',
      keyState: { state: 'read', value: 'Enabled' },
      manager: { state: 'read', value: 'CUSTOMER' },
      policy: { state: 'read' },
      grants: { state: 'read', value: [{ granteePrincipal: roleArn, operations: ['Decrypt'], constrained: false }] },
    });
    expect(organization).toMatchObject({
      id: { state: 'read', value: 'o-example123' },
      scps: {
        state: 'unreadable',
        why: { kind: 'denied', action: 'organizations:ListParents', code: 'AccessDeniedException' },
      },
      rcps: { state: 'unreadable' },
    });
  });

  test('gets data that can be written as JSON and read back', async () => {
    const documents = await documentsFor({ account: CLIENT_ACCOUNT });
    expect(JSON.parse(JSON.stringify(documents))).toEqual(documents);
  });

  test('of a role of another path learns that there is none such', async () => {
    const { principal } = await documentsFor(
      { account: CLIENT_ACCOUNT },
      { principalArn: `arn:aws:iam::${CLIENT_ACCOUNT}:role/reader` },
    );
    expect(principal.trust).toMatchObject({ state: 'unreadable', why: { kind: 'not-found' } });
    expect(principal.trust).toMatchObject({ why: { said: expect.stringContaining(roleArn) } });
    expect(principal.identity.read).toEqual([]);
  });

  test('reads a user, and another bucket', async () => {
    await createUser(sandbox.endpoint, { name: 'loader', bucket: BUCKET });
    await createBucket(sandbox.endpoint, 'read-me-not');
    const documents = await documentsFor(
      { account: CLIENT_ACCOUNT },
      { principalArn: `arn:aws:iam::${CLIENT_ACCOUNT}:user/loader`, otherBucket: 'read-me-not' },
    );
    expect(documents.principal).toMatchObject({
      kind: 'user',
      trust: { state: 'absent' },
      boundary: { state: 'absent' },
    });
    expect(documents.principal.identity).toMatchObject({ read: [{ name: 'channelmix' }], unreadable: [] });
    expect(documents.otherBucket).toMatchObject({
      name: 'read-me-not',
      owner: { value: CLIENT_ACCOUNT },
      policy: { state: 'absent' },
    });
  });
});

describe('others', () => {
  test('of the management account read SCPs and RCPs by level, and nothing of IAM', async () => {
    // Whose bucket it is cannot be learnt from there: as its owner.
    const { principal, organization } = await documentsFor({ account: MANAGEMENT });
    expect(principal.trust).toMatchObject({ state: 'unreadable', why: { kind: 'not-asked' } });
    expect(organization.id).toEqual({ state: 'read', value: 'o-example123' });
    const { scps } = organization;
    const levels = scps.state === 'read' ? scps.value : [];
    expect(levels.map(({ id }) => id.split('-')[0])).toEqual(['r', 'ou', CLIENT_ACCOUNT]);
    expect(levels[1]?.policies.map(({ document }) => document)).toContainEqual(noDelete);
  });

  test('with no permissions get every piece as unreadable, with the action that was refused', async () => {
    const credentials = await createUser(sandbox.endpoint, {
      name: 'nobody',
      bucket: BUCKET,
      policy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'ec2:*', Resource: '*' }] },
    });
    const { principal, bucket, keys, organization } = await documentsFor({ account: CLIENT_ACCOUNT, credentials });
    const refused = (action: string) => ({ state: 'unreadable', why: { kind: 'denied', action } });
    expect(principal.trust).toMatchObject(refused('iam:GetRole'));
    expect(principal.identity.unreadable.map(({ action }) => action)).toEqual([
      'iam:ListRolePolicies',
      'iam:ListAttachedRolePolicies',
    ]);
    expect(bucket.policy).toMatchObject(refused('s3:GetBucketPolicy'));
    expect(bucket.encryption).toMatchObject(refused('s3:GetEncryptionConfiguration'));
    expect(bucket.owner).toMatchObject(refused('s3:ListBucket'));
    // S3 tells the region with a refusal, too.
    expect(bucket.region).toEqual({ state: 'read', value: 'us-east-1' });
    expect(keys).toEqual([]);
    expect(organization.scps).toMatchObject({ state: 'unreadable' });
  });

  test('are stopped by an interrupt', async () => {
    const interrupt = new AbortController();
    interrupt.abort('SIGINT');
    await expect(documentsFor({ account: CLIENT_ACCOUNT }, {}, interrupt.signal)).rejects.toMatchObject({
      code: 'interrupted',
    });
  });
});

test.each(['error=500,iam:GetRolePolicy', 'drop=after,iam:GetRolePolicy', 'answer=html,iam:GetRolePolicy'])(
  'a fault of the service makes one piece unreadable, which is no refusal: %s',
  async (fault) => {
    const remove = sandbox.faults.add(fault);
    const { principal, bucket } = await documentsFor({ account: CLIENT_ACCOUNT });
    remove();
    expect(bucket.policy).toEqual({ state: 'absent' });
    expect(principal.identity.read).toHaveLength(1);
    const [why] = principal.identity.unreadable;
    expect(why).toMatchObject({ what: 'inline policy channelmix of role reader', action: 'iam:GetRolePolicy' });
    expect(why?.kind).not.toBe('denied');
  },
);
