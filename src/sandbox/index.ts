import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isIPv4, isIPv6 } from 'node:net';
import { KitError } from '../model/errors.ts';
import type { JsonValue } from '../model/policy.ts';
import { type Clock, createClock } from './clock.ts';
import { createFaults, type Fault, type FaultControl } from './faults/index.ts';
import { createBodyBudget } from './http/body.ts';
import type { Network } from './http/exchange.ts';
import { isLoopbackName } from './http/guard.ts';
import { type CallObserver, createObservers } from './http/observers.ts';
import { serve } from './http/pipeline.ts';
import { iamOperations } from './iam/index.ts';
import { createCallers } from './identity/caller.ts';
import { createCredentials } from './identity/credentials.ts';
import { createOrganization, type Organization, type OrganizationOptions } from './identity/organization.ts';
import { createPrincipalDirectory } from './identity/principals.ts';
import { createSessionVault } from './identity/session.ts';
import { createIdentityStore } from './identity/store.ts';
import { createPropagation } from './identity/table.ts';
import { createJsonService } from './json/service.ts';
import { kmsOperations } from './kms/index.ts';
import { createKeyStore, type KeyStore } from './kms/store.ts';
import { organizationsOperations } from './organizations/index.ts';
import { partitionOf } from './partition.ts';
import type { World } from './query/operation.ts';
import { createQueryService } from './query/service.ts';
import { createS3 } from './s3/index.ts';
import { type Seeded, type SeededScenario, seedScenario } from './seed/index.ts';
import { createInside } from './seed/inside.ts';
import { createSigningKeys } from './sigv4/signature.ts';
import { stsOperations } from './sts/index.ts';

export type { Clock } from './clock.ts';
export { type Fault, type FaultControl, parseFault } from './faults/index.ts';
export type { Network } from './http/exchange.ts';
export type { CallEvent, CallObserver } from './http/observers.ts';
export type { Organization, OrganizationOptions } from './identity/organization.ts';

/** How a sandbox starts. Everything has a default. */
export interface SandboxOptions {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Loopback only: 127.0.0.1 (default), ::1 or localhost. */
  readonly host?: string;
  /** Accounts by their 12 digits; by default a client's and ChannelMix's. */
  readonly accounts?: readonly string[];
  readonly region?: string;
  /** Faults as data or in the form of `--fault`. */
  readonly faults?: readonly (Fault | string)[];
  /** Source of the time, in milliseconds since 1970. */
  readonly clock?: () => number;
  readonly organization?: OrganizationOptions;
  /** Value of aws:SecureTransport for every request, true by default: there is no TLS on loopback. */
  readonly assumeTls?: boolean;
  /** Largest body of one request in bytes; 512 MiB by default. */
  readonly maxBodyBytes?: number;
  /** How long a client may take to send the headers of a request, in milliseconds; 10 s by default. */
  readonly headerTimeoutMs?: number;
}

/** The root credentials of an account: the account id, twice. */
export interface RootCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A running sandbox. */
export interface Sandbox {
  readonly endpoint: string;
  readonly region: string;
  readonly accounts: Readonly<Record<string, RootCredentials>>;
  readonly faults: FaultControl;
  /** Watches every call before its effect, after it and when its answer has been sent; may hold or drop it. Gives a function that ends it. */
  readonly observe: (observer: CallObserver) => () => void;
  /** The time that credentials and policies go by. Signatures are compared with the real time (and the fault clock-skew). */
  readonly clock: Clock;
  readonly network: Network;
  readonly organization: Organization;
  /** Keys of KMS, to be stated without its API. */
  readonly kms: Pick<KeyStore, 'put'>;
  /** Brings it into the state of a scenario (`scenarios/`). Throws `AwsError` where a service refuses a part of it. */
  readonly seed: (scenario: SeededScenario) => Promise<Seeded>;
  /** Everything that is stored, as plain data without secrets: equal before and after means that nothing was left. */
  readonly snapshot: () => { readonly iam: JsonValue; readonly s3: JsonValue; readonly kms: JsonValue };
  /** What went wrong inside, up to 100 errors: each answered 500. Tests expect none. */
  readonly bugs: () => readonly unknown[];
  /** Stops listening and closes every connection; resolves when no handle is left. */
  readonly close: () => Promise<void>;
}

/** A client's account and ChannelMix's. */
const DEFAULT_ACCOUNTS: readonly string[] = ['111122223333', '031871504755'];

const HEADER_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 300_000;
const MAX_HEADER_BYTES = 32 * 1024;
const MAX_BODY_BYTES = 512 * 1024 * 1024;
const MAX_INFLIGHT_BYTES = 1024 * 1024 * 1024;
const MAX_BUGS = 100;

