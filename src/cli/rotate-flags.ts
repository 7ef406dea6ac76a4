import type { InferredOptionTypes } from 'yargs';
import { readAccessKeyId } from '../documents/read-access-key-id.ts';
import { KitError } from '../model/errors.ts';
import { ACCESS_LEVELS, type Grant } from '../model/grant.ts';
import { type RotateStep, rotateCommand } from '../rotate/index.ts';
import { awsOptions, connectionFlags } from './aws-flags.ts';
import type { CommandOptions } from './command.ts';
import { readDuration } from './duration.ts';
import { grantOptions, readGrantArguments } from './grant-flags.ts';
import { type NamedUser, readNamedUser } from './named-user.ts';

/** The options of `rotate`. */
export const rotateOptions = {
  user: { type: 'string', requiresArg: true, describe: 'the IAM user whose key is replaced: name or ARN' },
  'access-key-id': {
    type: 'string',
    requiresArg: true,
    describe: 'the key that is replaced (default: the older one)',
  },
  step: {
    choices: ['create', 'deactivate'] as const,
    requiresArg: true,
    describe: 'take this step only (default: the one that follows from the keys)',
  },
  delete: { type: 'boolean', default: false, describe: 'delete the old key, which is inactive' },
  undo: { type: 'boolean', default: false, describe: 'make the old key active again' },
  discard: { type: 'boolean', default: false, describe: 'delete the new key, whose secret is lost' },
  ...grantOptions,
  access: { choices: ACCESS_LEVELS, requiresArg: true, describe: 'what was granted (default: minimal)' },
  'secret-file': {
    type: 'string',
    requiresArg: true,
    describe: 'write the form with the new secret to this file, which only you may read',
  },
  'show-secret': {
    type: 'boolean',
    default: false,
    describe: 'print the form with the new secret; on a terminal only',
  },
  'quiet-for': {
    type: 'string',
    requiresArg: true,
    describe: 'how long the old key was not used before it is deactivated (default: 24h)',
  },
  'quiet-for-delete': {
    type: 'string',
    requiresArg: true,
    describe: 'how long it was not used before it is deleted (default: 7d)',
  },
  force: { type: 'boolean', default: false, describe: 'deactivate the old key although it may be in use' },
  yes: { type: 'string', requiresArg: true, describe: 'the id of the key that may be deleted, instead of a question' },
  wait: { type: 'string', requiresArg: true, describe: 'how long a new key may take to spread (default: 60s)' },
  plan: { type: 'boolean', default: false, describe: 'say what would be done, and do nothing' },
  'print-permissions': {
    type: 'boolean',
    default: false,
    describe: 'print the smallest policy that a rotation needs, and stop',
  },
  output: { choices: ['text', 'json'] as const, default: 'text' as const, requiresArg: true, describe: 'format' },
  ...awsOptions,
} as const satisfies CommandOptions;

export type RotateArguments = InferredOptionTypes<typeof rotateOptions>;

/** The user that is named. @throws KitError `input` for what is no user, `usage` where nobody is named */
export function readUser({ user, 'access-key-id': keyId }: RotateArguments): NamedUser | undefined {
  if (user === undefined) {
    if (keyId !== undefined) return undefined;
    throw new KitError('usage', 'nothing to rotate was named', { hint: 'Add --user NAME, or --access-key-id ID.' });
  }
  return readNamedUser(user, {
    what: 'This user cannot be rotated:',
    ofRole: 'is a role, which has no key to rotate',
  });
}

/** How long is waited for what, in milliseconds. @throws KitError `usage` for what is no duration */
export function readTimes(args: RotateArguments) {
  return {
    quietForMs: readDuration(args['quiet-for'] ?? '24h', '--quiet-for', 'year'),
    quietForDeleteMs: readDuration(args['quiet-for-delete'] ?? '7d', '--quiet-for-delete', 'year'),
    waitMs: readDuration(args.wait ?? '60s', '--wait'),
  };
}

/** The key that is named. @throws KitError `input` */
export function readOldKey({ 'access-key-id': id }: RotateArguments): string | undefined {
  return id === undefined ? undefined : readAccessKeyId(id, '--access-key-id');
}

/** The step that is named. @throws KitError `usage` for two of them, and for flags that mean nothing for it */
export function readStep(args: RotateArguments): RotateStep | undefined {
  const named = (['delete', 'undo', 'discard'] as const).filter((name) => args[name]);
  const steps = [...(args.step === undefined ? [] : [`--step ${args.step}`]), ...named.map((name) => `--${name}`)];
  if (steps.length > 1) {
    throw new KitError('usage', `${steps.join(' and ')} exclude each other`, { hint: 'A run takes one step.' });
  }
  const step = args.step ?? named[0];
  checkUsage(args, step);
  return step;
}

