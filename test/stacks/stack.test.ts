import { readFileSync } from 'node:fs';
import * as pulumi from '@pulumi/pulumi';
import { describe, expect, it } from 'vitest';
import { KitError } from '../../src/model/errors.ts';
import { channelMixStack } from '../../stacks/components/index.ts';

describe('a program whose grant cannot be had', () => {
  it.each([
    [
      'is wrong',
      () => {
        throw new KitError('input', 'channelmix.yaml is not a valid grant', { hint: 'See the page.' });
      },
      'channelmix.yaml is not a valid grant\nSee the page.',
    ],
    [
      'is in no file',
      () => readFileSync('/no/such/channelmix.yaml', 'utf8') as never,
      "ENOENT: no such file or directory, open '/no/such/channelmix.yaml'",
    ],
  ])('ends in one message without a stack, because it %s', async (_, readGrant, message) => {
    const error = await channelMixStack(readGrant).catch((caught: unknown) => caught);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect(error).toMatchObject({ message });
    expect((error as Error).stack).toBeUndefined();
  });

  it('ends in the error itself where the program is at fault', async () => {
    const fault = new TypeError('x is not a function');
    await expect(
      channelMixStack(() => {
        throw fault;
      }),
    ).rejects.toBe(fault);
  });
});
