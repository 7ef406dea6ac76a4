import { KitError } from '../model/errors.ts';
import type { Context } from './context.ts';

/** The code of a profile that demands MFA, asked for on the terminal. @throws KitError `credentials` when nobody can be asked */
export async function askMfaCode(serial: string, context: Context): Promise<string> {
  const code = context.stdinIsTerminal ? await context.askText(`MFA code of ${serial}`) : '';
  if (code !== '') return code;
  throw new KitError('credentials', `the profile demands an MFA code of ${serial}, and there is nobody to ask`, {
    hint: 'Run this on a terminal, or get a session first: aws sts get-session-token.',
  });
}
