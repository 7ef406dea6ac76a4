import { createHash } from 'node:crypto';
import { KitError } from '../model/errors.ts';

/** A part of a fleet: the `index`-th of `count`, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads `--shard`: `2/4`; `auto/4` takes the index from AWS Batch or Kubernetes, which count from 0; `auto` also the count, which only
 * Batch tells. https://docs.aws.amazon.com/batch/latest/userguide/job_env_vars.html
 * https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
 *
 * @throws KitError `usage` for what is no part, or when the scheduler tells none
 */
export function readShard(text: string, env: Environment): Shard {
  const [, index = '', count = ''] = /^(\d{1,6}|auto)(?:\/(\d{1,6}))?$/.exec(text) ?? [];
  if (index === '' || (index !== 'auto' && count === '')) throw notAShard(text);
  const shard = index === 'auto' ? ofScheduler(count, env) : { index: Number(index), count: Number(count) };
  if (shard.count < 1) throw notAShard(text);
  if (shard.index >= 1 && shard.index <= shard.count) return shard;
  throw new KitError('usage', `--shard ${text}: there is no part ${shard.index} of ${shard.count}`, {
    hint: 'Parts are counted from 1: 1/4, 2/4, 3/4, 4/4. With an index that begins at 0, as schedulers give it, use auto/4.',
  });
}

function ofScheduler(count: string, env: Environment): Shard {
  const batch = env.AWS_BATCH_JOB_ARRAY_INDEX ?? '';
  const kubernetes = env.JOB_COMPLETION_INDEX ?? '';
  const size = env.AWS_BATCH_JOB_ARRAY_SIZE ?? '';
  const index = batch === '' ? kubernetes : batch;
  if (!/^\d{1,6}$/.test(index)) {
    throw new KitError('usage', '--shard auto: no scheduler tells which part this is', {
      hint: 'AWS Batch sets AWS_BATCH_JOB_ARRAY_INDEX in the children of an array job, Kubernetes JOB_COMPLETION_INDEX in the pods of an indexed job. Elsewhere write --shard 1/4.',
    });
  }
  if (count === '' && !(batch !== '' && /^\d{1,6}$/.test(size))) {
    throw new KitError('usage', '--shard auto: nothing tells how many parts there are', {
      hint: 'Kubernetes does not tell it: write the number of completions, as in --shard auto/4.',
    });
  }
  if (count !== '' && batch !== '' && /^\d{1,6}$/.test(size) && Number(size) !== Number(count)) {
    throw new KitError(
      'usage',
      `--shard auto/${count}: AWS Batch runs ${size} children, so parts would be left out or missing`,
      {
        hint: 'Write --shard auto: AWS Batch tells the number, too.',
      },
    );
  }
  return { index: Number(index) + 1, count: Number(count === '' ? size : count) };
}

function notAShard(text: string): KitError {
  return new KitError('usage', `--shard ${JSON.stringify(text)} is not a part of a fleet`, {
    hint: 'Write it as 2/4, or as auto/4 under AWS Batch or Kubernetes.',
  });
}

/**
 * Whether a client belongs to a part. By a hash of its name, so that it stays in its part when clients are added or removed, and all its
 * buckets are in the same one.
 */
export function inShard(name: string, shard: Shard): boolean {
  const hash = createHash('sha256').update(name).digest();
  return (hash.readUIntBE(0, 6) % shard.count) + 1 === shard.index;
}
