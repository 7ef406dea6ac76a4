export { S3_OPERATIONS, s3Permissions } from './s3.ts';
export type { Permission, ResourceKind, S3Call } from './types.ts';
