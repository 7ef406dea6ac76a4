import { shellWord } from '../model/shell.ts';
import type { FleetArgs } from './fleet-plan.ts';

/** Options that a run which goes on has to have again: without them its answer would be another one, or at another place. */
const VALUES = [
  'shard',
  'state',
  'concurrency',
  'threads',
  'as',
  'probes',
  'wait',
  'access',
  'accept',
  'fail-on',
  'former',
  'profile',
  'region',
  'endpoint-url',
  'out',
] as const;

/** The command that goes on where a run ended, as a shell takes it. */
export function resumeCommand(args: FleetArgs): string {
  const source = args.file === undefined ? args.files : ['-f', args.file];
  const values = VALUES.flatMap((name) => [args[name] ?? []].flat().flatMap((value) => [`--${name}`, value]));
  const words = [
    ...source,
    ...values,
    ...(args.output === 'text' ? [] : ['--output', args.output]),
    // The file is there by now.
    ...(args.out === undefined ? [] : ['--force']),
    ...(args['skip-invalid'] === true ? ['--skip-invalid'] : []),
    ...(args['last-accessed'] === true ? ['--last-accessed'] : []),
  ];
  return `channelmix-s3 fleet ${args.action} ${words.map(shellWord).join(' ')} --resume`;
}
