import { placeText } from '../../diagnose/index.ts';
import { s3Guide } from '../../lint/facts/pages.ts';
import { lintSource } from '../../lint/lint.ts';
import { notprincipalAllow } from '../../lint/rules/notprincipal-allow.ts';
import { publicPrincipal } from '../../lint/rules/public-principal.ts';
import type { NamedPolicy } from '../../model/access-documents.ts';
import { defineRule } from '../define-rule.ts';
import { hub } from '../facts/controls.ts';
import { sourceOf, statementRefOf } from '../facts/source-of.ts';
import { type Stated, statementsOf, textsOf } from '../facts/statements.ts';
import { blindTo, capital, listed } from '../facts/words.ts';

export const bucketPublic = defineRule({
  id: 'bucket-public',
  question: 'excess',
  severity: 'security',
  title: 'The bucket policy lets nobody in without signing in',
  why: 'A statement for everybody opens the bucket to the internet, whatever the role may do. RestrictPublicBuckets, of the bucket or of its account, cuts strangers off again; the statement then waits for the day on which somebody turns that off.',
  docs: s3Guide('access-control-block-public-access.html#access-control-block-public-access-policy-status'),
  controls: [hub('S3.2'), hub('S3.3')],
  messages: {
    public: {
      message: 'Everybody on the internet may {actions} in bucket {bucket}: {place} lets them.',
      fix: 'Take that statement out, or name who is meant; and turn Block Public Access on for the bucket.',
    },
    dormant: {
      message: '{place} lets everybody {actions} in bucket {bucket}; only RestrictPublicBuckets stands before it.',
      fix: 'Take that statement out, or name who is meant: then it is closed whatever becomes of the switch.',
    },
  },
  *check({ documents, arnOf }) {
    for (const bucket of documents.buckets) {
      const { policy, publicAccessBlock, accountPublicAccessBlock, name } = bucket;
      yield* blindTo(policy);
      if (policy.state !== 'read') continue;
      const open = openStatements(policy.value);
      const blocks = [publicAccessBlock, accountPublicAccessBlock];
      const isCutOff = blocks.some((one) => one.state === 'read' && one.value.restrictPublicBuckets);
      if (open.length > 0 && !isCutOff) yield* blindTo(...blocks);
      for (const { ref, statement } of open) {
        yield {
          message: isCutOff ? 'dormant' : 'public',
          data: {
            bucket: name,
            actions: listed(textsOf(statement.Action)),
            place: isCutOff ? capital(placeText(ref)) : placeText(ref),
          },
          about: arnOf(bucket),
          key: `${ref.sid ?? ref.index}`,
          statement: ref,
          ...(isCutOff ? { severity: 'warning' as const } : {}),
        };
      }
    }
  },
});

function openStatements(policy: NamedPolicy): readonly Stated[] {
  const source = sourceOf(policy, 'bucket');
  if (source === undefined) return [];
  const found = lintSource(source, { audience: 'any', rules: [publicPrincipal, notprincipalAllow] });
  const places = new Set(found.map((finding) => statementRefOf(policy, finding)?.index));
  return statementsOf(policy).filter(({ ref }) => places.has(ref.index));
}
