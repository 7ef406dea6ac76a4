import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AuditTarget, createAwsConnector, readAuditDocuments } from '../../src/aws/index.ts';
import type { AuditDocuments } from '../../src/model/audit-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import type { ScenarioWorld } from '../../src/sandbox/scenarios/types.ts';

export const ACCOUNT = '111122223333';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/vendors/channelmix`;
export const USER_ARN = `arn:aws:iam::${ACCOUNT}:user/vendors/channelmix`;
export const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11112222-3333-4444-5555-666677778888`;
export const SHARED_ARN = `arn:aws:iam::${ACCOUNT}:policy/shared`;
export const EVERYONE = 'http://acs.amazonaws.com/groups/global/AllUsers';

const document = (...Statement: PolicyDocument['Statement'][]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: Statement.flat(),
});

const trust = (principal: string): PolicyDocument =>
  document({ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' });

const onBuckets = document(
  { Effect: 'Allow', Action: 's3:ListBucket', Resource: ['arn:aws:s3:::data-a', 'arn:aws:s3:::data-b'] },
  { Effect: 'Allow', Action: ['s3:GetObject', 's3:PutBucketAcl'], Resource: 'arn:aws:s3:::data-a/*' },
  { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::report-*' },
);

/** An account in which everything that an audit reads is there, each thing by more than one who asks for it. */
export const WORLD: ScenarioWorld = {
  organization: { id: 'o-example123', management: '444455556666', members: { '444455556666': {}, [ACCOUNT]: {} } },
  policies: [{ name: 'shared', document: document({ Effect: 'Allow', Action: '*', Resource: '*' }) }],
  roles: [
    {
      name: 'channelmix',
      path: '/vendors/',
      trust: trust(CHANNELMIX_ACCOUNT_ID),
      inline: { buckets: onBuckets },
      attached: [SHARED_ARN],
      boundary: SHARED_ARN,
      tags: { team: 'data' },
      lastUsedDays: 3,
      called: [{ service: 's3', daysAgo: 3, actions: { PutBucketAcl: 40 } }],
    },
    { name: 'forgotten', trust: trust(`arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:root`) },
    { name: 'deploy', trust: trust(ACCOUNT) },
    { name: 'open', trust: trust('*') },
  ],
  users: [
    {
      name: 'channelmix',
      path: '/vendors/',
      inline: { buckets: onBuckets },
      attached: [SHARED_ARN],
      boundary: SHARED_ARN,
      password: true,
      keys: [
        { ageDays: 100, lastUsedDays: 2 },
        { ageDays: 400, inactive: true },
      ],
    },
    { name: 'Channel_Mix-old', key: 'none' },
    { name: 'admin', inline: { all: document({ Effect: 'Allow', Action: '*', Resource: '*' }) } },
  ],
  keys: [{ arn: KEY_ARN, aliases: ['alias/data'] }],
  buckets: [
    {
      name: 'data-a',
      ownership: 'BucketOwnerPreferred',
      publicAccessBlock: 'off',
      acl: [{ grantee: EVERYONE, permission: 'READ' }],
      policy: document({ Effect: 'Deny', Principal: '*', Action: 's3:DeleteBucket', Resource: 'arn:aws:s3:::data-a' }),
      encryption: { algorithm: 'aws:kms', keyArn: KEY_ARN },
      mfaDelete: true,
      lifecycle: [
        { id: 'tidy', enabled: true, prefix: 'tmp/', abortUploadsAfterDays: 7, expireOldVersionsAfterDays: 30 },
      ],
      logging: { bucket: 'data-b', prefix: 'logs/' },
      uploads: [
        { key: 'late', ageDays: 9 },
        { key: 'later', ageDays: 1 },
      ],
    },
    { name: 'data-b', encryption: { algorithm: 'aws:kms', keyArn: 'alias/data' } },
  ],
  accountPublicAccessBlocks: {
    [ACCOUNT]: { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: false },
  },
};

/** Credentials of a user, or the root user's of the account. */
export interface AuditorKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

export const ROOT: AuditorKeys = { accessKeyId: ACCOUNT, secretAccessKey: ACCOUNT };

/** A sandbox with that account. */
export async function startWorld(world: ScenarioWorld = WORLD): Promise<Sandbox> {
  const sandbox = await startSandbox();
  await sandbox.seed({ world });
  return sandbox;
}

/** Reads the documents at an endpoint: by default the role's, as the root user, with what it called last. */
export async function readAudit(
  endpointUrl: string,
  changes: Partial<AuditTarget> = {},
  {
    credentials = ROOT,
    signal = new AbortController().signal,
  }: { credentials?: AuditorKeys; signal?: AbortSignal } = {},
): Promise<AuditDocuments> {
  const connector = createAwsConnector({ endpointUrl, region: 'us-east-1', credentials, maxAttempts: 1 });
  const target: AuditTarget = {
    principalArn: ROLE_ARN,
    buckets: [],
    kmsKeyArns: [],
    caller: { arn: `arn:aws:iam::${ACCOUNT}:root`, account: ACCOUNT },
    lastAccessed: true,
    ...changes,
  };
  try {
    return await readAuditDocuments(connector.clients, target, signal);
  } finally {
    connector.close();
  }
}

/** A relay before a sandbox that writes down each request: method, address, what distinguishes it in headers, and body. */
export interface Recorder {
  readonly endpoint: string;
  readonly requests: readonly string[];
  /** Those that were answered, in their order. */
  readonly answered: readonly string[];
  readonly close: () => void;
}

/** Starts a relay; `before` may do something before a request goes on. */
export async function startRecorder(
  to: string,
  before: (request: string) => Promise<void> = async () => undefined,
): Promise<Recorder> {
  const requests: string[] = [];
  const answered: string[] = [];
  const server = createServer(async (message, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const { headers, method = 'GET', url = '/' } = message;
    const told = ['x-amz-target', 'x-amz-account-id', 'x-amz-expected-bucket-owner'].map((name) => headers[name] ?? '');
    const request = [method, url, ...told, body.toString()].join(' ');
    requests.push(request);
    await before(request);
    const onward = send(new URL(url, to), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.on('end', () => answered.push(request));
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answered,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
