import type { QueryOperation } from '../query/operation.ts';
import { accessKeyOperations } from './access-keys.ts';
import { accountOperations } from './account.ts';
import { lastAccessedOperations } from './last-accessed.ts';
import { loginProfileOperations } from './login-profiles.ts';
import { managedPolicyOperations } from './managed-policies.ts';
import { principalPolicyOperations } from './principal-policies.ts';
import { roleOperations } from './roles.ts';
import { simulateOperations } from './simulate.ts';
import { tagsOperations } from './tags.ts';
import { userOperations } from './users.ts';

/** Every operation of IAM that the sandbox has. */
export const iamOperations: readonly QueryOperation[] = [
  ...roleOperations,
  ...userOperations,
  ...accessKeyOperations,
  ...loginProfileOperations,
  ...managedPolicyOperations,
  ...principalPolicyOperations,
  ...tagsOperations,
  ...accountOperations,
  ...lastAccessedOperations,
  ...simulateOperations,
];
