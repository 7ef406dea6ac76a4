import type { Address } from './address.ts';
import { methodNotAllowed, notImplemented } from './errors.ts';
import type { Query } from './query.ts';

/** Method -> operation. */
type ByMethod = Readonly<Partial<Record<'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE', string>>>;

const configuration = (name: string): ByMethod => ({
  GET: `GetBucket${name}`,
  PUT: `PutBucket${name}`,
  DELETE: `DeleteBucket${name}`,
});

/** Subresources of a bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html */
const BUCKET_SUBRESOURCES: Readonly<Record<string, ByMethod>> = {
  abac: { GET: 'GetBucketAbac', PUT: 'PutBucketAbac' },
  accelerate: { GET: 'GetBucketAccelerateConfiguration', PUT: 'PutBucketAccelerateConfiguration' },
  acl: { GET: 'GetBucketAcl', PUT: 'PutBucketAcl' },
  analytics: configuration('AnalyticsConfiguration'),
  cors: configuration('Cors'),
  delete: { POST: 'DeleteObjects' },
  encryption: configuration('Encryption'),
  'intelligent-tiering': configuration('IntelligentTieringConfiguration'),
  inventory: configuration('InventoryConfiguration'),
  lifecycle: {
    GET: 'GetBucketLifecycleConfiguration',
    PUT: 'PutBucketLifecycleConfiguration',
    DELETE: 'DeleteBucketLifecycle',
  },
  location: { GET: 'GetBucketLocation' },
  logging: { GET: 'GetBucketLogging', PUT: 'PutBucketLogging' },
  metadataConfiguration: {
    GET: 'GetBucketMetadataConfiguration',
    POST: 'CreateBucketMetadataConfiguration',
    DELETE: 'DeleteBucketMetadataConfiguration',
  },
  metadataTable: {
    GET: 'GetBucketMetadataTableConfiguration',
    POST: 'CreateBucketMetadataTableConfiguration',
    DELETE: 'DeleteBucketMetadataTableConfiguration',
  },
  metrics: configuration('MetricsConfiguration'),
  notification: { GET: 'GetBucketNotificationConfiguration', PUT: 'PutBucketNotificationConfiguration' },
  'object-lock': { GET: 'GetObjectLockConfiguration', PUT: 'PutObjectLockConfiguration' },
  ownershipControls: configuration('OwnershipControls'),
  policy: configuration('Policy'),
  policyStatus: { GET: 'GetBucketPolicyStatus' },
  publicAccessBlock: { GET: 'GetPublicAccessBlock', PUT: 'PutPublicAccessBlock', DELETE: 'DeletePublicAccessBlock' },
  replication: configuration('Replication'),
  requestPayment: { GET: 'GetBucketRequestPayment', PUT: 'PutBucketRequestPayment' },
  session: { GET: 'CreateSession' },
  tagging: configuration('Tagging'),
  uploads: { GET: 'ListMultipartUploads' },
  versioning: { GET: 'GetBucketVersioning', PUT: 'PutBucketVersioning' },
  versions: { GET: 'ListObjectVersions' },
  website: configuration('Website'),
};

const OBJECT_SUBRESOURCES: Readonly<Record<string, ByMethod>> = {
  acl: { GET: 'GetObjectAcl', PUT: 'PutObjectAcl' },
  attributes: { GET: 'GetObjectAttributes' },
  encryption: { PUT: 'UpdateObjectEncryption' },
  'legal-hold': { GET: 'GetObjectLegalHold', PUT: 'PutObjectLegalHold' },
  renameObject: { PUT: 'RenameObject' },
  restore: { POST: 'RestoreObject' },
  retention: { GET: 'GetObjectRetention', PUT: 'PutObjectRetention' },
  select: { POST: 'SelectObjectContent' },
  tagging: { GET: 'GetObjectTagging', PUT: 'PutObjectTagging', DELETE: 'DeleteObjectTagging' },
  torrent: { GET: 'GetObjectTorrent' },
  uploadId: { GET: 'ListParts', POST: 'CompleteMultipartUpload', DELETE: 'AbortMultipartUpload' },
  uploads: { POST: 'CreateMultipartUpload' },
};

