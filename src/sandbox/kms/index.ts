import type { JsonOperation } from '../json/service.ts';
import { aliasOperations } from './aliases.ts';
import { grantOperations } from './grants.ts';
import { keyOperations } from './keys.ts';

/** Every operation of KMS that the sandbox has: those about keys. What works on data (Encrypt, …) is 501. */
export const kmsOperations: readonly JsonOperation[] = [...keyOperations, ...grantOperations, ...aliasOperations];
