import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  DeleteObjectsCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { normaliseError } from '../../aws/index.ts';
import { KitError } from '../../model/errors.ts';
import { defineMapping, removed } from '../mapping.ts';
import { object, text, textMap } from '../shape.ts';
import { tagList } from './tags.ts';

interface BucketInputs {
  readonly bucket: string;
  readonly tags?: Readonly<Record<string, string>>;
}

interface BucketState extends BucketInputs {
  readonly arn: string;
  readonly bucketRegion: string;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const bucket = defineMapping<BucketInputs, BucketState>({
  type: 'aws:s3/bucket:Bucket',
  inputs: object({ bucket: text, tags: textMap }, ['bucket']),
  replaceOn: ['bucket'],
  existing: ({ s3 }, inputs) => existingBucket(s3, inputs.bucket),
  create: async ({ s3, region, partition }, inputs) => {
    await s3.send(
      new CreateBucketCommand({
        Bucket: inputs.bucket,
        // us-east-1 is the one region that must not be named.
        ...(region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region as never } }),
      }),
    );
    await putTags(s3, inputs).catch(async (error: unknown) => {
      await s3.send(new DeleteBucketCommand({ Bucket: inputs.bucket }));
      throw error;
    });
    const arn = `arn:${partition}:s3:::${inputs.bucket}`;
    return { id: inputs.bucket, state: { ...inputs, arn, bucketRegion: region } };
  },
  update: async ({ s3 }, Bucket, old, inputs) => {
    if (tagList(inputs.tags) === undefined) await s3.send(new DeleteBucketTaggingCommand({ Bucket }));
    else await putTags(s3, inputs);
    return { ...inputs, arn: old.arn, bucketRegion: old.bucketRegion };
  },
  remove: ({ s3 }, Bucket) => removed(s3.send(new DeleteBucketCommand({ Bucket })), 'NoSuchBucket'),
});

/** Deletes every object, version, delete marker and unfinished upload of a bucket: all of its data. */
export async function emptyBucket(s3: S3Client, Bucket: string): Promise<void> {
  while (await abortSomeUploads(s3, Bucket));
  while (await deleteSomeVersions(s3, Bucket));
}

/** Aborts the first page of unfinished uploads; whether there was one. */
async function abortSomeUploads(s3: S3Client, Bucket: string): Promise<boolean> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket }));
  for (const { Key, UploadId } of Uploads) await s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
  return Uploads.length > 0;
}

/** Deletes the first page of versions and delete markers; whether there was one. */
async function deleteSomeVersions(s3: S3Client, Bucket: string): Promise<boolean> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  if (Objects.length === 0) return false;
  const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  const [first] = Errors;
  if (first === undefined) return true;
  throw new KitError('leftover', `${Errors.length} objects stay in ${Bucket}; first: ${first.Key}: ${first.Message}`);
}

/**
 * Whether the bucket is there. Asked because CreateBucket answers 200 for a bucket that the caller owns already in us-east-1 ("for
 * legacy compatibility"): a program would take over, and a rollback would delete, a bucket that it did not make.
 */
async function existingBucket(s3: S3Client, Bucket: string): Promise<readonly string[]> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket }));
    return [Bucket];
  } catch (error) {
    const { kind } = normaliseError(error);
    if (kind === 'not-found') return [];
    if (kind !== 'denied' && kind !== 'region') throw error;
    throw new KitError(
      'input',
      `the bucket name ${Bucket} is taken by another AWS account, or the bucket is not readable`,
      {
        cause: error,
        hint: 'Bucket names are unique across all accounts: choose another name.',
      },
    );
  }
}

async function putTags(s3: S3Client, { bucket: Bucket, tags }: BucketInputs): Promise<void> {
  const TagSet = tagList(tags);
  if (TagSet !== undefined) await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } }));
}
