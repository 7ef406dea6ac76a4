import { expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { createLimiter } from '../../src/verify/limiter.ts';
import { channelMixPorts, createBucket, createRole, leavesNothing, verifyRole } from './helpers.ts';

test('runs no more tasks at once than it is told, each to its end, in order', async () => {
  const limit = createLimiter(3);
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      limit(async () => {
        begun.push(index);
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, index % 3));
        running--;
        return index * 2;
      }),
    ),
  );
  expect(most).toBe(3);
  expect(begun).toEqual(Array.from({ length: 20 }, (_, index) => index));
  expect(results.at(-1)).toBe(38);
});

test('hands a place on when a task fails', async () => {
  const limit = createLimiter(1);
  const failing = limit(() => Promise.reject(new Error('no')));
  const next = limit(async () => 'done');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('done');
});

test('thirty folders are verified with no more than forty requests at once', async () => {
  const sandbox = await startSandbox();
  try {
    await createBucket(sandbox.endpoint, 'folders');
    const roleArn = await createRole(sandbox.endpoint, { name: 'folders', bucket: 'folders' });
    const ports = channelMixPorts(sandbox.endpoint);
    let running = 0;
    let most = 0;
    const counted: typeof ports = {
      ...ports,
      clients: (overrides) => {
        const set = ports.clients(overrides);
        return {
          ...set,
          s3: async () => {
            const s3 = await set.s3();
            s3.middlewareStack.add(
              (next) => async (args) => {
                most = Math.max(most, ++running);
                try {
                  return await next(args);
                } finally {
                  running--;
                }
              },
              { step: 'initialize', name: 'count', override: true },
            );
            return s3;
          },
        };
      },
    };
    const prefixes = Array.from({ length: 30 }, (_, index) => `Client${index}/`);
    const flags = { roleArn, bucket: 'folders', prefixes };
    const report = await leavesNothing(sandbox, () => verifyRole(sandbox.endpoint, flags, { ports: counted }));
    expect(report.checks.filter(({ ok, expect: wanted }) => !ok && wanted === 'allow')).toEqual([]);
    // Who calls, where the bucket is and whose it is are asked beside.
    expect(most).toBeLessThanOrEqual(40 + 2);
    expect(most).toBeGreaterThan(20);
  } finally {
    await sandbox.close();
  }
}, 20_000);
