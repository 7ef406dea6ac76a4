import type { QueryOperation } from '../query/operation.ts';
import { principalPolicyOperations } from './principal-policies.ts';
import { roleOperations } from './roles.ts';

/** Every operation of IAM that the sandbox has. */
export const iamOperations: readonly QueryOperation[] = [...roleOperations, ...principalPolicyOperations];
