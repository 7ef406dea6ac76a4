import { open } from 'node:fs/promises';
import { readGrant } from '../documents/read-grant.ts';
import { defaultLabel } from '../documents/schema-problems.ts';
import { PARTITIONS, type Partition } from '../model/arn.ts';
import { KitError } from '../model/errors.ts';
import { ACCESS_LEVELS, type AccessLevel, type AuthWay, type Grant } from '../model/grant.ts';
import type { CommandOptions } from './command.ts';

/** The flags that describe what is granted. */
export const grantOptions = {
  bucket: { type: 'string', array: true, requiresArg: true, describe: 'bucket; repeat for several' },
  prefix: {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'limit access to this folder; repeat for several',
  },
  'kms-key': {
    type: 'string',
    array: true,
    requiresArg: true,
    describe: 'ARN of the KMS key that encrypts the bucket',
  },
  config: { type: 'string', requiresArg: true, describe: 'read the grant from this channelmix.yaml instead' },
} as const satisfies CommandOptions;

/** Those of a whole grant: with the way in, its names, and what is made. */
export const wholeGrantOptions = {
  auth: { choices: ['role', 'key'] as const, requiresArg: true, describe: 'the way in (default: role)' },
  access: { choices: ACCESS_LEVELS, requiresArg: true, describe: 'what ChannelMix may do (default: minimal)' },
  ...grantOptions,
  'create-bucket': { type: 'boolean', describe: 'make the buckets, too' },
  'no-protect-bucket': { type: 'boolean', describe: 'let a bucket that is made go with the rest' },
  'role-name': { type: 'string', requiresArg: true, describe: 'name of the role, or of the user on the key way' },
  'role-path': { type: 'string', requiresArg: true, describe: 'IAM path, such as /vendors/' },
  'unique-name': { type: 'boolean', describe: 'add an unguessable suffix to the name' },
  'permissions-boundary': { type: 'string', requiresArg: true, describe: 'ARN of the policy that bounds the role' },
  tag: { type: 'string', array: true, requiresArg: true, describe: 'KEY=VALUE; repeat for several' },
  partition: { choices: PARTITIONS, requiresArg: true, describe: 'AWS partition of the account (default: aws)' },
} as const satisfies CommandOptions;

export interface GrantFlags {
  readonly auth?: AuthWay | undefined;
  readonly access?: AccessLevel | undefined;
  readonly bucket?: readonly string[] | undefined;
  readonly prefix?: readonly string[] | undefined;
  readonly 'kms-key'?: readonly string[] | undefined;
  readonly 'create-bucket'?: boolean | undefined;
  readonly 'no-protect-bucket'?: boolean | undefined;
  readonly 'role-name'?: string | undefined;
  readonly 'role-path'?: string | undefined;
  readonly 'unique-name'?: boolean | undefined;
  readonly 'permissions-boundary'?: string | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly partition?: Partition | undefined;
}

/**
 * The grant that a command is given: by flags or by `--config`, never by both.
 *
 * @throws KitError `input` that names the flag or the place in the file, `usage`
 */
export async function readGrantArguments(args: GrantFlags & { readonly config?: string | undefined }): Promise<Grant> {
  if (args.config === undefined) return grantFromFlags(args);
  const flags = (Object.keys(wholeGrantOptions) as (keyof typeof wholeGrantOptions)[]).filter(
    (flag) => flag !== 'config',
  );
  const given = flags.find((flag) => args[flag] !== undefined);
  if (given === undefined) return readGrantFile(args.config);
  throw new KitError('usage', `--${given} means nothing beside --config`, {
    hint: `Leave it out, and write it into ${args.config}.`,
  });
}

/**
 * The grant that flags describe; every prefix counts for every bucket, and of several keys the n-th is the n-th bucket's.
 *
 * @throws KitError `input` that names the flag, `usage` when keys and buckets do not pair up
 */
export function grantFromFlags(flags: GrantFlags): Grant {
  const names = flags.bucket ?? [];
  const keys = flags['kms-key'] ?? [];
  if (names.length === 0) throw new KitError('usage', 'no bucket was named', { hint: 'Add --bucket NAME.' });
  if (keys.length > 1 && keys.length !== names.length) {
    throw new KitError('usage', `${keys.length} KMS keys do not pair up with ${names.length} buckets`, {
      hint: 'Give one --kms-key for all buckets, or one for each in the same order.',
    });
  }
  const buckets = names.map((name, index) =>
    given({
      name,
      create: flags['create-bucket'],
      prefixes: flags.prefix,
      kmsKeyArn: keys[keys.length === 1 ? 0 : index],
    }),
  );
  const input = given({
    auth: flags.auth,
    access: flags.access,
    buckets,
    roleName: flags['role-name'],
    rolePath: flags['role-path'],
    uniqueName: flags['unique-name'],
    permissionsBoundary: flags['permissions-boundary'],
    tags: flags.tag === undefined ? undefined : readTags(flags.tag),
    protectBucket: flags['no-protect-bucket'] === true ? false : undefined,
    partition: flags.partition,
  });
  return readGrant(input, { name: 'The command line', label: flagLabel });
}

/** Without the members that were not given. */
function given(input: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

function readTags(tags: readonly string[]): Readonly<Record<string, string>> {
  const entries = tags.map((tag): [string, string] => {
    const at = tag.indexOf('=');
    if (at > 0) return [tag.slice(0, at), tag.slice(at + 1)];
    throw new KitError('usage', `--tag "${tag}" is not KEY=VALUE`, { hint: 'Such as --tag team=marketing.' });
  });
  const twice = entries.find(([key], index) => entries.findIndex(([other]) => other === key) !== index);
  if (twice === undefined) return Object.fromEntries(entries);
  throw new KitError('usage', `--tag ${twice[0]} was given twice`, { hint: 'Give it once.' });
}

/** More than the reader of grants accepts; whatever lies behind it (a device, a log) is not read. */
const MAX_BYTES = 65_537;

/** Reads a grant file. @throws KitError `input` */
export async function readGrantFile(path: string): Promise<Grant> {
  const text = await readStart(path).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new KitError('input', `cannot read ${path}: ${reason === 'ENOENT' ? 'there is no such file' : reason}`, {
      cause,
    });
  });
  // Most commands are given flags and need no parser of YAML.
  const { readGrantYaml } = await import('../documents/read-yaml.ts');
  return readGrantYaml(text, path);
}

async function readStart(path: string): Promise<string> {
  const file = await open(path);
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of file.createReadStream({ end: MAX_BYTES - 1, autoClose: false }))
      chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString('utf8');
  } finally {
    await file.close();
  }
}

/** What a user would look for on the command line. */
function flagLabel(path: readonly string[]): string {
  const [first, , third] = path;
  if (first === 'buckets') {
    if (third === 'prefixes') return '--prefix';
    return third === 'kmsKeyArn' ? '--kms-key' : '--bucket';
  }
  if (first === 'tags') return '--tag';
  const name = defaultLabel(path).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `--${name}`;
}
