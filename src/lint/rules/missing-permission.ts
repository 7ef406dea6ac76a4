import { memberOf } from '../../documents/json-node.ts';
import { covers, isWild } from '../../model/wildcard-compare.ts';
import type { ActionFacts } from '../../operations/catalogue.ts';
import { defineRule } from '../define-rule.ts';
import { namesAction, statementActions } from '../facts/actions.ts';
import { NEEDED } from '../facts/channelmix.ts';
import { access, policy } from '../facts/example-text.ts';
import { s3Guide } from '../facts/pages.ts';
import { namedBuckets, readS3Pattern } from '../facts/resources.ts';
import { withoutVariables } from '../facts/variables.ts';
import type { RuleContext, StatementView } from '../types.ts';

/** Where an action is allowed. */
interface Reach {
  /** By "*" or NotResource. */
  everywhere: boolean;
  /** Buckets by their full name, and patterns of names. */
  readonly named: Set<string>;
  readonly patterns: string[];
}

function addReach(reach: Reach, { resources }: StatementView, facts: ActionFacts): void {
  const onBucket = facts.resources.includes('bucket');
  for (const { negated, values } of resources) {
    if (negated) reach.everywhere = true;
    else {
      for (const { value } of values) {
        if (value === '*') reach.everywhere = true;
        const s3 = readS3Pattern(withoutVariables(value));
        if (s3 === undefined) continue;
        const wild = isWild(s3.bucket);
        // A star in the name of a bucket goes on over the slash.
        const fits = onBucket ? s3.key === undefined : s3.key === undefined ? s3.bucket.includes('*') : s3.key !== '';
        if (!fits) continue;
        if (wild) reach.patterns.push(s3.bucket);
        else reach.named.add(s3.bucket);
      }
    }
  }
}

function reachOf(context: RuleContext, allowing: readonly StatementView[], facts: ActionFacts): Reach {
  const reach: Reach = { everywhere: false, named: new Set(), patterns: [] };
  for (const statement of allowing) if (namesAction(context, statement, facts)) addReach(reach, statement, facts);
  return reach;
}

function reaches({ everywhere, named, patterns }: Reach, bucket: string | undefined): boolean {
  if (everywhere) return true;
  if (bucket === undefined) return named.size > 0 || patterns.length > 0;
  return named.has(bucket) || patterns.some((pattern) => covers(pattern, bucket) || covers(pattern, `${bucket}/`));
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
    const allows = (prefix: string): boolean =>
      allowing.some((statement) => statementActions(context, statement).some(({ service }) => service === prefix));
    const node = memberOf(context.document, 'Statement') ?? context.document;
    if (!allows('s3')) {
      // A second policy may be about the key of the bucket alone.
      const other = allows('kms');
      const data = { actions: NEEDED.map(({ action }) => action).join(', ') };
      yield { node, message: 'none', data, ...(other ? { severity: 'suggestion' } : {}) };
      return;
    }
    const named = context.options.buckets.length > 0 ? context.options.buckets : namedBuckets(allowing);
    const buckets: readonly (string | undefined)[] = named.length > 0 ? named : [undefined];
    const reach = NEEDED.map((one) => ({ one, where: reachOf(context, allowing, one) }));
    for (const bucket of buckets) {
      const missing = reach.filter(({ where }) => !reaches(where, bucket)).map(({ one }) => one);
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
