import type { InferredOptionTypes } from 'yargs';
import { readAccessKeyId } from '../../documents/read-access-key-id.ts';
import { readRoleArn } from '../../documents/read-role-arn.ts';
import {
  type Connection,
  type ConnectionFields,
  connectionFields,
  SECRET_PLACEHOLDER,
} from '../../generate/connection.ts';
import { securityReviewPage } from '../../generate/security-review.ts';
import { SCHEMA_VERSION } from '../../model/constants.ts';
import { KitError } from '../../model/errors.ts';
import { renderConnection } from '../../report/connection.ts';
import { type CommandOptions, defineCommand } from '../command.ts';
import { runConnectionCheck } from '../connection-check.ts';
import { makeHandOver } from '../connection-pages.ts';
import type { Context } from '../context.ts';
import { readGrantArguments, wholeGrantOptions } from '../grant-flags.ts';
import { readStackOutputs } from '../stack-outputs.ts';

const OUTPUTS = ['text', 'json', 'markdown'] as const;

const options = {
  action: {
    choices: ['check', 'handover', 'review'] as const,
    describe:
      'check: what is wrong with fields that somebody typed; handover: a page for the ticket; review: a page for the security review',
  },
  file: { type: 'string', describe: 'check: the fields as text, JSON or a Markdown table; - or nothing reads stdin' },
  'role-arn': { type: 'string', requiresArg: true, describe: 'the role that ChannelMix assumes' },
  'access-key-id': {
    type: 'string',
    requiresArg: true,
    describe: 'the access key that ChannelMix uses, without its secret',
  },
  'account-id': { type: 'string', requiresArg: true, describe: "check: the field for ChannelMix's account" },
  'from-stack': { type: 'string', requiresArg: true, describe: 'read the outputs of this Pulumi stack' },
  'show-secret': { type: 'boolean', describe: "print the stack's secret key; on a terminal only" },
  verified: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'handover: what verify --output json wrote; repeat for several buckets',
  },
  ...wholeGrantOptions,
  output: { choices: OUTPUTS, requiresArg: true, describe: 'format (default: text; pages are Markdown)' },
} as const satisfies CommandOptions;

type Arguments = InferredOptionTypes<typeof options>;

export const command = defineCommand({
  options,
  examples: [
    ['$0 connection --role-arn arn:aws:iam::011110000110:role/channelmix_s3_access', 'the role way'],
    ['$0 connection --from-stack prod --output markdown', 'from a Pulumi stack, for a ticket'],
    ['$0 connection check form.txt', 'what is wrong with fields as somebody typed them'],
    ['$0 connection handover --config channelmix.yaml --verified report.json', 'a page for the ticket'],
    ['$0 connection review --config channelmix.yaml', 'a page for the security review'],
  ],
  run: async (args, context) => {
    checkUsage(args);
    switch (args.action) {
      case 'check':
        return runConnectionCheck({ ...args, output: args.output === 'json' ? 'json' : 'text' }, context);
      case 'handover':
        context.out(
          await makeHandOver(args, namesConnection(args) ? () => readConnection(args, context) : undefined, context),
        );
        return 0;
      case 'review':
        context.out(securityReviewPage(await readGrantArguments(args)));
        return 0;
      default:
        return printFields(args, context);
    }
  },
});

async function printFields(args: Arguments, context: Context): Promise<number> {
  const fields = connectionFields(await readConnection(args, context));
  if (args.output === 'json') {
    context.out(`${JSON.stringify({ schemaVersion: SCHEMA_VERSION, command: 'connection', fields }, null, 2)}\n`);
  } else {
    context.out(renderConnection(fields, args.output ?? 'text'));
  }
  noteNextStep(fields, context);
  return 0;
}

const SOURCES = ['role-arn', 'access-key-id', 'from-stack'] as const;

function namesConnection(args: Arguments): boolean {
  return SOURCES.some((name) => args[name] !== undefined);
}

const GRANT_FLAGS = Object.keys(wholeGrantOptions) as (keyof typeof wholeGrantOptions)[];

/** The flags that each action knows, and the formats that it has; the first is the default. */
const USAGE = {
  fields: { flags: [...SOURCES, 'show-secret'], formats: ['text', 'json', 'markdown'] },
  check: { flags: ['file', 'role-arn', 'access-key-id', 'account-id', 'bucket'], formats: ['text', 'json'] },
  handover: { flags: [...SOURCES, 'verified', ...GRANT_FLAGS], formats: ['markdown'] },
  review: { flags: GRANT_FLAGS, formats: ['markdown'] },
} as const satisfies Record<
  string,
  { readonly flags: readonly (keyof Arguments)[]; readonly formats: readonly string[] }
>;

/** @throws KitError `usage` for a flag or a format that the action does not have */
function checkUsage(args: Arguments): void {
  const { flags, formats }: (typeof USAGE)[keyof typeof USAGE] = USAGE[args.action ?? 'fields'];
  const name = args.action === undefined ? 'connection' : `connection ${args.action}`;
  const known: readonly string[] = [...flags, 'action', 'output'];
  const extra = Object.keys(options).find(
    (flag) => !known.includes(flag) && args[flag as keyof Arguments] !== undefined,
  );
  if (extra !== undefined) {
    throw new KitError('usage', `${extra === 'file' ? 'a file' : `--${extra}`} means nothing for ${name}`, {
      hint: 'Leave it out.',
    });
  }
  if (args.output === undefined || (formats as readonly string[]).includes(args.output)) return;
  throw new KitError('usage', `${name} has no format ${args.output}`, { hint: `It is one of ${formats.join(', ')}.` });
}

async function readConnection(args: Arguments, context: Context): Promise<Connection> {
  const sources = SOURCES.filter((name) => args[name] !== undefined);
  if (sources.length !== 1) {
    const given =
      sources.length === 0
        ? 'nothing to connect was named'
        : `${sources.map((name) => `--${name}`).join(' and ')} exclude each other`;
    throw new KitError('usage', given, { hint: 'Give one of --role-arn, --access-key-id, --from-stack.' });
  }
  if (args['show-secret'] === true && (args['from-stack'] === undefined || !context.stdoutIsTerminal)) {
    throw new KitError('usage', '--show-secret works with --from-stack and on a terminal only', {
      hint: 'A secret that is written to a file or a pipe is a secret that leaks.',
    });
  }
  if (args['role-arn'] !== undefined) {
    readRoleArn(args['role-arn'], '--role-arn');
    return { auth: 'role', roleArn: args['role-arn'].trim() };
  }
  if (args['access-key-id'] !== undefined)
    return { auth: 'key', accessKeyId: readAccessKeyId(args['access-key-id'], '--access-key-id') };
  return readStackOutputs(args['from-stack'] ?? '', args['show-secret'] === true, context.signal);
}

function noteNextStep(fields: ConnectionFields, context: Context): void {
  if (fields['AWS secret access key'] === SECRET_PLACEHOLDER) {
    context.note(
      'The secret is not shown. Paste it into the form from where you created the key, or use --from-stack with --show-secret.',
    );
  }
  if (fields['Role ARN'] !== 'n/a')
    context.note(`Next: channelmix-s3 verify --role-arn ${fields['Role ARN']} --bucket BUCKET`);
}
