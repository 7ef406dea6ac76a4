import type { AwsResponse } from '../../contract.ts';
import { xmlChild, xmlText } from '../../xml.ts';
import { authorizeService } from '../access.ts';
import { checkBucketName } from '../bucket-names.ts';
import { type BucketCall, nowInSeconds, type ServiceCall, xmlTime } from '../call.ts';
import { accessDenied, aclNotSupported, invalidArgument, notImplemented, s3Error } from '../errors.ts';
import { ownerElement } from '../owner.ts';
import { ownString } from '../store/own-string.ts';
import { createSortedMap } from '../store/sorted-map.ts';
import type { Bucket, ObjectOwnership, Tags } from '../store/types.ts';
import { readBucketTags } from '../tags.ts';
import { emptyAnswer, readDocument, xmlAnswer } from '../xml-answer.ts';

const REGION = /^[a-z]{2,3}(?:-[a-z]+)+-\d+$/;
const DEFAULT_REGION = 'us-east-1';
const OWNERSHIPS: readonly string[] = ['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'];

/** An object ownership by name. */
export function readOwnership(name: string | undefined): ObjectOwnership {
  if (name !== undefined && OWNERSHIPS.includes(name)) return name as ObjectOwnership;
  throw invalidArgument('Invalid x-amz-object-ownership header', 'x-amz-object-ownership', name);
}

/** `undefined`: the request had no LocationConstraint. */
function readCreation(bytes: Uint8Array): { constraint: string | undefined; tags: Tags } {
  if (bytes.byteLength === 0) return { constraint: undefined, tags: [] };
  const document = readDocument(bytes, 'CreateBucketConfiguration');
  if (xmlChild(document, 'Bucket') !== undefined || xmlChild(document, 'Location') !== undefined) {
    throw notImplemented('directory buckets');
  }
  const constraint = xmlText(document, 'LocationConstraint');
  const tags = xmlChild(document, 'Tags');
  return {
    constraint: constraint === '' ? undefined : constraint,
    tags: tags === undefined ? [] : readBucketTags(tags),
  };
}

/**
 * The region that the bucket will be in. The endpoint of us-east-1 makes buckets in any region, others only in their own.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
function regionOf(constraint: string | undefined, endpointRegion: string): string {
  if (constraint === undefined) {
    if (endpointRegion === DEFAULT_REGION) return DEFAULT_REGION;
    throw s3Error(
      'IllegalLocationConstraintException',
      400,
      'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
    );
  }
  const region = constraint === 'EU' ? 'eu-west-1' : constraint;
  if (!REGION.test(region) || region === DEFAULT_REGION) {
    throw s3Error('InvalidLocationConstraint', 400, 'The specified location-constraint is not valid', {
      LocationConstraint: constraint,
    });
  }
  if (endpointRegion !== DEFAULT_REGION && endpointRegion !== region) {
    throw s3Error(
      'IllegalLocationConstraintException',
      400,
      `The ${constraint} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  return region;
}

function checkAcl(call: ServiceCall, ownership: ObjectOwnership): void {
  const canned = call.request.headers['x-amz-acl'];
  const grants = Object.keys(call.request.headers).some((name) => name.startsWith('x-amz-grant-'));
  if (canned === undefined && !grants) return;
  if (canned === 'private' && !grants) return;
  if (ownership === 'BucketOwnerEnforced') {
    throw s3Error(
      'InvalidBucketAclWithObjectOwnership',
      400,
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    );
  }
  // New buckets block public access.
  if (canned === 'public-read' || canned === 'public-read-write') {
    throw s3Error(
      'InvalidBucketAclWithBlockPublicAccessError',
      400,
      'Bucket cannot have public ACLs set with BlockPublicAccess enabled',
    );
  }
  if (grants) throw notImplemented('ACL grants to anyone but the owner (x-amz-grant-*)');
  throw aclNotSupported();
}

function newBucket(call: ServiceCall, name: string, region: string, ownership: ObjectOwnership, tags: Tags): Bucket {
  return {
    name,
    account: call.context.caller.account,
    region,
    created: nowInSeconds(call),
    keys: createSortedMap(),
    uploads: createSortedMap(),
    versioning: undefined,
    mfaDelete: undefined,
    policy: undefined,
    // On for new buckets since April 2023, as are disabled ACLs: aws.amazon.com/about-aws/whats-new/2023/04.
    publicAccessBlock: {
      blockPublicAcls: true,
      ignorePublicAcls: true,
      blockPublicPolicy: true,
      restrictPublicBuckets: true,
    },
    ownership,
    acl: undefined,
    encryption: { algorithm: 'AES256' },
    tags,
    requestPayer: 'BucketOwner',
    lock: undefined,
    configurations: new Map(),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export async function createBucket(call: ServiceCall): Promise<AwsResponse> {
  const { request, store, context } = call;
  const name = ownString(call.address.bucket ?? '');
  checkBucketName(name);
  const { constraint, tags } = readCreation(await request.body());
  const locks = request.headers['x-amz-bucket-object-lock-enabled']?.toLowerCase() === 'true';
  authorizeService(
    call,
    {
      ...(request.headers['x-amz-acl'] === undefined ? {} : { setsAcl: true }),
      ...(request.headers['x-amz-object-ownership'] === undefined ? {} : { setsOwnership: true }),
      ...(tags.length === 0 ? {} : { setsTags: true }),
      ...(locks ? { setsObjectLock: true } : {}),
    },
    { locationConstraint: constraint },
  );
  if (context.caller.kind === 'anonymous') throw accessDenied();
  const region = regionOf(constraint, request.signature?.region ?? context.region);
  const ownershipHeader = request.headers['x-amz-object-ownership'];
  const ownership = ownershipHeader === undefined ? 'BucketOwnerEnforced' : readOwnership(ownershipHeader);
  checkAcl(call, ownership);
  const existing = store.buckets.get(name);
  if (existing !== undefined && existing.account !== context.caller.account) {
    throw s3Error(
      'BucketAlreadyExists',
      409,
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
      { BucketName: name },
    );
  }
  if (existing !== undefined) {
    // Creating one's own bucket again is a 200 in us-east-1 alone, for compatibility with old times.
    if (existing.region === DEFAULT_REGION && region === DEFAULT_REGION) {
      return emptyAnswer(200, { location: `/${name}` });
    }
    throw s3Error(
      'BucketAlreadyOwnedByYou',
      409,
      'Your previous request to create the named bucket succeeded and you already own it.',
      { BucketName: name },
    );
  }
  const bucket = newBucket(call, name, region, ownership, tags);
  if (locks) {
    bucket.versioning = 'Enabled';
    bucket.lock = { rule: undefined, objects: new WeakMap() };
  }
  store.buckets.set(name, bucket);
  const location = region === DEFAULT_REGION ? `/${name}` : `http://${name}.s3.amazonaws.com/`;
  return emptyAnswer(200, { location, 'x-amz-bucket-arn': `arn:${call.partition}:s3:::${name}` });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html */
