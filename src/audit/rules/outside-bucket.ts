import { userGuide } from '../../lint/facts/pages.ts';
import type { Severity } from '../../model/finding.ts';
import { covers } from '../../model/wildcard-compare.ts';
import { isReading } from '../../operations/catalogue.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { writtenIn } from '../facts/blame.ts';
import { blindToExcess } from '../facts/excess-groups.ts';
import { accessPointWords, bucketWords, type S3Excess, s3ExcessOf } from '../facts/s3-excess.ts';
import { verbsOf, worstFirst } from '../facts/verbs.ts';
import { listed } from '../facts/words.ts';

export const outsideBucket = defineRule({
  id: 'outside-bucket',
  question: 'excess',
  severity: 'security',
  title: 'ChannelMix has access to the buckets that are meant, and no others',
  why: 'Whatever else lies in the account (backups, logs, data of other departments) is none of ChannelMix’s business. A star in the name of a bucket takes in those of tomorrow too, and those of other accounts that let this one in.',
  docs: userGuide('best-practices.html#grant-least-privilege'),
  messages: {
    any: {
      message: '{name} can {verbs} in {where}: {actions}.',
      fix: 'In {written}, name the bucket that is meant instead of {pattern}.',
    },
    other: {
      message: 'Beside what is meant, {name} can {verbs} in {where}: {actions}.',
      fix: 'In {written}, name the bucket that is meant ({meant}) instead of {pattern}, or add --bucket for one that is meant too.',
    },
    ownPolicy: {
      message: '{name} can {verbs} in {where} by a policy that is not its own: {actions}.',
      fix: 'Take {name} out of {written}, or add --bucket for a bucket that is meant too.',
    },
    accessPoint: {
      message:
        '{name} can {verbs} in whatever bucket is behind {where}, as far as the policies of both leave it to the account’s: {actions}.',
      fix: 'In {written}, name the bucket that is meant instead of {pattern}: ChannelMix uses a bucket by its name.',
    },
  },
  *check(context) {
    yield* blindToExcess(context);
    const { documents, expected } = context;
    const { name, arn } = documents.principal;
    const meant = listed(
      expected.buckets.map((bucket) => bucket.name),
      3,
    );
    const scopes = groupBy(
      s3ExcessOf(context).filter(({ where }) => where === 'outside' || where === 'access-point'),
      ({ bucket }) => bucket,
    );
    for (const [bucket, excess] of scopes) {
      if (isWithin(bucket, excess, scopes)) continue;
      const statement = excess.find((one) => one.statement !== undefined)?.statement;
      const isAccessPoint = excess.some(({ where }) => where === 'access-point');
      const names = worstFirst(excess.map(({ facts }) => facts)).map(({ action }) => action);
      const { written, isOwn } = writtenIn(
        context,
        excess.map((one) => one.statement),
      );
      const data = {
        name,
        written,
        meant,
        pattern: bucket,
        where: isAccessPoint ? accessPointWords(bucket) : bucketWords(bucket),
        verbs: verbsOf(excess.map(({ facts }) => facts)),
      };
      yield {
        message: isAccessPoint ? 'accessPoint' : !isOwn ? 'ownPolicy' : expected.buckets.length === 0 ? 'any' : 'other',
        data: { ...data, actions: listed(names) },
        about: arn,
        key: bucket,
        severity: severityOf(excess),
        ...(statement === undefined ? {} : { statement }),
      };
    }
  },
});

/** The same is told of more buckets already. */
function isWithin(
  bucket: string,
  excess: readonly S3Excess[],
  scopes: ReadonlyMap<string, readonly S3Excess[]>,
): boolean {
  return [...scopes].some(
    ([other, more]) =>
      other !== bucket &&
      covers(other, bucket) &&
      excess.every(({ facts }) => more.some((one) => one.facts.action === facts.action)),
  );
}

/** Who sees names and settings only does little harm. */
function severityOf(excess: readonly S3Excess[]): Severity {
  const harmless = excess.every(({ facts }) => isReading(facts) && !/^GetObject(Version)?(Torrent)?$/.test(facts.name));
  return harmless ? 'warning' : 'security';
}
