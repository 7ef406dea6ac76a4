import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { needsKey, valueTexts } from '../facts/operators.ts';
import { s3Guide } from '../facts/pages.ts';
import type { ConditionView } from '../types.ts';

/** Keys that limit who calls, or from where. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status */
const LIMITING = new Set([
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:userid',
  'aws:username',
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourcevpcarn',
  'aws:vpceaccount',
  'aws:vpceorgid',
  'aws:vpceorgpaths',
  'aws:sourceip',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
  'kms:calleraccount',
  'sts:externalid',
]);
const EVERYTHING = /^(\*|0\.0\.0\.0\/0|::\/0|[\d.:a-f]+\/0)$/;

function limits(one: ConditionView): boolean {
  const key = one.key.value.toLowerCase();
  if (!needsKey(one) || one.base === 'Null') return false;
  if (!LIMITING.has(key) && !key.startsWith('aws:principaltag/')) return false;
  return !valueTexts(one).some((text) => EVERYTHING.test(text));
}

export const publicPrincipal = defineRule({
  id: 'public-principal',
  severity: 'security',
  audience: 'any',
  kinds: ['trust', 'bucket'],
  docs: s3Guide('access-control-block-public-access.html#access-control-block-public-access-policy-status'),
  title: 'Not everyone is let in',
  why: 'The principal "*" is everyone with an AWS account, and in a bucket policy everyone on the internet. A condition on who calls, or from where, limits it; S3 Block Public Access refuses such a policy without one.',
  messages: {
    bucket: 'Everyone may do this, without signing in: name the account or role, or add a condition on who calls.',
    trust: 'Every AWS account may assume this role: name the account.',
  },
  *check({ kind, statements }) {
    for (const { effect, principals, conditions } of statements) {
      if (effect !== 'Allow') continue;
      for (const { negated, entries } of principals) {
        if (negated) continue;
        const everyone = entries.find(({ type, value }) => (type === '*' || type === 'AWS') && value.value === '*');
        if (everyone === undefined || conditions.some(limits)) continue;
        yield { node: everyone.value, message: kind === 'trust' ? 'trust' : 'bucket' };
      }
    }
  },
  examples: {
    bad: [
      {
        text: allow('"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
        kind: 'bucket',
      },
      { text: allow('"Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"'), kind: 'trust' },
    ],
    good: [
      {
        text: allow(
          '"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}',
        ),
        kind: 'bucket',
      },
    ],
  },
});
