import type { AuditCell } from '../../model/audit.ts';
import type { StatementRef } from '../../model/decision.ts';
import { covers, intersects, isWild } from '../../model/wildcard-compare.ts';
import { type ActionFacts, findAction, isReading, SERVICES } from '../../operations/catalogue.ts';
import type { AuditContext } from '../types.ts';
import { blame } from './blame.ts';
import { reachOf } from './effective.ts';

/** One action of S3 that is allowed and not needed. */
export interface S3Excess {
  readonly facts: ActionFacts;
  /**
   * `inside`: in an expected bucket; `beside`: there, and outside the folders that are meant; `outside`: in other buckets; `access-point`: in
   * whatever bucket an access point leads to.
   */
  readonly where: 'inside' | 'beside' | 'outside' | 'access-point' | 'account';
  /** The bucket, or what stands for many (`acme-*`, `*`), or ARNs of access points; empty for the account. */
  readonly bucket: string;
  readonly statement?: StatementRef;
}

/** What S3 lets the principal do beyond what is expected, by action and bucket. What only an unread policy may allow is left out. */
export function s3ExcessOf(context: AuditContext): readonly S3Excess[] {
  return context.once(s3ExcessOf, () => {
    const cells = context.matrix().filter(({ action, excess }) => excess.length > 0 && action.startsWith('s3:'));
    // Actions that the same statements are about share what was found.
    const places = new Map<AuditCell['excess'], readonly Blamed[]>();
    const all = cells.flatMap((cell) => {
      const facts = findAction(cell.action);
      if (facts === undefined) return [];
      const found = places.get(cell.excess) ?? placesOfCell(context, cell);
      places.set(cell.excess, found);
      return found.map((place) => ({
        facts,
        ...(managesAccessPoint(place, facts) ? { ...place, ...ACCOUNT } : place),
      }));
    });
    all.push(...ofOtherKinds(context));
    return [...new Map(all.map((one) => [`${one.facts.action} ${one.where} ${one.bucket}`, one])).values()];
  });
}

/** The same as the matrix has it, by action and pattern of resources. */
export function s3ExcessAreas(
  context: AuditContext,
): readonly { readonly action: string; readonly resource: string }[] {
  return context
    .matrix()
    .filter(({ action }) => action.startsWith('s3:'))
    .flatMap(({ action, excess }) =>
      countedParts(excess).flatMap(({ resources }) => resources.map((resource) => ({ action, resource }))),
    );
}

/** What only an unread policy may allow is left out. */
export function countedParts(excess: AuditCell['excess']): AuditCell['excess'] {
  return excess.filter(({ decision, asRead = 'deny' }) => decision !== 'unknown' || asRead !== 'deny');
}

type Blamed = Omit<S3Excess, 'facts'>;

function placesOfCell(context: AuditContext, { action, kind, excess, statement }: AuditCell): readonly Blamed[] {
  const counted = countedParts(excess);
  const base = (resource: string) => {
    const blamed = blame(context, action, resource, statement);
    return blamed === undefined ? {} : { statement: blamed };
  };
  if (kind === 'none') return counted.length === 0 ? [] : [{ ...base('*'), ...ACCOUNT }];
  return counted.flatMap(({ resources, except = [] }) =>
    resources.flatMap((resource) =>
      placesOf(context, resource, except).map((place) => ({ ...base(resource), ...place })),
    ),
  );
}

type Where = Pick<S3Excess, 'where' | 'bucket'>;

const ACCOUNT = { where: 'account', bucket: '' } as const;

/** Whether the action is about the access point itself, and not about what lies behind it. */
function managesAccessPoint({ where }: Where, { resources }: ActionFacts): boolean {
  return where === 'access-point' && !resources.some((kind) => kind === 'bucket' || kind === 'object');
}

