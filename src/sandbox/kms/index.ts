import type { JsonOperation } from '../json/service.ts';

/** Every operation of KMS that the sandbox has. */
export const kmsOperations: readonly JsonOperation[] = [];
