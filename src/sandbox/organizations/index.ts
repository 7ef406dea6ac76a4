import type { JsonOperation } from '../json/service.ts';

/** Every operation of Organizations that the sandbox has. */
export const organizationsOperations: readonly JsonOperation[] = [];
