import { KitError } from '../model/errors.ts';
import type { Context } from './context.ts';

/**
 * The secret of an access key: from the environment when its `AWS_ACCESS_KEY_ID` is this key, else from a prompt on a terminal, else the first
 * line of stdin. Never from a flag, which other users of the machine can read.
 *
 * @throws KitError `credentials` when there is none
 */
export async function readSecret(accessKeyId: string, context: Context): Promise<string> {
  const { AWS_ACCESS_KEY_ID: known, AWS_SECRET_ACCESS_KEY: fromEnvironment = '' } = context.env;
  if (known === accessKeyId && fromEnvironment !== '') return fromEnvironment;
  const given = context.stdinIsTerminal
    ? await context.askSecret(`Secret of ${accessKeyId}`)
    : await context.readStdinLine();
  const secret = given.trim();
  if (secret !== '') return secret;
  throw new KitError('credentials', `the secret of ${accessKeyId} is missing`, {
    hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, pipe the secret into stdin, or run this on a terminal to be asked.',
  });
}
