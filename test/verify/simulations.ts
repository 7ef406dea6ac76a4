import { afterAll, afterEach, beforeAll } from 'vitest';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { PolicyDocument, PolicyStatement } from '../../src/model/policy.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import {
  collectReport,
  createVerifyPorts,
  readVerifyTarget,
  simulate,
  type VerifyFlags,
} from '../../src/verify/index.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, type GrantSetup, rootClients } from './helpers.ts';

export const OTHER_ACCOUNT = '444455556666';

export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };
export const ROOT: Credentials = { accessKeyId: CLIENT_ACCOUNT, secretAccessKey: CLIENT_ACCOUNT };

/** A policy document of these statements. */
export function document(...statements: readonly PolicyStatement[]): PolicyDocument {
  return { Version: '2012-10-17', Statement: statements };
}

/** A trust policy for ChannelMix, with something else in its statement. */
export const trusting = (part: object): PolicyDocument =>
  document({
    Sid: 'Partner',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:root` },
    Action: 'sts:AssumeRole',
    ...part,
  });

/** A bucket and all that is in it, as policies name them. */
export const all = (bucket: string) => [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];

/** A sandbox for the tests of one file, and what simulations need of it. */
export function createSimulations() {
  let sandbox: Sandbox;
  let count = 0;
  beforeAll(async () => {
    sandbox = await startSandbox({ accounts: [CLIENT_ACCOUNT, CHANNELMIX_ACCOUNT_ID, OTHER_ACCOUNT] });
  });
  afterEach(() => sandbox.organization.set(undefined));
  afterAll(() => sandbox.close());
  const newName = () => `simulated-${++count}`;
  return {
    sandbox: () => sandbox,
    newName,
    simulated: (flags: VerifyFlags, credentials: Credentials = ROOT) => {
      const ports = createVerifyPorts({ endpointUrl: sandbox.endpoint, region: 'us-east-1', credentials });
      const { accessKeyId } = flags;
      const options = { target: readVerifyTarget(flags), ports, ...(accessKeyId === undefined ? {} : { accessKeyId }) };
      return collectReport(simulate(options));
    },
    grant: async (setup: Partial<GrantSetup> = {}, account = CLIENT_ACCOUNT) => {
      const bucket = newName();
      await createBucket(sandbox.endpoint, bucket, account);
      const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, ...setup });
      return { roleArn, bucket };
    },
    setBucketPolicy: async (bucket: string, statements: readonly PolicyStatement[], account = CLIENT_ACCOUNT) => {
      const s3 = await rootClients(sandbox.endpoint, account).s3();
      await s3.putBucketPolicy({ Bucket: bucket, Policy: JSON.stringify(document(...statements)) });
    },
  };
}
