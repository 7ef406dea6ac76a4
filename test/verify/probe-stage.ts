import { afterAll, beforeAll } from 'vitest';
import type { S3 } from '../../src/aws/index.ts';
import type { VerifyReport } from '../../src/model/check.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import type { PolicyStatement } from '../../src/model/policy.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import type { VerifyPorts } from '../../src/verify/index.ts';
import { CLIENT_ACCOUNT, channelMixPorts, createBucket, createRole, type GrantSetup, rootClients } from './helpers.ts';

export const OTHER_ACCOUNT = '444455556666';

/** A check of a report. */
export function checkOf(report: VerifyReport, id: string) {
  return report.checks.find((check) => check.id === id);
}

type Middleware = (
  input: Record<string, unknown>,
  next: (input: Record<string, unknown>) => Promise<{ output: Record<string, unknown> }>,
) => Promise<{ output: Record<string, unknown> }>;

/** A sandbox for the tests of one file, and what is made in it. */
export function createProbeStage() {
  let sandbox: Sandbox;
  let count = 0;
  beforeAll(async () => {
    sandbox = await startSandbox({ accounts: [CLIENT_ACCOUNT, CHANNELMIX_ACCOUNT_ID, OTHER_ACCOUNT] });
  });
  afterAll(() => sandbox.close());
  const newName = () => `probe-${++count}`;

  /** A new bucket and role for ChannelMix, with what the test makes of them. */
  async function grant(setup: Partial<GrantSetup> = {}) {
    const bucket = newName();
    await createBucket(sandbox.endpoint, bucket);
    const roleArn = await createRole(sandbox.endpoint, { name: bucket, bucket, ...setup });
    return { roleArn, bucket };
  }

  async function denyInBucket(bucket: string, statement: Partial<PolicyStatement>): Promise<void> {
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    const deny = { Effect: 'Deny', Principal: '*', ...statement };
    await s3.putBucketPolicy({ Bucket: bucket, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [deny] }) });
  }

  /** Ports whose S3 clients have something between them and S3 that changes calls of one operation. */
  function portsThrough(operation: string, change: Middleware): VerifyPorts {
    const ports = channelMixPorts(sandbox.endpoint);
    const between = async (client: Promise<S3>): Promise<S3> => {
      const s3 = await client;
      s3.middlewareStack.add(
        (next, context) => async (args) => {
          if (context.commandName !== `${operation}Command`) return next(args);
          const answer = await change(args.input as never, (input) => next({ ...args, input } as never) as never);
          return answer as never;
        },
        { step: 'initialize', name: 'between', override: true },
      );
      return s3;
    };
    return {
      ...ports,
      clients: (overrides) => {
        const set = ports.clients(overrides);
        let made: Promise<S3> | undefined;
        return {
          ...set,
          s3: () => {
            made ??= between(set.s3());
            return made;
          },
        };
      },
    };
  }

  return { sandbox: () => sandbox, newName, grant, denyInBucket, portsThrough };
}
