import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type AwsClients,
  type AwsConnector,
  type AwsCredentials,
  type AwsOptions,
  createAwsConnector,
} from '../aws/index.ts';

/** Everything outside the run that it uses; tests pass their own clock or clients. */
export interface VerifyPorts {
  /**
   * A new set of clients, with a retry budget of its own.
   *
   * @param overrides the session's credentials (without: the caller's own) and the bucket's region
   */
  readonly clients: (overrides?: {
    readonly credentials?: AwsCredentials;
    readonly region?: string;
    readonly followRegionRedirects?: boolean;
  }) => AwsClients;
  /** Closes what the clients share. Called once, at the end. */
  readonly close: () => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
  readonly date: () => Date;
  /** Ends early, without an error, when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** 0 to 1. */
  readonly random: () => number;
  /** 128 random bits in hexadecimal. */
  readonly newId: () => string;
}

/** Ports to AWS, or to the endpoint that the options name. */
export function createVerifyPorts(options: AwsOptions): VerifyPorts {
  const connector = createAwsConnector(options);
  return { ...processPorts, clients: connector.clients, close: connector.close };
}

/**
 * Ports of one run among many that share a connector; whoever made the connector closes it.
 *
 * @param own what the run has of its own: the client's access key, the region where it expects the bucket
 */
export function shareVerifyPorts(
  connector: AwsConnector,
  own: { readonly credentials?: AwsCredentials; readonly region?: string },
): VerifyPorts {
  return {
    ...processPorts,
    clients: (overrides) => connector.clients({ ...own, ...overrides }),
    close: () => undefined,
  };
}

const processPorts: Omit<VerifyPorts, 'clients' | 'close'> = {
  now: () => performance.now(),
  date: () => new Date(),
  sleep: async (ms, signal) => {
    // Many pauses listen to one signal.
    setMaxListeners(0, signal);
    // The promise rejects only when the signal is aborted.
    await delay(ms, undefined, { signal }).catch(() => undefined);
  },
  random: Math.random,
  newId: () => randomBytes(16).toString('hex'),
};
