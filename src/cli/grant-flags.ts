import { open } from 'node:fs/promises';
import { readGrant } from '../documents/read-grant.ts';
import { defaultLabel } from '../documents/schema-problems.ts';
import { KitError } from '../model/errors.ts';
import type { AccessLevel, AuthWay, Grant } from '../model/grant.ts';
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

interface GrantFlags {
  readonly bucket?: readonly string[] | undefined;
  readonly prefix?: readonly string[] | undefined;
  readonly 'kms-key'?: readonly string[] | undefined;
  readonly partition?: string | undefined;
  readonly access: AccessLevel;
  readonly auth: AuthWay;
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
  const buckets = names.map((name, index) => {
    const kmsKeyArn = keys[keys.length === 1 ? 0 : index];
    return {
      name,
      ...(flags.prefix === undefined ? {} : { prefixes: flags.prefix }),
      ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    };
  });
  const input = {
    auth: flags.auth,
    access: flags.access,
    buckets,
    ...(flags.partition === undefined ? {} : { partition: flags.partition }),
  };
  return readGrant(input, { name: 'The command line', label: flagLabel });
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
  const name = defaultLabel(path).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return `--${name}`;
}