/** Where a pattern leads. */
function placesOf({ expected, arnOf }: AuditContext, resource: string, except: readonly string[]): readonly Where[] {
  const [, head = '', name, slash, key] = /^(arn:[^:]*:s3:::)([^/]*)(\/)?(.*)$/s.exec(resource) ?? [];
  if (name === undefined) {
    const [accessPoint] = /^arn:[^:]*:s3:[^:]*:[^:]*:accesspoint\/[^/]*/.exec(resource) ?? [];
    return [accessPoint === undefined ? ACCOUNT : { where: 'access-point', bucket: accessPoint }];
  }
  const own = expected.buckets.flatMap((bucket): readonly Where[] => {
    if (!intersects(name, bucket.name)) return [];
    const there = slash === undefined ? arnOf(bucket) : `${arnOf(bucket)}/${key}`;
    if (except.some((one) => covers(one, there))) return [];
    return sidesOf(bucket.prefixes, slash === undefined ? undefined : key, (folder) =>
      except.some((one) => covers(one, `${arnOf(bucket)}/${folder}*`)),
    ).map((where) => ({ where, bucket: bucket.name }));
  });
  const isOwn = expected.buckets.some((bucket) => bucket.name === name);
  const others = isOwn || head === '' ? [] : [{ where: 'outside', bucket: name } as const];
  return [...own, ...others];
}

/** Whether a pattern of keys leads into the folders that are meant, out of them, or both. */
function sidesOf(
  prefixes: readonly string[],
  key: string | undefined,
  isExcepted: (folder: string) => boolean,
): readonly ('inside' | 'beside')[] {
  if (prefixes.length === 0 || key === undefined) return ['inside'];
  const inside = prefixes.some((prefix) => intersects(key, `${prefix}*`) && !isExcepted(prefix));
  const beside = !prefixes.some((prefix) => covers(`${prefix}*`, key));
  return [...(inside ? (['inside'] as const) : []), ...(beside ? (['beside'] as const) : [])];
}

/** Access points, jobs and the like: the matrix has rows for those only that a policy names. */
function ofOtherKinds(context: AuditContext): readonly S3Excess[] {
  if (context.expected.access === 'full') return [];
  const reach = reachOf(context);
  return [...(SERVICES.get('s3')?.actions.values() ?? [])]
    .filter(
      ({ resources }) => resources.length > 0 && !resources.some((kind) => kind === 'bucket' || kind === 'object'),
    )
    .flatMap((facts) => {
      const found = reach.of(facts.action);
      return found === undefined ? [] : [{ facts, where: 'account' as const, bucket: '', statement: found.statement }];
    });
}

/** ARNs of access points, in words. */
export function accessPointWords(arn: string): string {
  if (/:\*:\*:accesspoint\/\*$/.test(arn)) return 'every access point';
  return isWild(arn) ? `every access point that is called like ${arn}` : `access point ${arn}`;
}

/** A bucket's name, or what stands for many, in words. */
export function bucketWords(bucket: string): string {
  if (/^\*+$/.test(bucket)) return 'every bucket';
  return isWild(bucket) ? `every bucket that is called like ${bucket}` : `bucket ${bucket}`;
}

/** What an action beyond the expected is good for. */
export type Risk =
  | 'permissions'
  | 'bucket-deletion'
  | 'history'
  | 'copies'
  | 'list-buckets'
  | 'level'
  | 'read'
  | 'write';

/** Ends or rewrites what versions, locks and lifecycles keep. */
const HISTORY = new Set(
  'DeleteObjectVersion DeleteObjectVersionAnnotation PutLifecycleConfiguration PutBucketVersioning BypassGovernanceRetention PutObjectRetention PutObjectLegalHold PutBucketObjectLockConfiguration'.split(
    ' ',
  ),
);
/**
 * Sends data, or what is known of it, somewhere else by itself. ReplicateObject and its like are not among them: they write, where replicas
 * arrive. https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */
const COPIES = new Set(
  'PutReplicationConfiguration InitiateReplication PutBucketNotification PutInventoryConfiguration PutBucketLogging PutAnalyticsConfiguration PutStorageLensConfiguration CreateJob CreateBucketMetadataTableConfiguration'.split(
    ' ',
  ),
);
/** Opens a door of its own to the data, though the catalogue does not count it among permissions. */
const DOORS = new Set(
  'CreateAccessPoint CreateAccessPointForObjectLambda CreateMultiRegionAccessPoint PutAccessPointConfigurationForObjectLambda PutBucketAbac'.split(
    ' ',
  ),
);

/** The risk of an action within the bucket or the account. */
export function riskOf(facts: ActionFacts): Risk {
  const { name, access } = facts;
  if (HISTORY.has(name)) return 'history';
  if (COPIES.has(name)) return 'copies';
  if (access === 'Permissions management' || DOORS.has(name)) return 'permissions';
  if (name === 'DeleteBucket') return 'bucket-deletion';
  if (name === 'ListAllMyBuckets') return 'list-buckets';
  return isReading(facts) ? 'read' : 'write';
}
