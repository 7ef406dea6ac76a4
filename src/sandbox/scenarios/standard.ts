import { grantPolicy, ROLE_ARN, trustPolicy } from './documents.ts';
import type { ScenarioBucket, ScenarioKey, ScenarioRole, ScenarioUser, VerifyArguments } from './types.ts';

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

/** The role as the kit makes it for minimal access to the bucket. */
export function standardRole(changes: Partial<ScenarioRole> = {}): ScenarioRole {
  return {
    name: 'channelmix_s3_access',
    trust: trustPolicy(),
    inline: { 'channelmix-s3': grantPolicy(BUCKET) },
    ...changes,
  };
}

/** The user whose access key the key way has. */
export function standardUser(changes: Partial<ScenarioUser> = {}): ScenarioUser {
  return { name: 'channelmix', inline: { 'channelmix-s3': grantPolicy(BUCKET) }, ...changes };
}

/** The key that encrypts the bucket. */
export function standardKey(changes: Partial<ScenarioKey> = {}): ScenarioKey {
  return { arn: KEY_ARN, ...changes };
}

/** The arguments of verify for the role and the bucket. The first answer stands, since nothing is on its way. */
export const ROLE_WAY = { roleArn: ROLE_ARN, bucket: BUCKET, wait: '0s' } as const satisfies VerifyArguments;
/** The same for the access key. */
export const KEY_WAY = { keyOf: { user: 'channelmix' }, bucket: BUCKET, wait: '0s' } as const satisfies VerifyArguments;