/** Lists of named configurations: `?metrics` without `id` lists them. */
const LISTED = new Set(['analytics', 'intelligent-tiering', 'inventory', 'metrics']);

/** Parameters that name no subresource. Names that begin with `x-` are the client's own and mean nothing to S3. */
const PARAMETERS = new Set([
  'allow-legacy-public-read',
  'bucket-region',
  'continuation-token',
  'delimiter',
  'encoding-type',
  'fetch-owner',
  'id',
  'key-marker',
  'list-type',
  'marker',
  'max-buckets',
  'max-keys',
  'max-parts',
  'max-uploads',
  'part-number-marker',
  'partNumber',
  'prefix',
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
  'select-type',
  'start-after',
  'upload-id-marker',
  'version-id-marker',
  'versionId',
]);

const PLAIN_BUCKET: ByMethod = { GET: 'ListObjects', HEAD: 'HeadBucket', PUT: 'CreateBucket', DELETE: 'DeleteBucket' };
const PLAIN_OBJECT: ByMethod = { GET: 'GetObject', HEAD: 'HeadObject', PUT: 'PutObject', DELETE: 'DeleteObject' };

function byMethod(operations: ByMethod, method: string, resourceType: string): string {
  const operation = Object.hasOwn(operations, method) ? operations[method as keyof ByMethod] : undefined;
  if (operation === undefined) throw methodNotAllowed(method, resourceType);
  return operation;
}

/** The subresource that a query names. Throws NotImplemented, naming it, for one that S3 does not have. */
function subresourceOf(query: Query, known: Readonly<Record<string, ByMethod>>): string | undefined {
  let found: string | undefined;
  for (const name of query.keys()) {
    if (Object.hasOwn(known, name)) found ??= name;
    else if (!PARAMETERS.has(name) && !/^x-/i.test(name))
      throw notImplemented(`the subresource ${JSON.stringify(name)}`);
  }
  return found;
}

/**
 * Name of the operation that a request asks for, as the API reference spells it. Throws MethodNotAllowed for a method that the
 * resource does not have, and NotImplemented for a subresource that is none of S3's.
 */
export function detectOperation(
  method: string,
  address: Address,
  query: Query,
  headers: Readonly<Record<string, string>>,
): string {
  if (address.bucket === undefined) {
    subresourceOf(query, {});
    return byMethod({ GET: 'ListBuckets' }, method, 'SERVICE');
  }
  if (address.key === undefined) {
    const subresource = subresourceOf(query, BUCKET_SUBRESOURCES);
    if (subresource === undefined) {
      if (method === 'POST') throw notImplemented('the operation PostObject');
      if (method === 'GET' && query.get('list-type') === '2') return 'ListObjectsV2';
      return byMethod(PLAIN_BUCKET, method, 'BUCKET');
    }
    const operation = byMethod(BUCKET_SUBRESOURCES[subresource] ?? {}, method, subresource.toUpperCase());
    return method === 'GET' && LISTED.has(subresource) && !query.has('id')
      ? `${operation.replace('GetBucket', 'ListBucket')}s`
      : operation;
  }
  const copies = headers['x-amz-copy-source'] !== undefined;
  if (method === 'PUT' && query.has('uploadId') && query.has('partNumber'))
    return copies ? 'UploadPartCopy' : 'UploadPart';
  const subresource = subresourceOf(query, OBJECT_SUBRESOURCES);
  if (subresource !== undefined) {
    return byMethod(OBJECT_SUBRESOURCES[subresource] ?? {}, method, subresource.toUpperCase());
  }
  return method === 'PUT' && copies ? 'CopyObject' : byMethod(PLAIN_OBJECT, method, 'OBJECT');
}
