import type { KeyStore } from '../../kms/store.ts';
import type { Bucket } from './types.ts';

/** Everything that S3 keeps in the sandbox. */
export interface Store {
  /** By name: the names of all accounts' buckets are one space. */
  readonly buckets: Map<string, Bucket>;
  readonly kms: KeyStore;
}