/**
 * Starts an AWS of its own on loopback: IAM, STS, S3, KMS and Organizations with signatures verified and policies enforced, in memory.
 * Resolves when it listens. Throws `KitError` usage for a host that is not loopback, a wrong account id or a wrong fault.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const host = checkHost(options.host ?? '127.0.0.1');
  const accountIds = checkAccounts(options.accounts ?? DEFAULT_ACCOUNTS);
  const region = options.region ?? 'us-east-1';
  const source = options.clock ?? Date.now;
  const faults = createFaults(options.faults ?? []);
  const clock = createClock(source);
  const wallNow = (): Date => new Date(source() + faults.control.clockSkewMs);
  const propagation = createPropagation(() => clock.now().getTime(), {
    delayMs: () => faults.control.iamDelayMs,
    flapMs: () => faults.control.iamFlapMs,
  });
  const store = createIdentityStore(accountIds, propagation);
  const principals = createPrincipalDirectory(store);
  const organization = createOrganization(options.organization);
  const vault = createSessionVault();
  const keys = createKeyStore({
    now: clock.now,
    principals,
    partition: partitionOf(region),
    grantDelayMs: () => faults.control.grantDelayMs,
  });
  const world: World = {
    store,
    principals,
    vault,
    organization,
    keys,
    callerOf: createCallers(store, organization, propagation),
    now: clock.now,
  };
  const s3 = createS3({ now: clock.now, region, principals, keys });
  const bugs: unknown[] = [];
  const network: Network = {
    secureTransport: options.assumeTls ?? true,
    sourceIp: undefined,
    sourceVpce: undefined,
    endpointPolicy: undefined,
  };
  const query = {
    iam: createQueryService('iam', iamOperations, world),
    sts: createQueryService('sts', stsOperations, world),
  };
  const json = {
    kms: createJsonService('kms', kmsOperations, world),
    organizations: createJsonService('organizations', organizationsOperations, world),
  };
  const observers = createObservers();
  const inside = createInside({ world, s3, queries: query, json, settle: propagation.settle, region });
  const parts = {
    world,
    verifier: { lookup: createCredentials(store, vault, clock.now), signingKeys: createSigningKeys(), now: wallNow },
    settle: propagation.settle,
    s3,
    query,
    json,
    faults,
    observers,
    network,
    region,
    wallNow,
    budget: createBodyBudget(MAX_INFLIGHT_BYTES),
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    onBug: (error: unknown) => {
      if (bugs.length < MAX_BUGS) bugs.push(error);
    },
  };
  const headersTimeout = options.headerTimeoutMs ?? HEADER_TIMEOUT_MS;
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionsCheckingInterval: Math.min(1000, headersTimeout / 2),
    keepAliveTimeout: 60_000,
    noDelay: true,
  });
  server.on('request', (message, response) => void serve(parts, message, response, false));
  server.on('checkContinue', (message, response) => void serve(parts, message, response, true));
  const close = await listen(server, host, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    region,
    accounts: Object.fromEntries(accountIds.map((id) => [id, { accessKeyId: id, secretAccessKey: id }])),
    faults: faults.control,
    observe: observers.add,
    clock,
    network,
    organization: organization.control,
    kms: keys,
    seed: (scenario) =>
      seedScenario(
        {
          inside,
          clock,
          faults: faults.control,
          network,
          organization: organization.control,
          kms: keys,
          uses: store.uses,
          region,
        },
        scenario,
      ),
    snapshot: () => ({ iam: store.snapshot(), s3: s3.snapshot(), kms: keys.snapshot() }),
    bugs: () => bugs,
    close,
  };
}

function checkHost(host: string): string {
  if (host === 'localhost') return '127.0.0.1';
  if (host === '::1' || (isIPv4(host) && isLoopbackName(host))) return host;
  throw new KitError('usage', `the sandbox does not listen on ${JSON.stringify(host)}: it is for this machine only`, {
    hint: 'Give 127.0.0.1, ::1 or localhost.',
  });
}

function checkAccounts(accounts: readonly string[]): readonly string[] {
  const wrong = accounts.find((account) => !/^\d{12}$/.test(account));
  if (wrong !== undefined) {
    throw new KitError('usage', `${JSON.stringify(wrong)} is not an AWS account id`, {
      hint: 'An account id has 12 digits.',
    });
  }
  return [...new Set(accounts)];
}

/** Listens, and gives the function that closes the server with every connection that it has. */
async function listen(server: Server, host: string, port: number): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new KitError('usage', `the sandbox cannot listen on ${host}:${port}: ${error.message}`, { cause: error })),
    );
    server.listen(port, host, resolve);
  });
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
    return closing;
  };
}
