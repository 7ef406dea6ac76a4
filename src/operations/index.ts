export { IAM_OPERATIONS, type IamCall, iamPermission, iamResourceKinds } from './iam.ts';
export { S3_ACTION_KINDS, S3_OPERATIONS, s3Permissions } from './s3.ts';
export { STS_OPERATIONS, type StsCall, stsPermissions } from './sts.ts';
export type { Permission, ResourceKind, S3Call } from './types.ts';
