export { channelMixStack } from '../stack.ts';
export type { Declaration, Transform } from './component.ts';
export { DataBucket, type DataBucketArgs } from './data-bucket.ts';
export { S3Access, type S3AccessArgs } from './s3-access.ts';
export { S3KeyAccess, type S3KeyAccessArgs } from './s3-key-access.ts';
