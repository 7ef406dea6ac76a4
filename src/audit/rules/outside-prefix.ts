import { inLevel } from '../../lint/facts/channelmix.ts';
import { s3Guide } from '../../lint/facts/pages.ts';
import { defineRule } from '../define-rule.ts';
import { blindToExcess } from '../facts/excess-groups.ts';
import { expectedBuckets } from '../facts/needs.ts';
import { s3ExcessOf } from '../facts/s3-excess.ts';
import { verbsOf, worstFirst } from '../facts/verbs.ts';
import { listed } from '../facts/words.ts';

/** A folder that nobody means. */
const ELSEWHERE = 'channelmix-audit-elsewhere/';

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
    someListing: {
      message: 'In bucket {bucket}, {name} can list names outside of {folders}, under conditions: {actions}.',
      fix: 'Allow {actions} under the condition "StringLike": {"s3:prefix": ["{folder}*"]} only.',
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
      const listing = { action: 's3:ListBucket', resource: about, context: { 's3:prefix': ELSEWHERE } };
      const { decisive } = context.judge([listing], bucket);
      const { statement } = decisive.decision?.explanation.decision ?? {};
      if (expected.access === 'full') continue;
      const hit = { about, key: 'listing', severity: 'warning' } as const;
      if (decisive.result === 'allow') {
        yield { message: 'listing', data, ...hit, ...(statement === undefined ? {} : { statement }) };
        continue;
      }
      // What the level has in the bucket that is meant is too much only where it has it for other folders.
      const some = there.filter(({ where, facts }) => where === 'inside' && inLevel(facts, expected.access));
      const blamed = some[0]?.statement;
      if (some.length === 0) continue;
      yield {
        message: 'someListing',
        data: { ...data, actions: listed(some.map(({ facts }) => facts.action)) },
        ...hit,
        ...(blamed === undefined ? {} : { statement: blamed }),
      };
    }
  },
});
