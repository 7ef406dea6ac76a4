import type { AwsRequest, AwsResponse, ServiceContext, ServiceEnvironment } from '../contract.ts';
import type { Address } from './address.ts';
import type { Query } from './query.ts';
import type { Store } from './store/store.ts';
import type { Bucket } from './store/types.ts';

/** One request on its way through S3. */
export interface ServiceCall {
  readonly operation: string;
  readonly request: AwsRequest;
  readonly context: ServiceContext;
  readonly environment: ServiceEnvironment;
  readonly address: Address;
  readonly query: Query;
  readonly store: Store;
  readonly partition: string;
}

/** A request to a bucket that exists. */
export interface BucketCall extends ServiceCall {
  readonly bucket: Bucket;
}

/** A request to a key in a bucket that exists. */
export interface ObjectCall extends BucketCall {
  readonly key: string;
}

export type Answer = AwsResponse | Promise<AwsResponse>;

/**
 * An operation. `authorized: 'before'` is the rule: everything that it needs is decided by the operations table before it runs.
 * `'itself'` is for the few whose needs stand in the body or lie in another bucket: they call `authorize…` on their own.
 */
export type Operation =
  | { readonly on: 'service'; readonly authorized: 'before' | 'itself'; readonly serve: (call: ServiceCall) => Answer }
  | { readonly on: 'bucket'; readonly authorized: 'before' | 'itself'; readonly serve: (call: BucketCall) => Answer }
  | { readonly on: 'object'; readonly authorized: 'before' | 'itself'; readonly serve: (call: ObjectCall) => Answer };

/** An operation on the service itself. */
export const onService = (
  serve: (call: ServiceCall) => Answer,
  authorized: 'before' | 'itself' = 'before',
): Operation => ({ on: 'service', authorized, serve });

/** An operation on a bucket. */
export const onBucket = (
  serve: (call: BucketCall) => Answer,
  authorized: 'before' | 'itself' = 'before',
): Operation => ({ on: 'bucket', authorized, serve });

/** An operation on an object. */
export const onObject = (
  serve: (call: ObjectCall) => Answer,
  authorized: 'before' | 'itself' = 'before',
): Operation => ({ on: 'object', authorized, serve });

/** The sandbox's clock in seconds since 1970: S3 keeps times no finer. */
export function nowInSeconds(call: ServiceCall): number {
  return Math.floor(call.context.now().getTime() / 1000);
}

/** A time in seconds since 1970 as S3 writes it in XML. */
export function xmlTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}

/** A time in seconds since 1970 as it stands in headers. */
export function headerTime(seconds: number): string {
  return new Date(seconds * 1000).toUTCString();
}
