import { placeText } from '../../evaluate/matrix/index.ts';
import { s3Guide } from '../../lint/facts/pages.ts';
import type { StatementRef } from '../../model/decision.ts';
import { covers } from '../../model/wildcard-compare.ts';
import { defineRule } from '../define-rule.ts';
import { blindToExcess } from '../facts/excess-groups.ts';
import { expectedBuckets } from '../facts/needs.ts';
import { s3ExcessOf } from '../facts/s3-excess.ts';
import { statementsOf } from '../facts/statements.ts';
import { verbsOf, worstFirst } from '../facts/verbs.ts';
import { listed } from '../facts/words.ts';
import type { AuditContext } from '../types.ts';

export const outsidePrefix = defineRule({
  id: 'outside-prefix',
  question: 'excess',
  severity: 'security',
  title: 'ChannelMix stays in its folders',
  why: 'Access was meant for some folders of the bucket. What lies beside them may belong to others; listing without a condition on s3:prefix shows its names.',
  docs: s3Guide('walkthrough1.html'),
  messages: {
    beside: {
      message: 'In bucket {bucket}, {name} can {verbs} outside of {folders}: {actions}.',
      fix: 'Limit the statements to the folders: "channelmix-s3 policy {access} --bucket {bucket} --prefix {folder}" prints them.',
    },
    listing: {
      message: '{name} can list the names of all files in bucket {bucket}, not only those in {folders}.',
      fix: 'Allow s3:ListBucket under the condition "StringLike": {"s3:prefix": ["{folder}*"]}.',
    },
    'listing-if': {
      message: '{name} can list names of files in bucket {bucket} that are not in {folders}: {conditions}.',
      fix: 'Allow s3:ListBucket under the condition "StringLike": {"s3:prefix": ["{folder}*"]}, and no other: ChannelMix chooses what it asks for, and an empty prefix lists everything.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { documents, expected } = context;
    const { name } = documents.principal;
    for (const bucket of expectedBuckets(context)) {
      const prefixes = expected.buckets.find((one) => one.name === bucket.name)?.prefixes ?? [];
      const [folder] = prefixes;
      if (folder === undefined) continue;
      const data = { bucket: bucket.name, name, access: expected.access, folder, folders: listed(prefixes, 3) };
      const about = context.arnOf(bucket);
      const there = s3ExcessOf(context).filter((one) => one.bucket === bucket.name);
      const excess = there.filter(({ where }) => where === 'beside');
      const [first] = excess;
      if (first !== undefined) {
        const all = excess.map(({ facts }) => facts);
        const more = { verbs: verbsOf(all), actions: listed(worstFirst(all).map(({ action }) => action)) };
        const { statement } = first;
        yield {
          message: 'beside',
          data: { ...data, ...more },
          about,
          key: 'objects',
          ...(statement === undefined ? {} : { statement }),
        };
      }
      const listing = there.find(({ where, facts }) => where === 'inside' && facts.action === 's3:ListBucket');
      if (listing === undefined) continue;
      const conditions = moreConditions(context, about);
      const statement = statementWith(context, conditions) ?? listing.statement;
      yield {
        message: conditions.length === 0 ? 'listing' : 'listing-if',
        data: { ...data, conditions: listed(conditions.map(withoutPlace), 3) },
        about,
        key: 'listing',
        severity: 'warning',
        ...(statement === undefined ? {} : { statement }),
      };
    }
  },
});

/** Conditions under which names of the bucket can be listed, and are not meant to be; none where it is under no condition at all. */
function moreConditions(context: AuditContext, bucketArn: string): readonly string[] {
  const parts = context
    .matrix()
    .filter(({ action }) => action === 's3:ListBucket')
    .flatMap(({ excess }) => excess)
    .filter(({ resources }) => resources.some((resource) => covers(resource, bucketArn)));
  if (parts.some(({ decision, asRead = decision }) => asRead === 'allow')) return [];
  return parts.flatMap(({ conditions = [], expectedIf = [] }) => {
    const meant = new Set(expectedIf.map(withoutPlace));
    return conditions.filter((text) => !meant.has(withoutPlace(text)));
  });
}

/** A condition, without the statement that has it. */
function withoutPlace(text: string): string {
  return text.slice(0, text.lastIndexOf(' ('));
}

/** The principal's own statement that has one of the conditions. */
function statementWith({ documents }: AuditContext, conditions: readonly string[]): StatementRef | undefined {
  return documents.principal.identity.read
    .flatMap(statementsOf)
    .map(({ ref }) => ref)
    .find((ref) => conditions.some((text) => text.endsWith(` (${placeText(ref)})`)));
}
