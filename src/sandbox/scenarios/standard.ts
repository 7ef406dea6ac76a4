import type { PolicyStatement } from '../../model/policy.ts';
import { CLIENT_ACCOUNT_ID, grantPolicy, policy, ROLE_ARN, trustPolicy } from './documents.ts';
import type {
  ExpectedCheck,
  ScenarioBucket,
  ScenarioKey,
  ScenarioRole,
  ScenarioUser,
  VerifyArguments,
} from './types.ts';

/** The bucket of most scenarios. */
export const BUCKET = 'client-reports';
/** The ARNs of the bucket and of all that is in it, as policies name them. */
export const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;
export const OBJECTS_ARN = `${BUCKET_ARN}/*`;

/** An account that is neither the client's nor ChannelMix's. */
export const OTHER_ACCOUNT_ID = '444455556666';

/** The key that encrypts the bucket, where one does. */
export const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/11112222-3333-4444-5555-666677778888';

/** A key of that other account. */
export const FOREIGN_KEY_ARN = `arn:aws:kms:us-east-1:${OTHER_ACCOUNT_ID}:key/aaaabbbb-cccc-dddd-eeee-ffff00001111`;

/** A bucket as new ones are: private, ACLs off, encrypted with SSE-S3. */
export function standardBucket(changes: Partial<ScenarioBucket> = {}): ScenarioBucket {
  return { name: BUCKET, ...changes };
}

/** A bucket whose objects are encrypted with the client's own key. */
export function encryptedBucket(changes: Partial<ScenarioBucket> = {}): ScenarioBucket {
  return standardBucket({ encryption: { algorithm: 'aws:kms', keyArn: KEY_ARN }, ...changes });
}

/** A bucket whose policy denies what ChannelMix does to whomever `narrowed` leaves it for; without more, to everybody. */
export function closedBucket(narrowed: Partial<PolicyStatement>): ScenarioBucket {
  return standardBucket({
    policy: policy({
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'],
      Resource: [BUCKET_ARN, OBJECTS_ARN],
      ...narrowed,
    }),
  });
}

/** The role as the kit makes it for minimal access to the bucket. */
export function standardRole(changes: Partial<ScenarioRole> = {}): ScenarioRole {
  return {
    name: 'channelmix_s3_access',
    trust: trustPolicy(),
    inline: { 'channelmix-s3': grantPolicy(BUCKET) },
    ...changes,
  };
}

/** The same role, which people of the client's account may assume, too. */
export function ownersRole(): ScenarioRole {
  const own = { AWS: 'arn:aws:iam::111122223333:root' };
  const statements = [trustPolicy().Statement].flat();
  return standardRole({ trust: policy(...statements, { Effect: 'Allow', Principal: own, Action: 'sts:AssumeRole' }) });
}

/** The same role for a bucket that is encrypted with the key. */
export function roleWithKey(): ScenarioRole {
  return standardRole({ inline: { 'channelmix-s3': grantPolicy(BUCKET, { kmsKeyArn: KEY_ARN }) } });
}

/** The user whose access key the key way has. */
export function standardUser(changes: Partial<ScenarioUser> = {}): ScenarioUser {
  return { name: 'channelmix', inline: { 'channelmix-s3': grantPolicy(BUCKET) }, ...changes };
}

/** The key that encrypts the bucket. */
export function standardKey(changes: Partial<ScenarioKey> = {}): ScenarioKey {
  return { arn: KEY_ARN, ...changes };
}

/** The same key, whose policy leaves nothing to IAM but its administration: the role uses it by a grant of these operations. */
export function grantedKey(operations: readonly string[]): ScenarioKey {
  return standardKey({
    policy: policy({
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:Put*', 'kms:Create*', 'kms:Revoke*'],
      Resource: '*',
    }),
    grants: [{ granteePrincipal: ROLE_ARN, operations }],
  });
}

/** A bucket of the other account, whose policy lets the role do what ChannelMix does. */
export function foreignBucket(
  changes: Partial<ScenarioBucket> = {},
  principal: PolicyStatement['Principal'] = { AWS: ROLE_ARN },
): ScenarioBucket {
  return standardBucket({
    account: OTHER_ACCOUNT_ID,
    policy: policy({
      Effect: 'Allow',
      Principal: principal,
      Action: ['s3:ListBucket', 's3:PutObject', 's3:GetObject', 's3:DeleteObject'],
      Resource: [BUCKET_ARN, OBJECTS_ARN],
    }),
    ...changes,
  });
}

/** The arguments of verify for the role and the bucket. The first answer stands, since nothing is on its way. */
export const ROLE_WAY = { roleArn: ROLE_ARN, bucket: BUCKET, wait: '0s' } as const satisfies VerifyArguments;
/** The same for the access key. */
export const KEY_WAY = { keyOf: { user: 'channelmix' }, bucket: BUCKET, wait: '0s' } as const satisfies VerifyArguments;

/** The client runs verify as a session of the role, which a session policy limits. */
export function asLimitedSession(...statements: readonly PolicyStatement[]): VerifyArguments {
  const caller = { account: CLIENT_ACCOUNT_ID, role: 'channelmix_s3_access', sessionPolicy: policy(...statements) };
  return { ...ROLE_WAY, as: 'client', caller };
}

/**
 * Checks that are refused for one and the same reason.
 *
 * @param words what the diagnosis of the first must contain; the others are told together with it
 */
export function refused(
  ids: readonly ExpectedCheck['id'][],
  why: Pick<ExpectedCheck, 'prefix' | 'rule' | 'layer' | 'evidence'>,
  words: Pick<ExpectedCheck, 'cause' | 'fix'> = {},
): readonly ExpectedCheck[] {
  return ids.map((id, index) => ({ id, result: 'deny', ...why, ...(index === 0 ? words : {}) }));
}
