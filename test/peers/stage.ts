import { randomUUID } from 'node:crypto';
import { IAM } from '@aws-sdk/client-iam';
import { S3 } from '@aws-sdk/client-s3';
import { STS } from '@aws-sdk/client-sts';
import { type Deployment, deploy } from '../../src/deploy/index.ts';
import type { AccessLevel, AuthWay } from '../../src/model/grant.ts';
import { channelMixAccess } from '../../stacks/program.ts';
import { ACCOUNTS } from './localemu.ts';
import type { Peer } from './peers.ts';

/** What a scenario deploys. */
export interface Grant {
  readonly way: AuthWay;
  readonly access: AccessLevel;
  readonly prefixes?: readonly string[];
  /** The program makes the bucket, with the recommended settings. */
  readonly createBucket?: boolean;
  readonly rolePath?: string;
  readonly uniqueName?: boolean;
  /** A boundary that allows this. */
  readonly boundary?: readonly Statement[];
  /** The account that owns the bucket, where it is not the client. */
  readonly bucketOwner?: string;
}

/** A statement of a policy document, as plain data. */
export type Statement = Readonly<Record<string, unknown>>;

/** Credentials of somebody who calls. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Credentials of a session. */
interface Session extends Credentials {
  readonly sessionToken: string;
}

/** A deployed grant, and everything that a scenario needs to break it and a client to use it. */
export interface Stage {
  readonly peer: Peer;
  readonly grant: Grant;
  /** As the client's root user. */
  readonly iam: IAM;
  readonly s3: S3;
  /** S3 as the root user of the account that owns the bucket. */
  readonly ownerS3: S3;
  readonly bucket: string;
  readonly otherBucket: string;
  readonly prefix: string;
  /** Of the role or the user. */
  readonly principalName: string;
  readonly principalArn: string;
  /** ChannelMix's user on the role way, the client's user on the key way. */
  readonly caller: Credentials;
  readonly callerArn: string;
  readonly stranger: Credentials;
  readonly deployment: Deployment;
}

const SEEDS = 5;
const REGION = 'us-east-1';
/** What whoever calls from another account needs there. */
export const ASSUME_ANYTHING: readonly Statement[] = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }];

