import type { AccessDocuments, KeyDocuments } from '../../model/access-documents.ts';
import { bucketArn, parseArn } from '../../model/arn.ts';
import type { RequestContext } from '../../model/decision.ts';
import { partitionOf } from './context.ts';

/** One permission that a call needs. */
export interface AskedPermission {
  readonly action: string;
  readonly resource: string;
  /** Keys that the call brings. */
  readonly context?: RequestContext;
  /** API name of the call (`UploadPart`), where it is known. */
  readonly operation?: string;
  /** ARN of the object that a KMS key is used for. */
  readonly object?: string;
}

/** The same with all keys that can be known beforehand. */
export interface PreparedPermission {
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
  /** The key that is used, of a permission of KMS. */
  readonly key?: KeyDocuments;
}

/** Keys that each request to S3 has which the SDK signs. https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html */
export const SIGNED: RequestContext = {
  's3:authType': 'REST-HEADER',
  's3:signatureversion': 'AWS4-HMAC-SHA256',
  's3:TlsVersion': '1.3',
};

/** Whether a call that needs s3:PutObject makes an object. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html */
const CREATES_OBJECT: Readonly<Record<string, boolean>> = {
  PutObject: true,
  CompleteMultipartUpload: true,
  CreateMultipartUpload: false,
  UploadPart: false,
};

/** Completes what a call asks for. */
export function preparePermission(documents: AccessDocuments, asked: AskedPermission): PreparedPermission {
  const { action, resource, context = {} } = asked;
  if (action.startsWith('kms:')) return keyPermission(documents, asked);
  if (!action.startsWith('s3:')) return { action, resource, context };
  const { owner, name } = documents.bucket;
  const bucket = bucketArn(partitionOf(documents), name);
  const isOwn = resource === bucket || resource.startsWith(`${bucket}/`);
  const creates = CREATES_OBJECT[asked.operation ?? (action === 's3:PutObject' ? 'PutObject' : '')];
  return {
    action,
    resource,
    context: {
      ...SIGNED,
      ...(owner.state === 'read' && isOwn ? { 's3:ResourceAccount': owner.value } : {}),
      ...(creates === undefined ? {} : { 's3:ObjectCreationOperation': String(creates) }),
      ...context,
    },
  };
}

/**
 * S3 uses the key for the caller, and names the object, or the bucket where it has a bucket key.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
function keyPermission(
  documents: AccessDocuments,
  { action, resource, object, context }: AskedPermission,
): PreparedPermission {
  const { region, encryption, name } = documents.bucket;
  const partition = partitionOf(documents);
  const key = documents.keys.find(({ arn }) => arn === resource);
  const own = parseArn(resource)?.region ?? '';
  const place = own === '' && region.state === 'read' ? region.value : own;
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const hasBucketKey = encryption.state === 'read' && encryption.value.bucketKey === true;
  const used = hasBucketKey ? bucketArn(partition, name) : object;
  return {
    action,
    resource,
    ...(key === undefined ? {} : { key }),
    context: {
      'kms:ViaService': `s3.${place}.${suffix}`,
      'kms:CallerAccount': documents.principal.account,
      ...(used === undefined ? {} : { 'kms:EncryptionContext:aws:s3:arn': used }),
      'kms:EncryptionContextKeys': ['aws:s3:arn'],
      ...context,
    },
  };
}
