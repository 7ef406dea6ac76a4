import { createAwsClients } from '../aws/index.ts';
import { readGrant } from '../documents/read-grant.ts';
import type { Check, VerifyReport } from '../model/check.ts';
import { KitError } from '../model/errors.ts';
import type { Grant } from '../model/grant.ts';
import { type ClientWay, planClientWay } from './client-way.ts';
import type { VerifyEvent } from './events.ts';
import { createVerifyPorts, type VerifyPorts } from './ports.ts';
import { verifyRevoked } from './revoked.ts';
import { verify as verifyTarget } from './run.ts';
import { simulate } from './simulate.ts';
import { readVerifyTarget, type VerifyTarget } from './target.ts';

export type { Check, Diagnosis, DiagnosisLayer, Leftover, Remedy, VerifyReport } from '../model/check.ts';
export type { VerifyEvent } from './events.ts';
export { readGrant };

/** Long-term or temporary credentials. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How a grant is verified. Credentials are found as the AWS CLI finds them, unless they are given. */
export interface VerifyGrantOptions {
  /** The role, for a grant whose way is the role. */
  readonly roleArn?: string;
  /** The key, for a grant whose way is the key; a simulation needs no secret. */
  readonly accessKey?: { readonly accessKeyId: string; readonly secretAccessKey?: string };
  /**
   * `channelmix` (default): with ChannelMix's credentials, by real calls that are cleaned up. `client`: by the same calls with the client's
   * credentials; to say so is to agree that a statement for the caller, which expires by itself, stands in the role's trust policy until
   * the role is assumed. `simulate`: with the client's credentials, from the policies alone.
   */
  readonly as?: 'channelmix' | 'client' | 'simulate';
  /** Another bucket of the same account, which must stay closed. */
  readonly otherBucket?: string;
  /** Credentials of a third account, which must not be able to assume the role. */
  readonly thirdParty?: Credentials;
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
  readonly credentials?: Credentials;
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
      otherBucket: options.otherBucket,
      thirdParty: options.thirdParty !== undefined,
      region: options.region,
      deep: options.deep,
      careful: options.careful,
      allowLocked: options.allowLocked,
    });
    for await (const event of await run(target, options)) {
      options.onEvent?.(event);
      if (event.type !== 'report') continue;
      reports.push(event.report);
      for (const check of event.report.checks) yield { ...check, bucket: name };
    }
  }
  return reports;
}

async function run(target: VerifyTarget, options: VerifyGrantOptions): Promise<AsyncIterable<VerifyEvent>> {
  const { accessKey, profile, region, endpointUrl, waitMs, stateDirectory, thirdParty } = options;
  const { as = 'channelmix', signal = new AbortController().signal } = options;
  if (options.expect === 'revoked' && as !== 'channelmix') {
    throw new KitError('usage', `expect: "revoked" is asked as ChannelMix, and as: "${as}" is not`, {
      hint: 'Leave out one of them.',
    });
  }
  if (target.way === 'key' && as === 'client') {
    throw new KitError('usage', 'as: "client" is for the role way', {
      hint: 'The calls are made with the key itself.',
    });
  }
  const ports = createVerifyPorts({
    profile,
    region,
    endpointUrl,
    credentials: as === 'simulate' || target.way === 'role' ? options.credentials : withSecret(accessKey),
  });
  if (as === 'simulate') {
    const key = target.way === 'key' && accessKey !== undefined ? { accessKeyId: accessKey.accessKeyId } : {};
    return simulate({ target, ports, signal, ...key });
  }
  const patience = waitMs === undefined ? {} : { waitMs };
  if (options.expect === 'revoked') return verifyRevoked({ target, ports, signal, ...patience });
  return verifyTarget({
    target,
    ports,
    signal,
    ...patience,
    ...(as === 'client' ? { client: await clientWay(target, ports, signal) } : {}),
    ...(thirdParty === undefined
      ? {}
      : { thirdParty: createAwsClients({ region, endpointUrl, credentials: thirdParty }) }),
    ...(stateDirectory === undefined ? {} : { state: { directory: stateDirectory, profile } }),
  });
}

async function clientWay(target: VerifyTarget, ports: VerifyPorts, signal: AbortSignal): Promise<ClientWay> {
  try {
    return await planClientWay(target, ports, signal);
  } catch (error) {
    ports.close();
    throw error;
  }
}

function withSecret(key: VerifyGrantOptions['accessKey']) {
  const { accessKeyId, secretAccessKey } = key ?? {};
  if (accessKeyId !== undefined && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
  throw new KitError('credentials', 'the key way needs accessKey with its secret', {
    hint: 'Give accessKey.secretAccessKey, or as: "simulate", which reads the policies with your own credentials.',
  });
}
