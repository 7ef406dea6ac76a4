import { unlabelledValues } from '../documents/connection-labels.ts';
import { readTypedFields } from '../documents/read-connection.ts';
import { checkConnection } from '../generate/connection-check.ts';
import type { TypedField } from '../model/connection.ts';
import { KitError } from '../model/errors.ts';
import { renderConnectionCheck } from '../report/connection-check.ts';
import { safeJson } from '../report/json.ts';
import type { Context } from './context.ts';
import { readText } from './read-text.ts';

/** What `connection check` is given: a file, stdin, or single fields; never a secret in the arguments. */
export interface ConnectionCheckArgs {
  readonly file?: string | undefined;
  readonly 'role-arn'?: string | undefined;
  readonly 'access-key-id'?: string | undefined;
  readonly 'account-id'?: string | undefined;
  readonly bucket?: readonly string[] | undefined;
  readonly output: 'text' | 'json';
}

/**
 * Checks the fields of the connection form without any call. Returns 1 when something is wrong.
 *
 * @throws KitError `usage`, or `input` when there is no field to check
 */
export async function runConnectionCheck(args: ConnectionCheckArgs, context: Context): Promise<number> {
  const flags = fieldsOfFlags(args);
  const fromText = args.file !== undefined || flags.length === 0;
  const typed = fromText ? await fieldsOfText(args.file ?? '-', context) : [];
  const report = checkConnection(
    [...typed, ...flags],
    flags.map(({ field }) => field),
  );
  context.out(args.output === 'json' ? `${safeJson(report)}\n` : renderConnectionCheck(report, context.outStyle));
  if (report.ok) noteWhatIsLeft(report.way, typed, context);
  return report.ok ? 0 : 1;
}

function fieldsOfFlags(args: ConnectionCheckArgs): readonly TypedField[] {
  if ((args.bucket ?? []).length > 1) {
    throw new KitError('usage', 'connection check takes one bucket', { hint: 'Run it for each of them.' });
  }
  const given = [
    ['roleArn', args['role-arn']],
    ['accessKeyId', args['access-key-id']],
    ['accountId', args['account-id']],
    ['bucket', args.bucket?.[0]],
  ] as const;
  return given.flatMap(([field, value]) => (value === undefined ? [] : [{ field, value }]));
}

async function fieldsOfText(path: string, context: Context): Promise<readonly TypedField[]> {
  if (path !== '-' && unlabelledValues(path).length > 0) {
    throw new KitError('usage', 'what was named as the file is a value of the form', {
      hint: 'Paste the fields into stdin, or name them by --role-arn, --access-key-id, --account-id. A secret never goes on a command line: if it was one, rotate the key.',
    });
  }
  if (path === '-' && context.stdinIsTerminal)
    context.note('Paste the fields, then press Ctrl-D on a line of its own.');
  return readTypedFields(await readText(path, context), path === '-' ? 'stdin' : path);
}

function noteWhatIsLeft(way: string, typed: readonly TypedField[], { note }: Context): void {
  if (way === 'key' && !typed.some(({ field, value }) => field === 'secretAccessKey' && value.trim() !== '')) {
    note('The secret access key is not among the fields, and was not checked.');
  }
  note('Whether the access works is another question: channelmix-s3 verify');
}
