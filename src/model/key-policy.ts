import type { PolicyDocument } from './policy.ts';

/**
 * Whether a key is aws/s3, by its alias. Nobody can change its policy, and every principal of the account may use it through S3.
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html
 */
export function isManagedKey(kmsKey: string): boolean {
  return /(^|:)alias\/aws\/s3$/.test(kmsKey);
}

/**
 * The policy that KMS gives a key for which none is written: it leaves everything to the policies of the account that owns it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function defaultKeyPolicy(partition: string, account: string) {
  return {
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  } satisfies PolicyDocument;
}
