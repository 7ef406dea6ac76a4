import { realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { checkRegion } from '../aws/endpoint.ts';
import { readAuditRoleArn } from '../documents/read-role-arn.ts';
import { KitError } from '../model/errors.ts';
import { readNamedUser } from './named-user.ts';

/** The options that say where the facts come from, and what goes with them. */
export interface AuditOptionsGiven {
  readonly 'role-arn'?: string | undefined;
  readonly user?: string | undefined;
  readonly from?: string | undefined;
  readonly plan?: string | undefined;
  readonly identity?: readonly string[] | undefined;
  readonly trust?: string | undefined;
  readonly boundary?: string | undefined;
  readonly 'bucket-policy'?: readonly string[] | undefined;
  readonly 'key-policy'?: readonly string[] | undefined;
  readonly scp?: readonly string[] | undefined;
  readonly rcp?: readonly string[] | undefined;
  readonly parameter?: readonly string[] | undefined;
  readonly principal?: string | undefined;
  readonly 'last-accessed'?: boolean | undefined;
  readonly bucket?: readonly string[] | undefined;
  readonly prefix?: readonly string[] | undefined;
  readonly 'kms-key'?: readonly string[] | undefined;
  readonly access?: string | undefined;
  readonly config?: string | undefined;
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly 'endpoint-url'?: string | undefined;
  readonly output?: string | undefined;
  readonly save?: string | undefined;
  readonly out?: string | undefined;
  readonly baseline?: string | undefined;
  readonly accept?: string | undefined;
  readonly force?: boolean | undefined;
  readonly 'fail-on'?: string | undefined;
  readonly 'print-permissions'?: boolean | undefined;
}

export type AuditWay = 'aws' | 'file' | 'policies';

const POLICY_FILES = ['identity', 'trust', 'boundary', 'bucket-policy', 'key-policy', 'scp', 'rcp'] as const;
const OF_AWS = ['profile', 'endpoint-url', 'last-accessed'] as const;
const MEANT = ['bucket', 'prefix', 'kms-key', 'access'] as const;
/** Files that are read, beside the policy documents. */
const READ = ['from', 'plan', 'baseline', 'accept', 'config'] as const;

/**
 * Where the facts of an audit come from. Refuses options that exclude each other or would do nothing, before anything is done.
 *
 * @throws KitError `usage`
 */
export function auditWay(args: AuditOptionsGiven): AuditWay {
  const sources = [
    ...(['role-arn', 'user', 'from', 'plan'] as const).filter((flag) => args[flag] !== undefined),
    ...POLICY_FILES.filter((flag) => args[flag] !== undefined && flag !== 'bucket-policy').slice(0, 1),
  ];
  const [source, second] = sources;
  if (source === undefined) {
    throw args['bucket-policy'] === undefined
      ? new KitError('usage', 'nothing to audit was named', {
          hint: 'Give --role-arn ARN, --user NAME, --plan FILE, --from FILE, or --identity FILE with --trust FILE.',
        })
      : new KitError('usage', 'nobody was named: a bucket policy alone is of no role and of no user', {
          hint: 'Add --identity FILE, and --trust FILE for a role.',
        });
  }
  if (second !== undefined) {
    throw new KitError('usage', `--${source} and --${second} exclude each other`, {
      hint: 'An audit has one source: leave one of them out.',
    });
  }
  const way =
    source === 'role-arn' || source === 'user' ? 'aws' : source === 'from' || source === 'plan' ? 'file' : 'policies';
  refuseIdle(args, way);
  checkNames(args);
  return way;
}

/** Before anything is asked: the name of a role would be taken for a user's, and what is no name at all for one that does not exist. */
function checkNames({ 'role-arn': roleArn, user, region }: AuditOptionsGiven): void {
  if (roleArn !== undefined) readAuditRoleArn(roleArn, '--role-arn');
  if (user !== undefined)
    readNamedUser(user, { what: 'This user cannot be audited:', ofRole: 'is a role: name it by --role-arn' });
  if (region !== undefined) checkRegion(region);
}

/**
 * Refuses to write over what is read, and two reports in one file, however the paths are written.
 *
 * @throws KitError `usage`
 */
export async function refuseSameFiles(args: AuditOptionsGiven): Promise<void> {
  const read = [...READ, ...POLICY_FILES].flatMap((flag) =>
    [args[flag] ?? []].flat().flatMap((path) => (path === '-' ? [] : [{ flag, path }])),
  );
  const written = (['save', 'out'] as const).flatMap((flag) => {
    const path = args[flag];
    return path === undefined ? [] : [{ flag, path }];
  });
  const flagOf = new Map<string, string>();
  for (const { flag, path } of [...read, ...written]) {
    const real = await realPath(path);
    const other = flagOf.get(real);
    if (other !== undefined && (flag === 'save' || flag === 'out')) {
      throw new KitError('usage', `--${other} and --${flag} name the same file`, {
        hint: 'Give each a file of its own.',
      });
    }
    flagOf.set(real, flag);
  }
}

/** Where a path leads; of a file that is not there yet, where it would be. */
async function realPath(path: string): Promise<string> {
  return realpath(path).catch(async () => {
    const folder = dirname(resolve(path));
    return join(await realpath(folder).catch(() => folder), basename(path));
  });
}

function refuseIdle(args: AuditOptionsGiven, way: AuditWay): void {
  const set = (flags: readonly (keyof AuditOptionsGiven)[]) => flags.find((flag) => args[flag] !== undefined);
  const idle =
    (way === 'aws' ? set([...POLICY_FILES, 'principal', 'parameter']) : undefined) ??
    // Findings for Security Hub name a region.
    (way === 'aws' ? undefined : set(args.output === 'asff' ? OF_AWS : [...OF_AWS, 'region'])) ??
    (way === 'file' ? set(POLICY_FILES) : set(['parameter']));
  if (idle !== undefined) {
    const means = {
      aws: 'beside a role or user that is read from AWS',
      file: 'beside a file that has everything',
      policies: 'where nothing is read from AWS',
    };
    throw new KitError('usage', `--${idle} means nothing ${means[way]}`, { hint: 'Leave it out.' });
  }
  const meant = set(MEANT);
  if (args.config !== undefined && meant !== undefined) {
    throw new KitError('usage', `--${meant} means nothing beside --config`, {
      hint: `Leave it out, and write it into ${args.config}.`,
    });
  }
  const nameless = args.bucket === undefined ? set(['prefix', 'kms-key']) : undefined;
  if (nameless !== undefined) {
    throw new KitError('usage', `--${nameless} is of a bucket, and none was named`, { hint: 'Add --bucket NAME.' });
  }
  refuseBesidePermissions(args);
  if (readsOfStdin(args) > 1) {
    throw new KitError('usage', 'stdin can be read once only', { hint: 'Name files for the others.' });
  }
}

function readsOfStdin(args: AuditOptionsGiven): number {
  return [...READ, ...POLICY_FILES].flatMap((flag) => args[flag] ?? []).filter((path) => path === '-').length;
}

/** The policy that an audit needs is printed, and nothing is audited: no report is made, compared, or written. */
function refuseBesidePermissions(args: AuditOptionsGiven): void {
  if (args['print-permissions'] !== true) return;
  const idle = (['save', 'out', 'baseline', 'accept', 'output', 'fail-on', 'force'] as const).find(
    (flag) => args[flag] !== undefined && args[flag] !== DEFAULTS[flag],
  );
  if (idle === undefined) return;
  throw new KitError('usage', `--${idle} means nothing beside --print-permissions, which makes no report`, {
    hint: 'Leave it out.',
  });
}

const DEFAULTS: Readonly<Record<string, unknown>> = { output: 'text', 'fail-on': 'error', force: false };
