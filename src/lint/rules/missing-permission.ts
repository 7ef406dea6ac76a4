import { memberOf } from '../../documents/json-node.ts';
import { bucketArn } from '../../model/arn.ts';
import type { ActionFacts } from '../../operations/catalogue.ts';
import { defineRule } from '../define-rule.ts';
import { actionsMatching, statementActions } from '../facts/actions.ts';
import { NEEDED } from '../facts/channelmix.ts';
import { access, policy } from '../facts/example-text.ts';
import { s3Guide } from '../facts/pages.ts';
import { intersects } from '../facts/patterns.ts';
import { namedBuckets, readS3Pattern } from '../facts/resources.ts';
import { withoutVariables } from '../facts/variables.ts';
import type { RuleContext, StatementView } from '../types.ts';

/** Whether a resource pattern can match the bucket, or objects in it; no bucket given: any. */
function reaches(pattern: string, facts: ActionFacts, bucket: string | undefined): boolean {
  if (pattern === '*') return true;
  const plain = withoutVariables(pattern);
  const s3 = readS3Pattern(plain);
  if (s3 === undefined) return false;
  const onBucket = facts.resources.includes('bucket');
  const wanted = bucketArn('*', bucket ?? '?*').concat(onBucket ? '' : '/?*');
  if (onBucket && s3.key !== undefined) return false;
  const partitionless = `arn:*:s3:::${s3.bucket}${s3.key === undefined ? '' : `/${s3.key}`}`;
  return intersects(partitionless, wanted);
}

function allows(
  context: RuleContext,
  statement: StatementView,
  facts: ActionFacts,
  bucket: string | undefined,
): boolean {
  if (statement.effect !== 'Allow') return false;
  const action = statement.actions.some(({ negated, values }) => {
    const named = values.some(({ value }) => actionsMatching(context, value.replace(/:+$/, '')).includes(facts));
    return named !== negated;
  });
  if (!action) return false;
  return statement.resources.some(({ negated, values }) => {
    if (negated) return !values.some(({ value }) => reaches(value, facts, bucket));
    return values.some(({ value }) => reaches(value, facts, bucket));
  });
}

export const missingPermission = defineRule({
  id: 'missing-permission',
  severity: 'error',
  audience: 'channelmix',
  kinds: ['identity'],
  docs: s3Guide('using-with-s3-policy-actions.html'),
  title: 'ChannelMix has the four permissions that it needs',
  why: 'ChannelMix lists a bucket (s3:ListBucket on the bucket), and puts, gets and deletes objects (s3:PutObject, s3:GetObject, s3:DeleteObject on bucket/*). Without one of them its job fails half-way.',
  messages: {
    bucket: 'ChannelMix cannot do its job in the bucket {bucket}: {actions} is not allowed there.',
    any: 'ChannelMix cannot do its job: {actions} is not allowed on any bucket.',
    none: 'The policy allows nothing in S3: ChannelMix needs {actions}.',
  },
  *check(context) {
    if (context.source.hasUnknown || context.document === undefined || context.statements.length === 0) return;
    const allowing = context.statements.filter(({ effect }) => effect === 'Allow');
    const facts = allowing.flatMap((statement) => statementActions(context, statement));
    const node = memberOf(context.document, 'Statement') ?? context.document;
    if (!facts.some(({ service }) => service === 's3')) {
      // A second policy may be about the key of the bucket alone.
      const other = facts.some(({ service }) => service === 'kms');
      const data = { actions: NEEDED.map(({ action }) => action).join(', ') };
      yield { node, message: 'none', data, ...(other ? { severity: 'suggestion' } : {}) };
      return;
    }
    const named = context.options.buckets.length > 0 ? context.options.buckets : namedBuckets(allowing);
    const buckets: readonly (string | undefined)[] = named.length > 0 ? named : [undefined];
    for (const bucket of buckets) {
      const missing = NEEDED.filter((one) => !allowing.some((statement) => allows(context, statement, one, bucket)));
      if (missing.length === 0) continue;
      const actions = missing.map(({ action }) => action).join(', ');
      yield bucket === undefined
        ? { node, message: 'any', data: { actions } }
        : { node, message: 'bucket', data: { bucket, actions } };
    }
  },
  examples: {
    bad: [
      { text: access().replace(', "s3:DeleteObject"', ''), kind: 'identity' },
      {
        text: policy(
          '{"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject", "s3:DeleteObject"], "Resource": "arn:aws:s3:::acme-reports/*"}',
        ),
        kind: 'identity',
      },
      { text: access(), kind: 'identity', options: { buckets: ['acme-reports', 'acme-archive'] } },
    ],
    good: [{ text: access(), kind: 'identity' }],
  },
});
