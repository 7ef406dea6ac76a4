import { inject } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { ACCOUNTS } from './localemu.ts';

/** What the set-up before all tests hands to them. */
export interface Judges {
  /** Python of the environment with boto3 and the AWS CLI. */
  readonly clientsPython: string;
  readonly localemu: { readonly endpoint: string; readonly plainEndpoint: string; readonly certificate: string };
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** Null where Python 3.12 is missing. */
    judges: Judges | null;
  }
}

/** An AWS to try things on. An account's number is the access key id and the secret of its root user, at both. */
export interface Peer {
  readonly name: 'localemu' | 'sandbox';
  readonly endpoint: string;
  /** For addresses that have the bucket in the host name. */
  readonly virtualEndpoint: string;
  /** What clients must trust, beside the usual authorities. */
  readonly certificate?: string;
}

/** What was prepared, or null: then the tests are skipped, and the set-up has said why. */
export function judges(): Judges | null {
  return inject('judges');
}

/** LocalEmu, which runs for all tests. Its buckets answer to names below its own domain, over plain HTTP. */
export function localemuPeer({ localemu }: Judges): Peer {
  const { port } = new URL(localemu.plainEndpoint);
  return {
    name: 'localemu',
    endpoint: localemu.endpoint,
    virtualEndpoint: `http://s3.localhost.localemu.cloud:${port}`,
    certificate: localemu.certificate,
  };
}

/** A sandbox as a peer. */
export interface SandboxPeer extends Peer {
  readonly sandbox: Sandbox;
}

/** A sandbox of our own, in this process. */
export async function startSandboxPeer(): Promise<SandboxPeer> {
  const sandbox = await startSandbox({ accounts: Object.values(ACCOUNTS) });
  const { port } = new URL(sandbox.endpoint);
  return {
    name: 'sandbox',
    endpoint: sandbox.endpoint,
    virtualEndpoint: `http://localhost:${port}`,
    sandbox,
  };
}
