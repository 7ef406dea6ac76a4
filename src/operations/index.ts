export { IAM_OPERATIONS, iamPermission, iamResourceKinds } from './iam.ts';
export { S3_ACTION_KINDS, S3_OPERATIONS, s3Permissions } from './s3.ts';
export { STS_OPERATIONS, stsPermissions } from './sts.ts';
