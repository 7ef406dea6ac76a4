import { expect } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';

export * from './setup.ts';

/** What is stored in S3 has to be the same before and after. */
export async function leavesNothing<T>(sandbox: Sandbox, act: () => Promise<T>): Promise<T> {
  const before = sandbox.snapshot().s3;
  const outcome = await act();
  expect(sandbox.snapshot().s3).toEqual(before);
  expect(sandbox.bugs()).toEqual([]);
  return outcome;
}
