import { readAccessKeyId } from '../../documents/read-access-key-id.ts';
import { readRoleArn } from '../../documents/read-role-arn.ts';
import {
  type Connection,
  type ConnectionFields,
  connectionFields,
  SECRET_PLACEHOLDER,
} from '../../generate/connection.ts';
import { SCHEMA_VERSION } from '../../model/constants.ts';
import { KitError } from '../../model/errors.ts';
import { renderConnection } from '../../report/connection.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { readStackOutputs } from '../stack-outputs.ts';

export const command = defineCommand({
  options: {
    'role-arn': { type: 'string', requiresArg: true, describe: 'the role that ChannelMix assumes' },
    'access-key-id': {
      type: 'string',
      requiresArg: true,
      describe: 'the access key that ChannelMix uses, without its secret',
    },
    'from-stack': { type: 'string', requiresArg: true, describe: 'read the outputs of this Pulumi stack' },
    'show-secret': { type: 'boolean', describe: "print the stack's secret key; on a terminal only" },
    output: {
      choices: ['text', 'json', 'markdown'] as const,
      default: 'text' as const,
      requiresArg: true,
      describe: 'format',
    },
  },
  examples: [
    ['$0 connection --role-arn arn:aws:iam::011110000110:role/channelmix_s3_access', 'the role way'],
    ['$0 connection --from-stack prod --output markdown', 'from a Pulumi stack, for a ticket'],
  ],
  run: async (args, context) => {
    const fields = connectionFields(await readConnection(args, context));
    if (args.output === 'json') {
      context.out(`${JSON.stringify({ schemaVersion: SCHEMA_VERSION, command: 'connection', fields }, null, 2)}\n`);
    } else {
      context.out(renderConnection(fields, args.output));
    }
    noteNextStep(fields, context);
    return 0;
  },
});

type Arguments = Parameters<typeof command.run>[0];

async function readConnection(args: Arguments, context: Context): Promise<Connection> {
  const sources = (['role-arn', 'access-key-id', 'from-stack'] as const).filter((name) => args[name] !== undefined);
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
