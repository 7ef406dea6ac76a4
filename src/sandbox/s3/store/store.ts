import type { KeyStore } from '../../kms/store.ts';
import type { Bucket, PublicAccessBlock } from './types.ts';

/** Everything that S3 keeps in the sandbox. */
export interface Store {
  /** By name: the names of all accounts' buckets are one space. */
  readonly buckets: Map<string, Bucket>;
  /** Public access block of accounts. */
  readonly accountBlocks: Map<string, PublicAccessBlock>;
  readonly kms: KeyStore;
}
