import { readGrant } from '../documents/read-grant.ts';
import type { Check, VerifyReport } from '../model/check.ts';
import { KitError } from '../model/errors.ts';
import type { Grant } from '../model/grant.ts';
import type { VerifyEvent } from './events.ts';
import { createVerifyPorts } from './ports.ts';
import { verifyRevoked } from './revoked.ts';
import { verify as verifyTarget } from './run.ts';
import { simulate } from './simulate.ts';
import { readVerifyTarget } from './target.ts';

export type { Check, Diagnosis, DiagnosisLayer, Leftover, Remedy, VerifyReport } from '../model/check.ts';
export type { VerifyEvent } from './events.ts';
export { readGrant };

/** How a grant is verified. Credentials are found as the AWS CLI finds them, unless they are given. */
export interface VerifyGrantOptions {
  /** The role, for a grant whose way is the role. */
  readonly roleArn?: string;
  /** The key, for a grant whose way is the key; a simulation needs no secret. */
  readonly accessKey?: { readonly accessKeyId: string; readonly secretAccessKey?: string };
  /**
   * `channelmix` (default): with ChannelMix's credentials, by real calls that are cleaned up. `simulate`: with the client's credentials,
   * from the policies alone.
   */
  readonly as?: 'channelmix' | 'simulate';
  /** `revoked`: after a teardown, prove that assuming the role (or using the key) and reading are refused. Not with `simulate`. */
  readonly expect?: 'revoked';
  /** How long changes in IAM are waited for, in milliseconds. Default 30 s. */
  readonly waitMs?: number;
  /** Also transfer 20 MiB in parts. */
  readonly deep?: boolean;
  /** Put nothing before it is known that it may be deleted: one round trip more. */
  readonly careful?: boolean;
  /** Put probe objects also where Object Lock keeps them for days. */
  readonly allowLocked?: boolean;
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Stops the run after it has cleaned up. */
  readonly signal?: AbortSignal;
  /** A folder for the journal of what is created, so that `channelmix-s3 sweep` finds what a killed process left. Default: none. */
  readonly stateDirectory?: string;
  /** Told of everything while it happens; a check's diagnosis needs what the others found, and comes at the end of its bucket. */
  readonly onEvent?: (event: VerifyEvent) => void;
}

/** A check, and the bucket that it is about. */
export interface CheckResult extends Check {
  readonly bucket: string;
}

/**
 * Verifies a grant as `channelmix-s3 verify` does, one bucket after the other, and gives each check with its diagnosis. What is created is
 * removed, also when the loop is left early.
 *
 * @returns the report of each bucket, as the value of the iteration
 * @throws KitError when the run cannot answer: wrong input, credentials, no such bucket, no network
 */
export async function* verify(
  grant: Grant,
  options: VerifyGrantOptions = {},
): AsyncGenerator<CheckResult, readonly VerifyReport[], void> {
  const reports: VerifyReport[] = [];
  for (const { name, prefixes, kmsKeyArn } of grant.buckets) {
    const target = readVerifyTarget({
      roleArn: grant.auth === 'role' ? options.roleArn : undefined,
      accessKeyId: grant.auth === 'key' ? options.accessKey?.accessKeyId : undefined,
      bucket: name,
      prefixes,
      access: grant.access,
      kmsKeyArn,
      region: options.region,
      deep: options.deep,
      careful: options.careful,
      allowLocked: options.allowLocked,
    });
    for await (const event of run(target, options)) {
      options.onEvent?.(event);
      if (event.type !== 'report') continue;
      reports.push(event.report);
      for (const check of event.report.checks) yield { ...check, bucket: name };
    }
  }
  return reports;
}

function run(target: ReturnType<typeof readVerifyTarget>, options: VerifyGrantOptions): AsyncIterable<VerifyEvent> {
  const { accessKey, profile, region, endpointUrl, signal, waitMs, stateDirectory } = options;
  const simulated = options.as === 'simulate';
  const revoked = options.expect === 'revoked';
  if (simulated && revoked) {
    throw new KitError('usage', 'expect: "revoked" needs real calls, and as: "simulate" makes none', {
      hint: 'Leave out one of them.',
    });
  }
  const ports = createVerifyPorts({
    profile,
    region,
    endpointUrl,
    credentials: simulated || target.way === 'role' ? options.credentials : withSecret(accessKey),
  });
  const stop = signal === undefined ? {} : { signal };
  if (simulated) {
    const key = target.way === 'key' && accessKey !== undefined ? { accessKeyId: accessKey.accessKeyId } : {};
    return simulate({ target, ports, ...stop, ...key });
  }
  const patience = waitMs === undefined ? {} : { waitMs };
  if (revoked) return verifyRevoked({ target, ports, ...stop, ...patience });
  return verifyTarget({
    target,
    ports,
    ...stop,
    ...patience,
    ...(stateDirectory === undefined ? {} : { state: { directory: stateDirectory, profile } }),
  });
}

function withSecret(key: VerifyGrantOptions['accessKey']) {
  const { accessKeyId, secretAccessKey } = key ?? {};
  if (accessKeyId !== undefined && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
  throw new KitError('credentials', 'the key way needs accessKey with its secret', {
    hint: 'Give accessKey.secretAccessKey, or as: "simulate", which reads the policies with your own credentials.',
  });
}
