import type { AnyMapping } from '../mapping.ts';
import { accessKey } from './access-key.ts';
import { bucket } from './bucket.ts';
import {
  bucketPolicy,
  encryption,
  lifecycle,
  ownershipControls,
  publicAccessBlock,
  versioning,
} from './bucket-settings.ts';
import { managedPolicy } from './managed-policy.ts';
import { role } from './role.ts';
import { rolePolicy, rolePolicyAttachment } from './role-policies.ts';
import { user } from './user.ts';
import { userPolicyAttachment } from './user-policies.ts';

/** Every resource type that the programs may declare. A type that is not here is an error, never ignored. */
export const RESOURCES: readonly AnyMapping[] = [
  role,
  rolePolicy,
  rolePolicyAttachment,
  user,
  managedPolicy,
  userPolicyAttachment,
  accessKey,
  bucket,
  publicAccessBlock,
  ownershipControls,
  versioning,
  encryption,
  lifecycle,
  bucketPolicy,
];
