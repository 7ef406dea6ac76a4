import * as pulumi from '@pulumi/pulumi';
import { KitError } from '../src/model/errors.ts';
import type { Grant } from '../src/model/grant.ts';
import { hideKeysInDebugLog } from './debug-log.ts';
import { channelMixAccess, declareGrant, type StackOutputs } from './program.ts';

/**
 * A whole Pulumi program, for its default export: declares the grant and returns the stack's outputs. An expected error is one message
 * in the engine, without a stack.
 *
 * @param readGrant gives the grant, by `readGrantYaml` or `readGrant`; left out, it is read from the config of the project
 * @throws RunError before anything is declared, when the grant is wrong, cannot be read or cannot be given where the AWS provider works
 */
export async function channelMixStack(readGrant?: () => Grant): Promise<StackOutputs> {
  hideKeysInDebugLog();
  try {
    return await (readGrant === undefined ? channelMixAccess() : declareGrant(readGrant));
  } catch (error) {
    if (error instanceof KitError || isSystemError(error)) throw asRunError(error);
    throw error;
  }
}

/**
 * The engine shows the message alone; the stack, which it formats for its trace all the same, goes: on Node 20 that formatting takes
 * more than ten seconds and ends in "Invalid string length" (https://github.com/pulumi/pulumi/issues/20567).
 */
function asRunError(error: Error): pulumi.RunError {
  const hint = error instanceof KitError && error.hint !== undefined ? `\n${error.hint}` : '';
  const runError = new pulumi.RunError(`${error.message}${hint}`);
  delete runError.stack;
  return runError;
}

/** Such as that of a grant's file that is not there. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
