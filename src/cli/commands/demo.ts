import { KitError } from '../../model/errors.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';

export const command = defineCommand({
  options: {},
  examples: [['$0 demo', 'nothing of AWS or Pulumi is touched: everything runs on this machine']],
  run: async (_args, context) => {
    const { tellStory } = await loadStory();
    return tellStory(context);
  },
});

type Story = { readonly tellStory: (context: Context) => Promise<number> };

/** The Pulumi programs need packages that whoever only verifies does not have. */
async function loadStory(): Promise<Story> {
  try {
    return await import('../demo/story.ts');
  } catch (cause) {
    if (!(cause instanceof Error && /Cannot find package '@pulumi\//.test(cause.message))) throw cause;
    throw new KitError('usage', 'the demo runs the Pulumi programs, whose packages are not installed', {
      cause,
      hint: 'npm install @pulumi/pulumi @pulumi/aws',
    });
  }
}