/** A policy document as JSON. */
export function policyDocument(...statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** S3 and IAM as the root user of an account. */
export function asRoot(peer: Peer, account: string): { readonly iam: IAM; readonly s3: S3 } {
  const config = {
    endpoint: peer.endpoint,
    region: REGION,
    credentials: { accessKeyId: account, secretAccessKey: account },
  };
  return { iam: new IAM(config), s3: new S3({ ...config, forcePathStyle: true }) };
}

/** Deploys a grant by the project's own Pulumi programs into a peer, with objects in place and callers that have keys. */
export async function prepareStage(peer: Peer, grant: Grant): Promise<Stage> {
  const run = randomUUID().slice(0, 8);
  const { iam, s3 } = asRoot(peer, ACCOUNTS.client);
  const owner = grant.bucketOwner ?? ACCOUNTS.client;
  const ownerS3 = owner === ACCOUNTS.client ? s3 : asRoot(peer, owner).s3;
  const bucket = `channelmix-${run}`;
  const otherBucket = `other-${run}`;
  const prefix = grant.prefixes?.[0] ?? '';
  if (grant.createBucket !== true) await ownerS3.createBucket({ Bucket: bucket });
  await s3.createBucket({ Bucket: otherBucket });
  const boundary = grant.boundary && (await createBoundary(iam, `boundary-${run}`, grant.boundary));
  const deployment = await deploy({
    program: channelMixAccess,
    endpoint: peer.endpoint,
    region: REGION,
    credentials: { accessKeyId: ACCOUNTS.client, secretAccessKey: ACCOUNTS.client },
    config: {
      auth: grant.way,
      access: grant.access,
      buckets: [
        { name: bucket, create: grant.createBucket === true, ...(grant.prefixes && { prefixes: grant.prefixes }) },
      ],
      roleName: `channelmix_s3_access_${run}`,
      ...(grant.rolePath === undefined ? {} : { rolePath: grant.rolePath }),
      ...(grant.uniqueName === undefined ? {} : { uniqueName: grant.uniqueName }),
      ...(boundary === undefined ? {} : { permissionsBoundary: boundary }),
    },
  });
  const principalArn = text(deployment.outputs[grant.way === 'role' ? 'roleArn' : 'userArn']);
  await seed(ownerS3, s3, { bucket, otherBucket, prefix });
  const stranger = await createUser(asRoot(peer, ACCOUNTS.stranger).iam, `stranger-${run}`, ASSUME_ANYTHING);
  const channelMix = await createUser(asRoot(peer, ACCOUNTS.channelMix).iam, `sync-${run}`, ASSUME_ANYTHING);
  const caller =
    grant.way === 'role'
      ? channelMix
      : {
          arn: principalArn,
          credentials: {
            accessKeyId: text(deployment.outputs.accessKeyId),
            secretAccessKey: text(deployment.outputs.secretAccessKey),
          },
        };
  return {
    peer,
    grant,
    iam,
    s3,
    ownerS3,
    bucket,
    otherBucket,
    prefix,
    principalName: principalArn.slice(principalArn.lastIndexOf('/') + 1),
    principalArn,
    caller: caller.credentials,
    callerArn: caller.arn,
    stranger: stranger.credentials,
    deployment,
  };
}

/** A session of the stage's role, for the caller, of the usual hour. */
export async function assumeRole({ peer, caller, principalArn }: Stage): Promise<Session> {
  const sts = new STS({ endpoint: peer.endpoint, region: REGION, credentials: caller });
  const { Credentials: given } = await sts.assumeRole({ RoleArn: principalArn, RoleSessionName: 'channelmix' });
  return {
    accessKeyId: text(given?.AccessKeyId),
    secretAccessKey: text(given?.SecretAccessKey),
    sessionToken: text(given?.SessionToken),
  };
}

/** What a client script has to know of a stage; `run` keeps the objects of two runs apart. */
export function scriptEnvironment(stage: Stage, run: string): Readonly<Record<string, string>> {
  return {
    PEER_WAY: stage.grant.way,
    PEER_ROLE_ARN: stage.grant.way === 'role' ? stage.principalArn : '',
    PEER_BUCKET: stage.bucket,
    PEER_PREFIX: stage.prefix,
    PEER_OTHER_BUCKET: stage.otherBucket,
    PEER_SEEDS: String(SEEDS),
    PEER_RUN: run,
    PEER_STRANGER_KEY_ID: stage.stranger.accessKeyId,
    PEER_STRANGER_SECRET: stage.stranger.secretAccessKey,
    AWS_ACCESS_KEY_ID: stage.caller.accessKeyId,
    AWS_SECRET_ACCESS_KEY: stage.caller.secretAccessKey,
  };
}

async function createBoundary(iam: IAM, name: string, statements: readonly Statement[]): Promise<string> {
  const { Policy } = await iam.createPolicy({ PolicyName: name, PolicyDocument: policyDocument(...statements) });
  return text(Policy?.Arn);
}

/** A user who may do what the statements say, with an access key. */
export async function createUser(
  iam: IAM,
  UserName: string,
  statements: readonly Statement[],
): Promise<{ readonly arn: string; readonly credentials: Credentials }> {
  const { User } = await iam.createUser({ UserName });
  await iam.putUserPolicy({ UserName, PolicyName: 'inline', PolicyDocument: policyDocument(...statements) });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  const accessKeyId = text(AccessKey?.AccessKeyId);
  return { arn: text(User?.Arn), credentials: { accessKeyId, secretAccessKey: text(AccessKey?.SecretAccessKey) } };
}

async function seed(
  ownerS3: S3,
  s3: S3,
  { bucket, otherBucket, prefix }: Pick<Stage, 'bucket' | 'otherBucket' | 'prefix'>,
): Promise<void> {
  const seeds = Array.from({ length: SEEDS }, (_, index) => `${prefix}seed/${index}.csv`);
  for (const Key of [...seeds, 'outside/report.csv']) await ownerS3.putObject({ Bucket: bucket, Key, Body: 'x' });
  await s3.putObject({ Bucket: otherBucket, Key: 'report.csv', Body: 'x' });
}

function text(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`expected text, got ${typeof value}`);
  return value;
}
