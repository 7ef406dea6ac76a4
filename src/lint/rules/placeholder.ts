import type { StringNode } from '../../documents/json-node.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { type Placeholder, placeholdersOf } from '../facts/placeholders.ts';
import { readS3Pattern } from '../facts/resources.ts';
import { withoutVariables } from '../facts/variables.ts';
import type { Hit, RuleContext, StatementView } from '../types.ts';

const BOTH = allow(
  `"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::\${BucketName}", "arn:aws:s3:::\${BucketName}/*"]`,
);

/** Every text that can hold a name: resources, principals and values of conditions. */
function* textsOf({ resources, principals, conditions }: StatementView): Iterable<StringNode> {
  for (const { values } of resources) yield* values;
  for (const { entries } of principals) for (const { value } of entries) yield value;
  for (const { values } of conditions) for (const node of values) if (node.type === 'string') yield node;
}

/** The resource with the bucket's name in place of the placeholder, when that is all of the bucket's name. */
function withBucket(text: string, { start, end }: Placeholder, bucket: string): string | undefined {
  const stands = /^arn:[\w*-]+:s3:::$/.test(text.slice(0, start));
  return stands && /^(?:\/|$)/.test(text.slice(end)) ? text.slice(0, start) + bucket + text.slice(end) : undefined;
}

/** The fix, when the caller said which bucket is meant: one of several would be a guess. */
function mended(context: RuleContext, node: StringNode, found: Placeholder): Pick<Hit, 'fix'> {
  const [bucket, ...others] = context.options.buckets;
  if (bucket === undefined || others.length > 0) return {};
  const value = withBucket(node.value, found, bucket);
  if (value === undefined || placeholdersOf(value).length > 0) return {};
  return {
    fix: {
      explanation: `${found.text} becomes ${bucket}, the bucket that you named.`,
      meant: `the actions of the statement on ${value}`,
      edits: [{ op: 'replace', node, value }],
    },
  };
}

export const placeholder = defineRule({
  id: 'placeholder',
  severity: 'error',
  audience: 'any',
  docs: userGuide('reference_policies_variables.html'),
  title: 'Every placeholder is replaced',
  why: 'A template has a place for the name of your bucket or account. Left as it is, the policy is about a bucket of that very name, which is nobody’s. A dollar sign before the braces makes a policy variable without a value of it, which matches nothing, and IAM says nothing.',
  messages: {
    variable:
      '{text} was not replaced: IAM takes it for a policy variable without a value, and the statement matches nothing. Put the name there.',
    text: '{text} was not replaced: put the real name there.',
  },
  *check(context) {
    // In a template of CloudFormation or Terraform ${Name} is replaced by the tool.
    const replaced = context.source.syntax !== 'json';
    for (const statement of context.statements) {
      for (const node of textsOf(statement)) {
        for (const found of placeholdersOf(node.value)) {
          const variable = found.text.startsWith('${');
          if (variable && replaced) continue;
          const s3 = readS3Pattern(withoutVariables(node.value, 'x'));
          const message = variable ? ('variable' as const) : ('text' as const);
          yield {
            node,
            part: [found.start, found.end],
            message,
            data: { text: found.text },
            ...(s3 === undefined ? {} : mended(context, node, found)),
          };
        }
      }
    }
  },
  examples: {
    bad: [
      {
        text: BOTH,
        options: { buckets: ['acme-reports'] },
        fixed: BOTH.replaceAll(/\$\{BucketName\}/g, 'acme-reports'),
      },
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::<your bucket>/*"') },
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::DOC-EXAMPLE-BUCKET/*"') },
    ],
    good: [
      { text: BOTH.replaceAll(/\$\{BucketName\}/g, 'acme-reports') },
      { text: allow(`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/\${aws:username}/*"`) },
    ],
  },
});
