import type { BucketCall } from './call.ts';
import { requestedEncryption } from './encryption.ts';
import { accessDenied, aclNotSupported, invalidArgument, invalidRequest, notImplemented, s3Error } from './errors.ts';
import { publicAccessOf } from './public-access.ts';
import type { ObjectSettings } from './store/types.ts';

/** Headers that are kept with the object and sent back with it. */
const CONTENT_HEADERS = [
  'content-type',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
] as const;

const STORAGE_CLASSES = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'DEEP_ARCHIVE',
  'GLACIER_IR',
]);

const MAX_KEY = 1024;
const MAX_METADATA = 2048;
const METADATA = 'x-amz-meta-';

const NONE: Readonly<Record<string, string>> = Object.freeze({});
const DEFAULT_HEADERS: Readonly<Record<string, string>> = Object.freeze({ 'content-type': 'binary/octet-stream' });
const PLAIN: ObjectSettings = Object.freeze({
  headers: DEFAULT_HEADERS,
  metadata: NONE,
  storageClass: 'STANDARD',
  encryption: Object.freeze({ algorithm: 'AES256' as const }),
});

/** Objects with nothing but a content type are the most, and there are few types: they share their settings. */
const sharedByType = new Map<string, ObjectSettings>([['binary/octet-stream', PLAIN]]);
const MAX_SHARED = 64;

/** Throws KeyTooLongError for more than 1,024 bytes of UTF-8. */
export function checkKey(key: string): void {
  const size = Buffer.byteLength(key);
  if (size <= MAX_KEY) return;
  throw s3Error('KeyTooLongError', 400, 'Your key is too long', {
    Size: String(size),
    MaxSizeAllowed: String(MAX_KEY),
  });
}

/**
 * A header value as it is given back: text that is not ASCII encoded by RFC 2047, which headers cannot hold otherwise.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
 */
function encodeWord(value: string): string {
  return /^[\x20-\x7e\t]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value, 'utf8').toString('base64')}?=`;
}

function contentHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of CONTENT_HEADERS) {
    const value = headers[name];
    if (value !== undefined && value !== '') kept[name] = encodeWord(value);
  }
  // `aws-chunked` is about the transfer, not about the object.
  const encoding = kept['content-encoding']
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== 'aws-chunked' && one !== '')
    .join(',');
  delete kept['content-encoding'];
  if (encoding !== undefined && encoding !== '') kept['content-encoding'] = encoding;
  kept['content-type'] ??= 'binary/octet-stream';
  return kept;
}

function metadataOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const metadata: Record<string, string> = Object.create(null);
  let size = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(METADATA)) continue;
    const short = name.slice(METADATA.length);
    metadata[short] = encodeWord(value);
    size += Buffer.byteLength(short) + Buffer.byteLength(value);
  }
  if (size > MAX_METADATA) {
    throw s3Error('MetadataTooLarge', 400, 'Your metadata headers exceed the maximum allowed metadata size', {
      Size: String(size),
      MaxSizeAllowed: String(MAX_METADATA),
    });
  }
  return metadata;
}

/** The storage class that a request names; STANDARD without one. */
function readStorageClass(header: string | undefined): string {
  const storageClass = header ?? 'STANDARD';
  if (!STORAGE_CLASSES.has(storageClass)) {
    throw s3Error('InvalidStorageClass', 400, 'The storage class you specified is not valid', {
      StorageClassRequested: storageClass,
    });
  }
  return storageClass;
}

/** What a request says about the object that it writes. Throws InvalidStorageClass, MetadataTooLarge, InvalidArgument. */
export function readSettings(call: BucketCall): ObjectSettings {
  const { headers } = call.request;
  const storageClass = readStorageClass(headers['x-amz-storage-class']);
  const encryption = requestedEncryption(call);
  const kept = contentHeaders(headers);
  const metadata = metadataOf(headers);
  const websiteRedirect = headers['x-amz-website-redirect-location'];
  const type = kept['content-type'] ?? '';
  const plain =
    storageClass === 'STANDARD' &&
    encryption.algorithm === 'AES256' &&
    websiteRedirect === undefined &&
    Object.keys(kept).length === 1 &&
    Object.keys(metadata).length === 0;
  if (plain) {
    const shared = sharedByType.get(type);
    if (shared !== undefined) return shared;
  }
  const settings: ObjectSettings = {
    headers: kept,
    metadata: Object.keys(metadata).length === 0 ? NONE : metadata,
    storageClass,
    encryption,
    ...(websiteRedirect === undefined ? {} : { websiteRedirect }),
  };
  if (plain && sharedByType.size < MAX_SHARED) sharedByType.set(type, settings);
  return settings;
}

const OWNER_ONLY = new Set(['private', 'bucket-owner-full-control', 'bucket-owner-read']);
const PUBLIC = new Set(['public-read', 'public-read-write', 'authenticated-read']);

/**
 * Throws where a request's ACL headers do not fit the bucket: AccessControlListNotSupported under BucketOwnerEnforced, AccessDenied
 * for a public one under BlockPublicAcls. Known difference: grants to anyone but the owner are NotImplemented.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export function checkAclHeaders(call: BucketCall): void {
  const { headers } = call.request;
  const canned = headers['x-amz-acl'];
  const grants = Object.keys(headers).filter((name) => name.startsWith('x-amz-grant-'));
  if (canned === undefined && grants.length === 0) return;
  if (call.bucket.ownership === 'BucketOwnerEnforced') {
    if (canned === 'bucket-owner-full-control' && grants.length === 0) return;
    throw aclNotSupported();
  }
  if (canned !== undefined && grants.length > 0) {
    throw invalidRequest('Specifying both Canned ACLs and Header Grants is not allowed');
  }
  if (canned === undefined) throw notImplemented('ACL grants to anyone but the owner (x-amz-grant-*)');
  if (OWNER_ONLY.has(canned)) return;
  if (PUBLIC.has(canned)) {
    if (canned !== 'authenticated-read' && publicAccessOf(call.store, call.bucket).blockPublicAcls) {
      throw accessDenied();
    }
    throw notImplemented(`the canned ACL ${canned}`);
  }
  if (canned === 'aws-exec-read' || canned === 'log-delivery-write') throw notImplemented(`the canned ACL ${canned}`);
  throw invalidArgument('Invalid canned ACL', 'x-amz-acl', canned);
}
