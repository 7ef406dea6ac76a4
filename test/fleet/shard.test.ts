import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inShard, readShard } from '../../src/fleet/index.ts';
import { KitError } from '../../src/model/errors.ts';

describe('a shard', () => {
  it.each([
    ['2/4', {}, { index: 2, count: 4 }],
    ['1/1', {}, { index: 1, count: 1 }],
    // https://docs.aws.amazon.com/batch/latest/userguide/job_env_vars.html: the index begins at 0
    ['auto', { AWS_BATCH_JOB_ARRAY_INDEX: '0', AWS_BATCH_JOB_ARRAY_SIZE: '4' }, { index: 1, count: 4 }],
    ['auto/4', { AWS_BATCH_JOB_ARRAY_INDEX: '3', AWS_BATCH_JOB_ARRAY_SIZE: '4' }, { index: 4, count: 4 }],
    ['auto/4', { AWS_BATCH_JOB_ARRAY_INDEX: '3' }, { index: 4, count: 4 }],
    // https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
    ['auto/4', { JOB_COMPLETION_INDEX: '2' }, { index: 3, count: 4 }],
  ])('%s with %j is %j', (text, env, shard) => {
    expect(readShard(text, env)).toEqual(shard);
  });

  it.each([
    ['0/4', {}, 'there is no part 0 of 4'],
    ['5/4', {}, 'there is no part 5 of 4'],
    ['1/0', {}, 'is not a part'],
    ['2', {}, 'is not a part'],
    ['-1/4', {}, 'is not a part'],
    ['a/b', {}, 'is not a part'],
    ['auto/4', {}, 'no scheduler tells'],
    ['auto', { JOB_COMPLETION_INDEX: '2' }, 'how many parts'],
    ['auto/4', { JOB_COMPLETION_INDEX: '4' }, 'there is no part 5 of 4'],
    ['auto/5', { AWS_BATCH_JOB_ARRAY_INDEX: '3', AWS_BATCH_JOB_ARRAY_SIZE: '4' }, 'AWS Batch runs 4 children'],
  ])('%s with %j is refused: %s', (text, env, told) => {
    expect(() => readShard(text, env)).toThrow(told);
    expect(() => readShard(text, env)).toThrow(KitError);
  });

  it('has each client in exactly one part, and in the same one when others come and go', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 50 }), fc.integer({ min: 1, max: 9 }), (names, count) => {
        for (const name of names) {
          const parts = Array.from({ length: count }, (_, index) => inShard(name, { index: index + 1, count }));
          expect(parts.filter(Boolean)).toHaveLength(1);
        }
      }),
    );
  });

  it('has about as many clients as any other', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `client-${index}`);
    const sizes = [1, 2, 3, 4].map((index) => names.filter((name) => inShard(name, { index, count: 4 })).length);
    expect(Math.min(...sizes)).toBeGreaterThan(210);
  });
});
