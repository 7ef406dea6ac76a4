import * as pulumi from '@pulumi/pulumi';
import { KitError } from '../src/model/errors.ts';
import { channelMixAccess, type StackOutputs } from './program.ts';

/** What the Pulumi engine runs. An expected error is one message there, without a stack. */
async function stack(): Promise<StackOutputs> {
  try {
    return await channelMixAccess();
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    throw new pulumi.RunError(error.hint === undefined ? error.message : `${error.message}\n${error.hint}`);
  }
}

// The engine takes a program that is a function only as the default export.
export default stack;
