import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type ServiceContext,
  type ServiceEnvironment,
  type ServiceModule,
} from '../contract.ts';
import { partitionOf } from '../partition.ts';
import { authorizeOperation, authorizeService, isCharged } from './access.ts';
import { readAddress } from './address.ts';
import type { BucketCall, ServiceCall } from './call.ts';
import { controlOperation, isControl, serveControl } from './control.ts';
import { detectOperation } from './detect.ts';
import { noSuchBucket, notImplemented, signatureVersion2 } from './errors.ts';
import { checkExpectedOwner } from './expected-owner.ts';
import { operations } from './handlers/index.ts';
import { needsOf } from './needs.ts';
import { parseQuery } from './query.ts';
import { redirectToRegion } from './region.ts';
import { snapshotStore } from './snapshot.ts';
import type { Store } from './store/store.ts';

/** What a request is about, by its address alone. */
type Target = Pick<ServiceCall, 'operation' | 'address' | 'query'>;

function readTarget(request: AwsRequest): Target {
  const address = readAddress(request.host, request.rawPath);
  const query = parseQuery(request.rawQuery);
  if (query.has('AWSAccessKeyId')) throw signatureVersion2();
  return { operation: detectOperation(request.method, address, query, request.headers), address, query };
}

/** What the request's address names, as far as it exists. Throws what S3 answers where it does not. */
async function serve(call: ServiceCall): Promise<AwsResponse> {
  const operation = Object.hasOwn(operations, call.operation) ? operations[call.operation] : undefined;
  if (operation === undefined) throw notImplemented(`the operation ${call.operation}`);
  if (operation.on === 'service') {
    if (operation.authorized === 'before') authorizeService(call);
    return operation.serve(call);
  }
  const bucket = call.store.buckets.get(call.address.bucket ?? '');
  if (bucket === undefined) throw noSuchBucket(call.address.bucket ?? '');
  redirectToRegion(call, bucket);
  checkExpectedOwner(call.request.headers['x-amz-expected-bucket-owner'], bucket.account);

  const bucketCall: BucketCall = { ...call, bucket };
  const { key } = call.address;
  if (operation.authorized === 'before') {
    const { needs, facts } = await needsOf(bucketCall, key);
    authorizeOperation(
      bucketCall,
      bucket,
      { operation: call.operation, ...(key === undefined ? {} : { key }), needs },
      facts,
    );
  }
  const answer =
    operation.on === 'bucket' ? operation.serve(bucketCall) : operation.serve({ ...bucketCall, key: key ?? '' });
  return isCharged(call, bucket) ? charged(await answer) : answer;
}

function charged(answer: AwsResponse): AwsResponse {
  return { ...answer, headers: { ...answer.headers, 'x-amz-request-charged': 'requester' } };
}

/** HeadBucket tells the bucket's region even where it refuses. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
async function serveHeadBucket(call: ServiceCall): Promise<AwsResponse> {
  try {
    return await serve(call);
  } catch (error) {
    const region = call.store.buckets.get(call.address.bucket ?? '')?.region;
    if (!(error instanceof AwsError) || region === undefined) throw error;
    const headers = { ...error.headers, 'x-amz-bucket-region': region };
    throw new AwsError(error.code, error.status, error.message, { fields: error.fields, headers });
  }
}

/**
 * S3 with no buckets. `handle` authorizes each request by the operations table and the bucket's policy, then serves it, and throws
 * `AwsError` in S3's words. Everything is in memory, no more than what is stored.
 */
export function createS3(environment: ServiceEnvironment): ServiceModule {
  const store: Store = { buckets: new Map(), accountBlocks: new Map(), kms: environment.keys };
  const partition = partitionOf(environment.region);
  // The pipeline asks for the operation right before it hands the request over. One entry, not a WeakMap: its entries would
  // outlive the collections of young objects, and whole requests with them.
  let last: { readonly request: AwsRequest; readonly target: Target } | undefined;
  const targetOf = (request: AwsRequest): Target => {
    if (last?.request === request) return last.target;
    const target = readTarget(request);
    last = { request, target };
    return target;
  };

  return {
    async handle(request: AwsRequest, context: ServiceContext) {
      if (isControl(request)) return serveControl(request, context, store);
      const { operation, address, query } = targetOf(request);
      const call = { operation, request, context, environment, address, query, store, partition };
      return operation === 'HeadBucket' ? serveHeadBucket(call) : serve(call);
    },
    operationOf(request) {
      if (isControl(request)) return controlOperation(request);
      try {
        return targetOf(request).operation;
      } catch {
        return undefined;
      }
    },
    snapshot: () => snapshotStore(store),
  };
}
