import type { AskedPermission, RequestVerdict } from '../../diagnose/index.ts';
import type { Unreadable } from '../../model/access-documents.ts';
import type { AuditBucket } from '../../model/audit-documents.ts';
import { isJsonObject } from '../../model/policy.ts';
import { expectedPolicies } from '../expectation.ts';
import { untold, untoldBucket } from '../sources/untold.ts';
import type { AuditContext } from '../types.ts';
import { conditionsOf, type Stated, statementsOf, textsOf } from './statements.ts';

/** One permission that ChannelMix needs, and what the documents say about it. */
export interface Need {
  readonly bucket: AuditBucket;
  /** Folder that it is for; empty for the whole bucket, and for keys. */
  readonly prefix: string;
  readonly action: string;
  readonly resource: string;
  readonly verdict: RequestVerdict;
  /** Nothing that was read allows it; only a bucket policy that was not read might. */
  readonly onlyUnread: boolean;
  /** What could not be read and may decide otherwise. */
  readonly reservations: readonly Unreadable[];
}

/** What stands for the name of a file: any will do. */
const SAMPLE = 'channelmix.csv';

/**
 * What ChannelMix needs, by bucket and folder, KMS included: each permission with its verdict. Of full access it is what extended access has,
 * since nothing that ChannelMix does takes more.
 */
export function needsOf(context: AuditContext): readonly Need[] {
  return context.once(needsOf, () => context.expected.buckets.flatMap((bucket) => needsOfBucket(context, bucket)));
}

/** The buckets that are meant; of those that no source speaks of only the name is known. */
export function expectedBuckets({ documents, expected, once }: AuditContext): readonly AuditBucket[] {
  return once(expectedBuckets, () => {
    const tell = untold('the audited documents say nothing of this bucket');
    return expected.buckets.map(
      ({ name }) => documents.buckets.find((bucket) => bucket.name === name) ?? untoldBucket(name, tell),
    );
  });
}

function needsOfBucket(context: AuditContext, named: AuditContext['expected']['buckets'][number]): readonly Need[] {
  const { documents, expected } = context;
  const bucket = expectedBuckets(context).find(({ name }) => name === named.name);
  const access = expected.access === 'full' ? 'extended' : expected.access;
  const policies = expectedPolicies(documents, { ...expected, access, buckets: [named] });
  if (bucket === undefined) return [];
  const arn = context.arnOf(bucket);
  const object = `${arn}/${named.prefixes[0] ?? ''}${SAMPLE}`;
  const asked = policies.flatMap(statementsOf).flatMap((stated) => askedBy(stated, arn, object));
  return asked.map(({ prefix, ...one }) => {
    const { decisive, reservations } = context.judge([one], bucket);
    const { action, resource } = one;
    const onlyUnread = decisive.result === 'open' && isDeniedAsRead(context, one, bucket);
    return { bucket, prefix, action, resource, verdict: decisive, onlyUnread, reservations };
  });
}

/** The answer if the bucket were the account's own and had no policy. */
function isDeniedAsRead(context: AuditContext, asked: AskedPermission, bucket: AuditBucket): boolean {
  const owner = bucket.owner.state === 'unreadable' ? context.documents.principal.account : undefined;
  const bare: AuditBucket = {
    ...bucket,
    ...(bucket.policy.state === 'unreadable' ? { policy: { state: 'absent' } } : {}),
    ...(owner === undefined ? {} : { owner: { state: 'read', value: owner } }),
  };
  return context.judge([asked], bare).result === 'deny';
}

/** The requests that one statement of an expected policy is for, each on a sample of what it names. */
function askedBy(
  { statement }: Stated,
  bucket: string,
  object: string,
): readonly (AskedPermission & { readonly prefix: string })[] {
  const resources = isJsonObject(statement) ? textsOf(statement.Resource) : [];
  const folders = conditionsOf(statement).find(({ key }) => key === 's3:prefix')?.values ?? [];
  return textsOf(statement.Action).flatMap((action) =>
    resources.flatMap((resource) => {
      if (action.startsWith('kms:')) return [{ action, resource, object, prefix: '' }];
      if (resource !== bucket) {
        const folder = resource.slice(bucket.length + 1, -1);
        return [{ action, resource: `${bucket}/${folder}${SAMPLE}`, prefix: folder }];
      }
      if (action !== 's3:ListBucket') return [{ action, resource, prefix: '' }];
      const listed = folders.length === 0 ? [''] : folders.map((folder) => folder.slice(0, -1));
      return listed.map((prefix) => ({ action, resource, prefix, context: { 's3:prefix': prefix } }));
    }),
  );
}