export function deleteBucket(call: BucketCall): AwsResponse {
  const { bucket, store } = call;
  if (bucket.keys.size > 0) {
    const message =
      bucket.versioning === undefined
        ? 'The bucket you tried to delete is not empty'
        : 'The bucket you tried to delete is not empty. You must delete all versions in the bucket.';
    throw s3Error('BucketNotEmpty', 409, message, { BucketName: bucket.name });
  }
  store.buckets.delete(bucket.name);
  return emptyAnswer(204);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export function headBucket(call: BucketCall): AwsResponse {
  return emptyAnswer(200, {
    'x-amz-bucket-region': call.bucket.region,
    'x-amz-access-point-alias': 'false',
    'x-amz-bucket-arn': `arn:${call.partition}:s3:::${call.bucket.name}`,
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html: us-east-1 is an empty element. */
export function getBucketLocation(call: BucketCall): AwsResponse {
  const { region } = call.bucket;
  return xmlAnswer('LocationConstraint', region === DEFAULT_REGION ? {} : { '#text': region });
}

function readMaxBuckets(call: ServiceCall): number {
  const text = call.query.get('max-buckets');
  if (text === undefined) return 10_000;
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > 10_000) {
    throw invalidArgument('Argument maxBuckets must be an integer between 1 and 10000', 'max-buckets', text);
  }
  return limit;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function listBuckets(call: ServiceCall): AwsResponse {
  const { query, store, context } = call;
  const limit = readMaxBuckets(call);
  const prefix = query.get('prefix');
  const region = query.get('bucket-region');
  const token = query.get('continuation-token');
  const after = token === undefined ? '' : Buffer.from(token, 'base64url').toString('utf8');
  // The answer gives regions only to requests that use one of the newer parameters.
  const paged = ['max-buckets', 'prefix', 'bucket-region', 'continuation-token'].some((name) => query.has(name));
  const mine = [...store.buckets.values()]
    .filter((bucket) => bucket.account === context.caller.account && bucket.name > after)
    .filter((bucket) => bucket.name.startsWith(prefix ?? '') && (region === undefined || bucket.region === region))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
  const page = mine.slice(0, limit);
  const last = page.at(-1);
  return xmlAnswer('ListAllMyBucketsResult', {
    Owner: ownerElement(context.caller.account),
    Buckets: {
      Bucket: page.map((bucket) => ({
        Name: bucket.name,
        CreationDate: xmlTime(bucket.created),
        ...(paged ? { BucketRegion: bucket.region } : {}),
        ...(paged ? { BucketArn: `arn:${call.partition}:s3:::${bucket.name}` } : {}),
      })),
    },
    Prefix: prefix,
    ContinuationToken:
      last === undefined || mine.length === page.length ? undefined : Buffer.from(last.name).toString('base64url'),
  });
}
