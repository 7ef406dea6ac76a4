import { createAwsClients } from '../../src/aws/index.ts';
import { fullAccessPolicyArn, identityPolicy, trustPolicy } from '../../src/generate/policy-documents.ts';
import type { VerifyReport } from '../../src/model/check.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { AccessLevel } from '../../src/model/grant.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import {
  collectReport,
  createVerifyPorts,
  readVerifyTarget,
  type VerifyFlags,
  type VerifyOptions,
  type VerifyPorts,
  verify,
} from '../../src/verify/index.ts';

export const CLIENT_ACCOUNT = '111122223333';

/** Clients with the root key of one of the endpoint's accounts: the account id is key id and secret. */
export function rootClients(endpointUrl: string, account: string) {
  return createAwsClients({
    endpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: account, secretAccessKey: account },
  });
}

/** Ports of a run as ChannelMix. */
export function channelMixPorts(endpointUrl: string): VerifyPorts {
  return createVerifyPorts({
    endpointUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: CHANNELMIX_ACCOUNT_ID, secretAccessKey: CHANNELMIX_ACCOUNT_ID },
  });
}

/** What is given to ChannelMix in a test; everything that is left out is as the kit would make it. */
export interface GrantSetup {
  readonly name: string;
  readonly bucket: string;
  readonly access?: AccessLevel;
  readonly prefixes?: readonly string[];
  readonly kmsKeyArn?: string;
  readonly policy?: PolicyDocument;
  readonly trust?: PolicyDocument;
  readonly path?: string;
  readonly boundaryArn?: string;
}

/** The policy that the kit makes for the grant. */
export function policyFor(setup: GrantSetup): PolicyDocument | undefined {
  return identityPolicy({
    access: setup.access ?? 'minimal',
    partition: 'aws',
    buckets: [
      {
        name: setup.bucket,
        create: false,
        prefixes: setup.prefixes ?? [],
        ...(setup.kmsKeyArn === undefined ? {} : { kmsKeyArn: setup.kmsKeyArn }),
      },
    ],
  });
}

/** Creates a role for ChannelMix in the client's account, as an administrator would. Gives its ARN. */
export async function createRole(endpointUrl: string, setup: GrantSetup): Promise<string> {
  const iam = await rootClients(endpointUrl, CLIENT_ACCOUNT).iam();
  const role = await iam.createRole({
    RoleName: setup.name,
    AssumeRolePolicyDocument: JSON.stringify(setup.trust ?? trustPolicy('aws')),
    ...(setup.path === undefined ? {} : { Path: setup.path }),
    ...(setup.boundaryArn === undefined ? {} : { PermissionsBoundary: setup.boundaryArn }),
  });
  const policy = setup.policy ?? policyFor(setup);
  if (policy !== undefined) {
    await iam.putRolePolicy({
      RoleName: setup.name,
      PolicyName: 'channelmix',
      PolicyDocument: JSON.stringify(policy),
    });
  }
  if (setup.access === 'full') {
    await iam.attachRolePolicy({ RoleName: setup.name, PolicyArn: fullAccessPolicyArn('aws') });
  }
  return role.Role?.Arn ?? '';
}

/** Creates a user with an access key in the client's account. */
export async function createUser(
  endpointUrl: string,
  setup: GrantSetup,
): Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string }> {
  const iam = await rootClients(endpointUrl, CLIENT_ACCOUNT).iam();
  await iam.createUser({ UserName: setup.name });
  const policy = setup.policy ?? policyFor(setup);
  if (policy !== undefined) {
    await iam.putUserPolicy({
      UserName: setup.name,
      PolicyName: 'channelmix',
      PolicyDocument: JSON.stringify(policy),
    });
  }
  if (setup.access === 'full') {
    await iam.attachUserPolicy({ UserName: setup.name, PolicyArn: fullAccessPolicyArn('aws') });
  }
  const { AccessKey } = await iam.createAccessKey({ UserName: setup.name });
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** Creates a bucket in an account (default: the client's). */
export async function createBucket(endpointUrl: string, bucket: string, account = CLIENT_ACCOUNT): Promise<void> {
  const s3 = await rootClients(endpointUrl, account).s3();
  await s3.createBucket({ Bucket: bucket });
}

/** Creates a bucket of the client's whose Object Lock keeps every new object for a month. */
export async function createLockedBucket(endpointUrl: string, bucket: string): Promise<void> {
  const s3 = await rootClients(endpointUrl, CLIENT_ACCOUNT).s3();
  await s3.createBucket({ Bucket: bucket, ObjectLockEnabledForBucket: true });
  await s3.putObjectLockConfiguration({
    Bucket: bucket,
    ObjectLockConfiguration: {
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 30 } },
    },
  });
}

/** A verify as ChannelMix, run to its end. Without patience unless the test wants it. */
export async function verifyRole(
  endpointUrl: string,
  flags: VerifyFlags,
  options: Partial<Omit<VerifyOptions, 'target'>> = {},
): Promise<VerifyReport> {
  const target = readVerifyTarget(flags);
  return collectReport(verify({ waitMs: 0, ports: channelMixPorts(endpointUrl), ...options, target }));
}

/** A verify with an access key, run to its end. */
export async function verifyKey(
  endpointUrl: string,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
  flags: VerifyFlags,
  options: Partial<Omit<VerifyOptions, 'target'>> = {},
): Promise<VerifyReport> {
  const target = readVerifyTarget({ ...flags, accessKeyId: credentials.accessKeyId });
  const ports = createVerifyPorts({ endpointUrl, region: 'us-east-1', credentials });
  return collectReport(verify({ waitMs: 0, ports, ...options, target }));
}

/** Check ids with their results, for comparison with what a test expects. */
export function results(report: VerifyReport): Readonly<Record<string, string>> {
  return Object.fromEntries(report.checks.map((check) => [check.id, check.result]));
}
