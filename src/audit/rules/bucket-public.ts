import { placeText } from '../../diagnose/index.ts';
import { s3Guide } from '../../lint/facts/pages.ts';
import type { NamedPolicy } from '../../model/access-documents.ts';
import type { AuditBucket } from '../../model/audit-documents.ts';
import { defineRule } from '../define-rule.ts';
import { partitionOf } from '../expectation.ts';
import { hub } from '../facts/controls.ts';
import { actionsOf, type Stated, textsOf } from '../facts/statements.ts';
import { letsStrangerDo, openStatements, rcpsOf, type Stranger } from '../facts/strangers.ts';
import { blindTo, capital, listed } from '../facts/words.ts';
import type { AuditContext } from '../types.ts';

export const bucketPublic = defineRule({
  id: 'bucket-public',
  question: 'excess',
  severity: 'security',
  title: 'The bucket policy does not let everybody in',
  why: 'A statement for everybody opens the bucket to the internet, whatever the role may do; one with a condition that users of any account can meet, such as a tag of theirs, opens it to whoever has an account. What a Deny of the policy takes back from strangers does not count. RestrictPublicBuckets, of the bucket or of its account, cuts strangers off again; the statement then waits for the day on which somebody turns that off.',
  docs: s3Guide('access-control-block-public-access.html#access-control-block-public-access-policy-status'),
  controls: [hub('S3.2'), hub('S3.3')],
  messages: {
    public: {
      message: '{who} may {actions} in bucket {bucket}: {place} lets them.',
      fix: 'Take that statement out, or name who is meant; and turn Block Public Access on for the bucket.',
    },
    dormant: {
      message: '{place} lets everybody {actions} in bucket {bucket}; only RestrictPublicBuckets stands before it.',
      fix: 'Take that statement out, or name who is meant: then it is closed whatever becomes of the switch.',
    },
  },
  *check(context) {
    for (const bucket of context.documents.buckets) {
      const { policy, publicAccessBlock, accountPublicAccessBlock, name } = bucket;
      yield* blindTo(policy);
      if (policy.state !== 'read') continue;
      const open = openStatements(policy.value).flatMap((stated) => {
        const stranger = whoOf(context, bucket, policy.value, stated);
        return stranger === undefined ? [] : [{ ...stated, who: WORDS[stranger], actions: actionsOf(stated) }];
      });
      const blocks = [publicAccessBlock, accountPublicAccessBlock];
      const isCutOff = blocks.some((one) => one.state === 'read' && one.value.restrictPublicBuckets);
      if (open.length > 0 && !isCutOff) yield* blindTo(...blocks);
      for (const { ref, who, actions } of open) {
        const place = placeText(ref);
        yield {
          message: isCutOff ? 'dormant' : 'public',
          data: { bucket: name, who, actions: listed(actions), place: isCutOff ? capital(place) : place },
          about: context.arnOf(bucket),
          key: `${ref.sid ?? ref.index}`,
          statement: ref,
          ...(isCutOff ? { severity: 'warning' as const } : {}),
        };
      }
    }
  },
});

const WORDS: Readonly<Record<Stranger, string>> = {
  anonymous: 'Everybody on the internet',
  'signed-in': 'Everybody with an AWS account',
};

/** The widest of those whom the statement lets do anything; nobody, where the policy or the organization denies all of it to strangers. */
function whoOf(
  { documents, arnOf }: AuditContext,
  bucket: AuditBucket,
  policy: NamedPolicy,
  stated: Stated,
): Stranger | undefined {
  const more = { kind: 'bucket', partition: partitionOf(documents), ...rcpsOf(documents) } as const;
  const asked = samplesOf(stated, arnOf(bucket));
  return (['anonymous', 'signed-in'] as const).find((stranger) =>
    asked.some((one) => letsStrangerDo(stranger, { ...one, ...more }, policy, stated)),
  );
}

const ACTIONS = ['s3:ListBucket', 's3:GetObject', 's3:PutObject', 's3:DeleteObject'];

/** Requests that the statement may be about: for each of its patterns one that it alone was written for. */
function samplesOf({ statement }: Stated, bucketArn: string) {
  const sample = (pattern: string): string => pattern.replace(/\$\{[^}]*\}|[*?]/g, '~');
  const actions = [...ACTIONS, ...textsOf(statement.Action).map(sample)];
  const resources = [bucketArn, `${bucketArn}/~`, ...textsOf(statement.Resource).map(sample)];
  return [...new Set(actions)].flatMap((action) => [...new Set(resources)].map((resource) => ({ action, resource })));
}
