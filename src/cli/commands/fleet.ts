import type { InferredOptionTypes } from 'yargs';
import { findResults, fleetExitCode } from '../../fleet/index.ts';
import { KitError } from '../../model/errors.ts';
import { ACCESS_LEVELS } from '../../model/grant.ts';
import { awsOptions } from '../aws-flags.ts';
import { type CommandOptions, defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { FLEET_FORMATS, printFleet, summarise } from '../fleet-output.ts';
import type { FleetArgs } from '../fleet-plan.ts';
import { runFleet } from '../fleet-run.ts';
import { checkNew } from '../write-whole.ts';

const options = {
  action: {
    choices: ['verify', 'audit', 'merge'] as const,
    demandOption: true,
    describe: 'verify or audit: every client of a fleet file; merge: results of several shards into one report',
  },
  files: {
    type: 'string',
    array: true,
    describe:
      'merge: what fleet verify or audit --output ndjson wrote, or state files; audit: what audit --save wrote, plans, templates, or folders of them, instead of -f',
  },
  file: { type: 'string', alias: 'f', requiresArg: true, describe: 'the fleet file' },
  concurrency: { type: 'string', requiresArg: true, describe: 'clients that are under way at once; default 64' },
  threads: { type: 'string', requiresArg: true, describe: 'threads that share the work; default: the processors' },
  resume: {
    type: 'boolean',
    describe: 'continue a run that was interrupted: what is done is not repeated',
  },
  state: { type: 'string', requiresArg: true, describe: 'file that remembers what is done; default: one per user' },
  shard: {
    type: 'string',
    requiresArg: true,
    describe: 'only a part of the clients: 2/4, or auto/4 under AWS Batch or Kubernetes',
  },
  'skip-invalid': { type: 'boolean', describe: 'go on with the others when some entries are wrong' },
  as: {
    choices: ['channelmix', 'simulate'] as const,
    requiresArg: true,
    describe:
      'verify, for entries that do not say: assume the roles (default), or evaluate their policies without a call',
  },
  probes: {
    choices: ['essential', 'all'] as const,
    requiresArg: true,
    describe: 'verify: essential (default): what has to work every day; all: as many as verify makes',
  },
  wait: {
    type: 'string',
    requiresArg: true,
    describe: 'verify: how long a change in IAM may take to spread; 0 (default): the first answer stands',
  },
  access: {
    choices: ACCESS_LEVELS,
    requiresArg: true,
    describe: 'audit of files: what ChannelMix is meant to have (default: minimal)',
  },
  accept: { type: 'string', requiresArg: true, describe: 'audit: file with findings that are accepted' },
  'last-accessed': {
    type: 'boolean',
    describe: 'audit: also ask IAM what was used of what is allowed',
  },
  'fail-on': {
    choices: ['error', 'warning', 'suggestion'] as const,
    requiresArg: true,
    describe: 'audit: a client fails from this severity on (default: error); security counts as error',
  },
  former: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'audit: results of a former run, to say what changed since; repeat for several files',
  },
  output: { choices: FLEET_FORMATS, default: 'text' as const, requiresArg: true, describe: 'format' },
  out: { type: 'string', requiresArg: true, describe: 'write the output into this file' },
  force: { type: 'boolean', default: false, describe: 'write over an existing file' },
  ...awsOptions,
} as const satisfies CommandOptions;

type Args = InferredOptionTypes<typeof options>;

export const command = defineCommand({
  options,
  examples: [
    ['$0 fleet verify -f fleet.yaml', 'every client of the file'],
    ['$0 fleet verify -f fleet.yaml --shard 1/4 --output ndjson --out shard-1.ndjson', 'a quarter of them'],
    [
      '$0 fleet audit -f fleet.yaml --output html --out audit.html',
      'what ChannelMix can do there, and whether it is too much',
    ],
    ['$0 fleet audit documents/', 'what was read before'],
    ['$0 fleet merge shard-*.ndjson --output html --out fleet.html', 'one page of all shards'],
  ],
  run: async (args, context) => {
    if (args.out !== undefined) await checkNew(args.out, args.force);
    return args.action === 'merge' ? merge(args, context) : runFleet(fleetArgs(args, args.action), context);
  },
});

type Flag = Exclude<keyof typeof options, 'action' | 'files'>;

/** Options that would do nothing, by what is done. */
const IDLE = {
  verify: ['accept', 'former', 'access', 'fail-on', 'last-accessed'],
  audit: ['as', 'probes', 'wait'],
  /** Beside a fleet file, which has it. */
  fleetFile: ['access'],
  /** Where files are audited: they need no AWS, and have no entries. */
  auditFiles: ['skip-invalid', 'last-accessed', 'profile', 'region', 'endpoint-url'],
  merge: [
    'concurrency',
    'threads',
    'resume',
    'state',
    'shard',
    'skip-invalid',
    'as',
    'probes',
    'wait',
    'access',
    'accept',
    'last-accessed',
    'fail-on',
    'former',
    'profile',
    'region',
    'endpoint-url',
  ],
} as const satisfies Readonly<Record<string, readonly Flag[]>>;

/** @throws KitError `usage` for an option that was given and would do nothing */
function refuseIdle(args: Args, flags: readonly Flag[], where: string, hint = 'Leave it out.'): void {
  const idle = flags.find((flag) => args[flag] !== undefined);
  if (idle !== undefined) throw new KitError('usage', `--${idle} means nothing ${where}`, { hint });
}

function fleetArgs(args: Args, action: FleetArgs['action']): FleetArgs {
  const { files = [], file } = args;
  refuseIdle(args, IDLE[action], `with fleet ${action}`);
  const [first] = files;
  if (first !== undefined && (action === 'verify' || file !== undefined)) {
    throw new KitError('usage', `fleet ${action}${action === 'audit' ? ' -f' : ''} takes no ${JSON.stringify(first)}`, {
      hint: 'The fleet file is named with -f.',
    });
  }
  if (file !== undefined) refuseIdle(args, IDLE.fleetFile, 'beside -f', 'Write it into the fleet file.');
  else if (first !== undefined) refuseIdle(args, IDLE.auditFiles, 'where files are audited');
  else {
    throw new KitError('usage', 'no fleet file was named', {
      hint: action === 'audit' ? 'Add -f fleet.yaml, or name files of audit --save.' : 'Add -f fleet.yaml.',
    });
  }
  return { ...args, action, files };
}

async function merge(args: Args, context: Context): Promise<number> {
  const { files = [], file, output, out, force } = args;
  const [first] = files;
  if (first === undefined) {
    throw new KitError('usage', 'nothing to merge', {
      hint: 'Name the files: fleet merge shard-1.ndjson shard-2.ndjson',
    });
  }
  if (file !== undefined)
    throw new KitError('usage', '-f is for fleet verify and fleet audit', { hint: 'Leave it out.' });
  refuseIdle(args, IDLE.merge, 'with fleet merge');
  const results = await findResults(files);
  for (const note of results.notes) context.note(`note: ${note}`);
  if (results.count === 0) throw new KitError('input', 'there are no results in these files');
  const summary = await summarise(results);
  const title = files.length === 1 ? first : `${files.length} files of results`;
  await printFleet(results, summary, { format: output, out, force }, { file: title, date: new Date(), context });
  return fleetExitCode(summary);
}
