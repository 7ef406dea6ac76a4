import { KitError } from '../model/errors.ts';

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
}

export type AuditWay = 'aws' | 'file' | 'policies';

const POLICY_FILES = ['identity', 'trust', 'boundary', 'bucket-policy', 'key-policy', 'scp', 'rcp'] as const;
const OF_AWS = ['profile', 'endpoint-url', 'last-accessed'] as const;
const MEANT = ['bucket', 'prefix', 'kms-key', 'access'] as const;

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
    throw new KitError('usage', 'nothing to audit was named', {
      hint: 'Give --role-arn ARN, --user NAME, --plan FILE, --from FILE, or --identity FILE with --trust FILE.',
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
  return way;
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
  if (args.save !== undefined && args.save === args.out) {
    throw new KitError('usage', '--save and --out name the same file', { hint: 'Give each a file of its own.' });
  }
}
