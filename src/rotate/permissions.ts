import type { Partition } from '../model/arn.ts';
import type { PolicyDocument } from '../model/policy.ts';

/** The permissions of a rotation: what it reads, and what each step changes. */
const ACTIONS = {
  RotateReads: ['iam:GetAccessKeyLastUsed', 'iam:GetUser', 'iam:ListAccessKeys'],
  RotateChanges: ['iam:CreateAccessKey', 'iam:DeleteAccessKey', 'iam:UpdateAccessKey'],
} as const;

/**
 * The smallest policy with which a user's access key can be rotated. Verifying the new key takes no permission of one's own: it is the
 * new key that makes the calls. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 *
 * @param resource ARN of the user
 */
export function rotatePolicy(resource: string): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: Object.entries(ACTIONS).map(([Sid, actions]) => ({
      Sid,
      Effect: 'Allow' as const,
      Action: [...actions],
      Resource: resource,
    })),
  };
}

/** ARN of a user of whom only the name is known: of the account in which the policy is, at the root path. */
export function userArnPattern(userName: string, partition: Partition): string {
  return `arn:${partition}:iam::*:user/${userName}`;
}
