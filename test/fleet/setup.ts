import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trustPolicy } from '../../src/generate/policy-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { CLIENT_ACCOUNT, createBucket, createRole } from '../verify/setup.ts';

/** What is wrong with a client of a test. */
export type Ailment = 'external-id' | 'no-delete' | 'no-bucket';

/** A sandbox with clients, a folder of its own, and the file that names them. */
export interface FleetHouse {
  readonly sandbox: Sandbox;
  readonly folder: string;
  readonly file: string;
  readonly names: readonly string[];
  /** Environment of a process that runs the command line. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes another fleet file into the folder. */
  readonly write: (name: string, text: string) => string;
  readonly close: () => Promise<void>;
}

/** An entry of a fleet file, as one writes it. */
export function entryOf(name: string, bucket = `${name}-data`): string {
  return `  - name: ${name}\n    roleArn: arn:aws:iam::${CLIENT_ACCOUNT}:role/${name}\n    bucket: ${bucket}\n`;
}

/** Starts a sandbox with `count` clients; `ailments` says what is wrong with which one. */
export async function startFleet(count: number, ailments: Readonly<Record<number, Ailment>> = {}): Promise<FleetHouse> {
  const sandbox = await startSandbox();
  const folder = mkdtempSync(join(tmpdir(), 'channelmix-fleet-'));
  const names = Array.from({ length: count }, (_, index) => `client-${index}`);
  await Promise.all(names.map((name, index) => createClient(sandbox.endpoint, name, ailments[index])));
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  return {
    sandbox,
    folder,
    file: write('fleet.yaml', `clients:\n${names.map((name) => entryOf(name)).join('')}`),
    names,
    env: {
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: CHANNELMIX_ACCOUNT_ID,
      AWS_SECRET_ACCESS_KEY: CHANNELMIX_ACCOUNT_ID,
      CHANNELMIX_S3_STATE_DIR: join(folder, 'state'),
    },
    write,
    close: async () => {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function createClient(endpoint: string, name: string, ailment: Ailment | undefined): Promise<void> {
  const bucket = `${name}-data`;
  if (ailment !== 'no-bucket') await createBucket(endpoint, bucket);
  await createRole(endpoint, {
    name,
    bucket,
    ...(ailment === 'external-id' ? { trust: withExternalId() } : {}),
    ...(ailment === 'no-delete' ? { policy: withoutDelete(bucket) } : {}),
  });
}

function withExternalId(): PolicyDocument {
  const trust = trustPolicy('aws');
  const Condition = { StringEquals: { 'sts:ExternalId': 'secret' } };
  return { ...trust, Statement: [trust.Statement].flat().map((statement) => ({ ...statement, Condition })) };
}

function withoutDelete(bucket: string): PolicyDocument {
  const arn = `arn:aws:s3:::${bucket}`;
  const Action = ['s3:GetObject', 's3:PutObject', 's3:ListBucket'];
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: [arn, `${arn}/*`] }] };
}
