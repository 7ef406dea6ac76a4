import * as pulumi from '@pulumi/pulumi';
import { KitError } from '../src/model/errors.ts';
import { hideKeysInDebugLog } from './debug-log.ts';
import { channelMixAccess, type StackOutputs } from './program.ts';

/** What the Pulumi engine runs. An expected error is one message there, without a stack. */
async function stack(): Promise<StackOutputs> {
  hideKeysInDebugLog();
  try {
    return await channelMixAccess();
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    throw asRunError(error);
  }
}

/**
 * The engine shows the message alone; the stack, which it formats for its trace all the same, goes: on Node 20 that formatting takes
 * more than ten seconds and ends in "Invalid string length" (https://github.com/pulumi/pulumi/issues/20567).
 */
function asRunError(error: KitError): pulumi.RunError {
  const runError = new pulumi.RunError(error.hint === undefined ? error.message : `${error.message}\n${error.hint}`);
  delete runError.stack;
  return runError;
}

// The engine takes a program that is a function only as the default export.
export default stack;
