import type { AwsResponse } from '../../contract.ts';
import { xmlChild, xmlChildren, xmlText } from '../../xml.ts';
import type { BucketCall } from '../call.ts';
import { keyArnOf } from '../encryption.ts';
import { invalidArgument, malformedXml, notImplemented, s3Error } from '../errors.ts';
import { demandMfa, demandMfaWhereSet } from '../mfa-delete.ts';
import { publicAccessElement, readBoolean, readPublicAccess } from '../public-access-document.ts';
import type { Encryption } from '../store/types.ts';
import { NO_TAGS, readTagDocument, tagSet } from '../tags.ts';
import { emptyAnswer, readDocument, xmlAnswer } from '../xml-answer.ts';
import { grantsOthers } from './bucket-acl.ts';
import { readOwnership } from './buckets.ts';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetPublicAccessBlock.html */
export function getPublicAccessBlock(call: BucketCall): AwsResponse {
  const { publicAccessBlock: block, name } = call.bucket;
  if (block === undefined) {
    throw s3Error('NoSuchPublicAccessBlockConfiguration', 404, 'The public access block configuration was not found', {
      BucketName: name,
    });
  }
  return xmlAnswer('PublicAccessBlockConfiguration', publicAccessElement(block));
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html: what is left out is off. */
export async function putPublicAccessBlock(call: BucketCall): Promise<AwsResponse> {
  const document = readDocument(await call.request.body(), 'PublicAccessBlockConfiguration');
  call.bucket.publicAccessBlock = readPublicAccess(document);
  return emptyAnswer(200);
}

export function deletePublicAccessBlock(call: BucketCall): AwsResponse {
  call.bucket.publicAccessBlock = undefined;
  return emptyAnswer(204);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketOwnershipControls.html */
export function getOwnership(call: BucketCall): AwsResponse {
  const { ownership, name } = call.bucket;
  if (ownership === undefined) {
    throw s3Error('OwnershipControlsNotFoundError', 404, 'The bucket ownership controls were not found', {
      BucketName: name,
    });
  }
  return xmlAnswer('OwnershipControls', { Rule: { ObjectOwnership: ownership } });
}

export async function putOwnership(call: BucketCall): Promise<AwsResponse> {
  const document = readDocument(await call.request.body(), 'OwnershipControls');
  const [rule, ...more] = xmlChildren(document, 'Rule');
  if (rule === undefined || more.length > 0) throw malformedXml();
  const wanted = readOwnership(xmlText(rule, 'ObjectOwnership'));
  if (wanted === 'BucketOwnerEnforced' && grantsOthers(call.bucket)) {
    throw s3Error(
      'InvalidBucketAclWithObjectOwnership',
      400,
      "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
    );
  }
  call.bucket.ownership = wanted;
  return emptyAnswer(200);
}

export function deleteOwnership(call: BucketCall): AwsResponse {
  call.bucket.ownership = undefined;
  return emptyAnswer(204);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html: every bucket is encrypted since January 2023. */
export function getEncryption(call: BucketCall): AwsResponse {
  const { encryption } = call.bucket;
  return xmlAnswer('ServerSideEncryptionConfiguration', {
    Rule: {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm: encryption.algorithm,
        KMSMasterKeyID: encryption.keyArn,
      },
      BucketKeyEnabled: encryption.bucketKey === true,
      // New buckets refuse customer-provided keys.
      BlockedEncryptionTypes: { EncryptionType: 'SSE-C' },
    },
  });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html */
export async function putEncryption(call: BucketCall): Promise<AwsResponse> {
  const document = readDocument(await call.request.body(), 'ServerSideEncryptionConfiguration');
  const [rule, ...more] = xmlChildren(document, 'Rule');
  if (rule === undefined || more.length > 0) throw malformedXml();
  const blocked = xmlChild(rule, 'BlockedEncryptionTypes');
  if (blocked !== undefined && xmlText(blocked, 'EncryptionType') === 'NONE') throw notImplemented('SSE-C');
  const byDefault = xmlChild(rule, 'ApplyServerSideEncryptionByDefault');
  const algorithm = byDefault === undefined ? 'AES256' : xmlText(byDefault, 'SSEAlgorithm');
  const keyName = byDefault === undefined ? undefined : xmlText(byDefault, 'KMSMasterKeyID');
  if (algorithm !== 'AES256' && algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') throw malformedXml();
  if (algorithm === 'AES256' && keyName !== undefined) {
    throw invalidArgument(
      'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
      'ApplyServerSideEncryptionByDefault',
    );
  }
  const encryption: Encryption = {
    algorithm,
    ...(keyName === undefined ? {} : { keyArn: keyArnOf(call, keyName, call.bucket.account) }),
    ...(readBoolean(rule, 'BucketKeyEnabled') ? { bucketKey: true } : {}),
  };
  call.bucket.encryption = encryption;
  return emptyAnswer(200);
}

/** Back to what every new bucket has. */
export function deleteEncryption(call: BucketCall): AwsResponse {
  call.bucket.encryption = { algorithm: 'AES256' };
  return emptyAnswer(204);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html: an empty element when it never was set. */
export function getVersioning(call: BucketCall): AwsResponse {
  return xmlAnswer('VersioningConfiguration', { Status: call.bucket.versioning, MfaDelete: call.bucket.mfaDelete });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketVersioning.html */
export async function putVersioning(call: BucketCall): Promise<AwsResponse> {
  const document = readDocument(await call.request.body(), 'VersioningConfiguration');
  const status = xmlText(document, 'Status');
  if (status !== 'Enabled' && status !== 'Suspended') throw malformedXml();
  const mfaDelete = xmlText(document, 'MfaDelete');
  if (mfaDelete !== undefined && mfaDelete !== 'Enabled' && mfaDelete !== 'Disabled') throw malformedXml();
  if (mfaDelete === 'Enabled') demandMfa(call);
  else demandMfaWhereSet(call);
  if (status === 'Suspended' && call.bucket.lock !== undefined) {
    throw s3Error(
      'InvalidBucketState',
      409,
      'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    );
  }
  call.bucket.versioning = status;
  if (mfaDelete !== undefined) call.bucket.mfaDelete = mfaDelete;
  return emptyAnswer(200);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html */
export function getBucketTagging(call: BucketCall): AwsResponse {
  const { tags, name } = call.bucket;
  if (tags.length === 0) {
    throw s3Error('NoSuchTagSet', 404, 'The TagSet does not exist', { BucketName: name });
  }
  return xmlAnswer('Tagging', tagSet(tags));
}

export async function putBucketTagging(call: BucketCall): Promise<AwsResponse> {
  call.bucket.tags = readTagDocument(await call.request.body(), 'bucket');
  return emptyAnswer(204);
}

export function deleteBucketTagging(call: BucketCall): AwsResponse {
  call.bucket.tags = NO_TAGS;
  return emptyAnswer(204);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketRequestPayment.html */
export function getRequestPayment(call: BucketCall): AwsResponse {
  return xmlAnswer('RequestPaymentConfiguration', { Payer: call.bucket.requestPayer });
}

export async function putRequestPayment(call: BucketCall): Promise<AwsResponse> {
  const payer = xmlText(readDocument(await call.request.body(), 'RequestPaymentConfiguration'), 'Payer');
  if (payer !== 'BucketOwner' && payer !== 'Requester') throw malformedXml();
  call.bucket.requestPayer = payer;
  return emptyAnswer(200);
}