const DESTINATION = ['secret-file', 'show-secret'] as const;
const OF_CREATE = ['bucket', 'prefix', 'kms-key', 'config', 'access', 'wait', ...DESTINATION] as const;

/** Flags about the judgement of one step. */
const OF_JUDGEMENT = { 'quiet-for': 'deactivate', 'quiet-for-delete': 'delete' } as const;

/** With what goes beside `--print-permissions`: whose policy, in which partition, and what a printed command repeats. */
const OF_PERMISSIONS: readonly string[] = ['user', 'print-permissions', 'profile', 'region', 'endpoint-url'];

/** Says of an option whether it was given. */
function givenIn(args: RotateArguments): (name: keyof RotateArguments) => boolean {
  return (name) => args[name] !== undefined && args[name] !== false;
}

function checkUsage(args: RotateArguments, step: RotateStep | undefined): void {
  const given = givenIn(args);
  const idle = step === undefined || step === 'create' ? undefined : OF_CREATE.find(given);
  const judging = (Object.keys(OF_JUDGEMENT) as (keyof typeof OF_JUDGEMENT)[]).find(
    (flag) => step !== undefined && OF_JUDGEMENT[flag] !== step && given(flag),
  );
  const unprinted = (Object.keys(rotateOptions) as (keyof typeof rotateOptions)[]).find(
    (flag) => !OF_PERMISSIONS.includes(flag) && given(flag) && args[flag] !== 'text',
  );
  const mistakes: readonly (readonly [isWrong: boolean, message: string, hint: string])[] = [
    [
      args['print-permissions'] && args.user !== undefined && unprinted !== undefined,
      `--${unprinted} means nothing beside --print-permissions, which prints one policy for all steps`,
      'Leave it out.',
    ],
    [idle !== undefined, `--${idle} is for the new key, and no key is made by this step`, 'Leave it out.'],
    [judging !== undefined, `--${judging} means nothing for this step`, 'Leave it out.'],
    [
      args['secret-file'] === '-',
      '--secret-file takes a file: no secret goes to stdout, which is a pipe or a log as often as not',
      'Name a file, or take --show-secret on a terminal.',
    ],
    [DESTINATION.every(given), '--secret-file and --show-secret exclude each other', 'Leave out one of them.'],
    [
      args['show-secret'] && args.output === 'json',
      '--show-secret does not go with --output json: no secret is in a report',
      'Take --secret-file FILE.',
    ],
    [
      args.yes !== undefined && step !== 'delete' && step !== 'discard',
      '--yes names a key that may be deleted, and no key is deleted without --delete or --discard',
      'Leave it out.',
    ],
    [
      args.force && (step === 'delete' || step === 'discard' || step === 'undo'),
      '--force is for the deactivation: nothing forces a deletion',
      step === 'delete' ? 'Leave it out; --quiet-for-delete says how long the key was not used.' : 'Leave it out.',
    ],
    [
      args.force && (step === 'create' || DESTINATION.some(given)),
      '--force is for the deactivation of the old key, and a new key is to be made',
      'Leave it out: a secret is never written over a file.',
    ],
  ];
  const wrong = mistakes.find(([isWrong]) => isWrong);
  if (wrong !== undefined) throw new KitError('usage', wrong[1], { hint: wrong[2] });
}

/**
 * Refuses what is of a new key where the step that follows from the keys makes none: whoever runs the command of the first step once more
 * must not take the second by it.
 *
 * @throws KitError `usage` that says what is next
 */
export function refuseIdleFlags(args: RotateArguments, step: RotateStep, userName: string | undefined): void {
  const idle = step === 'create' ? undefined : OF_CREATE.find(givenIn(args));
  if (idle === undefined) return;
  const command = (...flags: readonly string[]) =>
    userName === undefined
      ? 'the same without it'
      : rotateCommand({ userName, connection: connectionFlags(args) }, ...flags);
  throw new KitError('usage', `--${idle} is for a new key, and the second key is there already; nothing was done`, {
    hint:
      step === 'delete'
        ? `One of the two is inactive. When nobody misses it: ${command('--delete')}`
        : `Once ChannelMix works with the new key, the old one is deactivated by: ${command()}`,
  });
}

/** The grant that the new key is verified against; `undefined` where none is described. @throws KitError `input`, `usage` */
export async function readKeyGrant(args: RotateArguments): Promise<Grant | undefined> {
  const { bucket, prefix, 'kms-key': kmsKey, config, access } = args;
  const flags = { bucket, prefix, 'kms-key': kmsKey, access };
  if (config === undefined && Object.values(flags).every((value) => value === undefined)) return undefined;
  const grant = await readGrantArguments({ ...flags, config, ...(config === undefined ? { auth: 'key' } : {}) });
  if (grant.auth === 'key') return grant;
  throw new KitError('usage', `${config} describes the role way, which has no key to rotate`, {
    hint: 'Name the buckets by --bucket.',
  });
}
