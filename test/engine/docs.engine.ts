import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentedCommands, words } from '../documented.ts';
import { type EngineStack, findPulumi, openStack } from './project.ts';

const commands = documentedCommands().filter(({ line }) => line.startsWith('pulumi '));

/** The blocks of `pulumi` commands in the docs, each a story that a reader follows line by line. */
const names = [...new Set(commands.map(({ page, block }) => `${page}, block ${block + 1}`))];
const blocks = names.map((name) => ({
  name,
  lines: commands.filter(({ page, block }) => `${page}, block ${block + 1}` === name).map(({ line }) => line),
}));

describe.skipIf(findPulumi() === undefined)('the pulumi commands in the docs', () => {
  let stack: EngineStack;
  beforeEach(async () => {
    stack = await openStack();
    const CreateBucketConfiguration = { LocationConstraint: 'eu-west-1' } as const;
    await stack.account.s3.createBucket({ Bucket: 'my-bucket', CreateBucketConfiguration });
  });
  afterEach(() => stack.close());

  it.each(blocks)('$name works as it stands', async ({ lines }) => {
    // A block that does not begin with a new stack is for one that is up.
    if (!lines.some((line) => line.startsWith('pulumi stack init'))) {
      stack.configure({ bucket: 'new-bucket', createBucket: true });
      expect(await stack.pulumi('up', '--yes', '--skip-preview')).toMatchObject({ code: 0 });
    }
    for (const line of lines) {
      const args = words(line).slice(1);
      const confirmed = ['up', 'destroy', 'new'].includes(args[0] ?? '') ? [...args, '--yes'] : args;
      const { code, output } = await stack.pulumi(...confirmed);
      expect(code, `${line}\n${output}`).toBe(0);
    }
    if (lines.some((line) => line.startsWith('pulumi destroy'))) {
      expect(await stack.account.inventory()).toEqual(['bucket my-bucket']);
    }
  });
});
