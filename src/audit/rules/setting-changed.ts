import { s3Guide } from '../../lint/facts/pages.ts';
import type { Piece } from '../../model/access-documents.ts';
import type { AuditBucket, AuditDocuments, AuditPrincipal } from '../../model/audit-documents.ts';
import { defineRule } from '../define-rule.ts';
import { formerDocuments } from '../facts/former.ts';
import { blindTo } from '../facts/words.ts';
import type { AuditContext } from '../types.ts';

/** Settings of a bucket, in words. */
const OF_BUCKET = {
  publicAccessBlock: 'Block Public Access',
  ownership: 'Object Ownership',
  versioning: 'versioning',
  encryption: 'default encryption',
  lifecycle: 'lifecycle rules',
  logging: 'server access logging',
} as const satisfies Partial<Record<keyof AuditBucket, string>>;

/** One setting before and now. */
interface Pair {
  readonly what: string;
  readonly about: string;
  readonly before: Piece<unknown>;
  readonly now: Piece<unknown>;
}

export const settingChanged = defineRule({
  id: 'setting-changed',
  question: 'drift',
  severity: 'warning',
  title: 'Settings are those of the baseline',
  why: 'Boundary, tags and length of sessions, versioning, encryption and Block Public Access are as easily changed by hand as policies, and are often what makes a set-up safe. Compared is what the baseline speaks of; tags that others add to what a grant says do not count.',
  docs: s3Guide('security-best-practices.html'),
  messages: {
    changed: {
      message: 'The {what} is {is}; by the baseline {path} it is {was}.',
      fix: 'Set it back by deploying again, or take it into the grant or the code if it is meant.',
    },
  },
  *check(context) {
    const former = formerDocuments(context);
    if (context.baseline === undefined || former === undefined) return;
    const { path } = context.baseline;
    for (const { what, about, before, now } of [...ofPrincipal(former, context), ...ofBuckets(former, context)]) {
      yield* blindTo(now);
      if (now.state === 'unreadable' || comparable(before) === comparable(now)) continue;
      yield { message: 'changed', about, key: what, data: { what, path, is: textOf(now), was: textOf(before) } };
    }
    yield* missingBuckets(context);
  },
});

function ofPrincipal(former: AuditDocuments, { documents, baseline }: AuditContext): readonly Pair[] {
  const { principal } = documents;
  const { kind, name, arn, maxSessionSeconds, tags, boundary } = principal;
  const before = former.principal;
  const of = (what: string) => `${what} of ${kind} ${name}`;
  const keys = Object.keys(before.tags.state === 'read' ? before.tags.value : {});
  const counts = (key: string) => keys.includes(key) || (baseline?.kind === 'documents' && !key.startsWith('aws:'));
  return [
    ...(before.boundary === boundary
      ? []
      : [{ what: of('boundary'), about: arn, before: nameOf(before.boundary), now: nameOf(boundary) }]),
    ...(before.tags === tags
      ? []
      : [{ what: of('tags'), about: arn, before: some(before.tags, counts), now: some(tags, counts) }]),
    ...(maxSessionSeconds === undefined
      ? []
      : [
          {
            what: of('longest session in seconds'),
            about: arn,
            before: { state: 'read', value: before.maxSessionSeconds } as const,
            now: { state: 'read', value: maxSessionSeconds } as const,
          },
        ]),
  ];
}

/** The tags that count; none are as good as not set. */
function some(tags: AuditPrincipal['tags'], counts: (key: string) => boolean): Piece<unknown> {
  if (tags.state !== 'read') return tags;
  const value = Object.fromEntries(Object.entries(tags.value).filter(([key]) => counts(key)));
  return Object.keys(value).length === 0 ? { state: 'absent' } : { state: 'read', value };
}

function nameOf(piece: Piece<{ readonly name: string }>): Piece<string> {
  return piece.state === 'read' ? { state: 'read', value: piece.value.name } : piece;
}

function ofBuckets(former: AuditDocuments, { documents, arnOf }: AuditContext): readonly Pair[] {
  const settings = Object.keys(OF_BUCKET) as (keyof typeof OF_BUCKET)[];
  return documents.buckets.flatMap((bucket, index) => {
    const before = former.buckets[index];
    if (before === undefined) return [];
    return settings
      .filter((setting) => before[setting] !== bucket[setting])
      .map((setting) => ({
        what: `${OF_BUCKET[setting]} of bucket ${bucket.name}`,
        about: arnOf(bucket),
        before: before[setting],
        now: bucket[setting],
      }));
  });
}

/** Buckets of the baseline of which the audit knows nothing. */
function* missingBuckets({ baseline, documents }: AuditContext) {
  const names =
    baseline?.kind === 'grant'
      ? baseline.grant.buckets.filter(({ create }) => create).map(({ name }) => name)
      : baseline?.kind === 'documents'
        ? baseline.documents.buckets.map(({ name }) => name)
        : [];
  for (const name of names) {
    if (documents.buckets.some((bucket) => bucket.name === name)) continue;
    const said = 'the baseline has it, and it is not among what was audited';
    yield { blind: { what: `bucket ${name}`, action: 's3:ListBucket', kind: 'not-asked' as const, said } };
  }
}

function textOf(piece: Piece<unknown>): string {
  if (piece.state !== 'read') return 'not set';
  return typeof piece.value === 'object' ? JSON.stringify(piece.value) : String(piece.value);
}

/** The same text for what comes to the same: in whatever order, and with what is off or empty said or not. */
function comparable(piece: Piece<unknown>): string {
  return piece.state === 'read' ? (JSON.stringify(sorted(piece.value)) ?? '') : '';
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(sorted(one))).sort();
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined && inner !== false && inner !== '');
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}
