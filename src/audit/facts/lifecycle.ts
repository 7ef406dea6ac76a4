import type { AuditExpectation } from '../../model/audit.ts';
import type { AuditBucket, LifecycleRule } from '../../model/audit-documents.ts';

/** Whether an enabled rule that does what is asked for is for everything that ChannelMix may write in the bucket. */
export function everywhere(
  rules: readonly LifecycleRule[],
  { name }: Pick<AuditBucket, 'name'>,
  { buckets }: AuditExpectation,
  does: (rule: LifecycleRule) => boolean,
): boolean {
  const folders = buckets.find((bucket) => bucket.name === name)?.prefixes ?? [];
  const such = rules.filter((rule) => rule.enabled && does(rule));
  return (folders.length === 0 ? [''] : folders).every((folder) =>
    such.some(({ prefix = '' }) => folder.startsWith(prefix)),
  );
}
