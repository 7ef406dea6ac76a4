import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { limitOf } from '../facts/limits.ts';
import { valueTexts } from '../facts/operators.ts';
import { s3Guide } from '../facts/pages.ts';
import type { ConditionView } from '../types.ts';

function limits(one: ConditionView): boolean {
  return limitOf({ operator: one.operator.value, key: one.key.value, values: valueTexts(one) }) !== undefined;
}

function toEverybody(condition: string): string {
  const statement = '"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"';
  return allow(`${statement}, "Condition": ${condition}`);
}

export const publicPrincipal = defineRule({
  id: 'public-principal',
  severity: 'security',
  audience: 'any',
  kinds: ['trust', 'bucket'],
  docs: s3Guide('access-control-block-public-access.html#access-control-block-public-access-policy-status'),
  title: 'Not everyone is let in',
  why: 'The principal "*" is everyone with an AWS account, and in a bucket policy everyone on the internet. A condition on who calls, or from where, limits it, if its value fixes an account, an organization, a network or an id: whoever has an account can name and tag users as in the condition (aws:username, aws:PrincipalTag), and a wildcard in the place of the account fits all. S3 Block Public Access refuses a policy without such a condition, also one whose ranges of addresses are wider than /8 (IPv4) or /32 (IPv6).',
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
      ...[
        '{"StringEquals": {"aws:PrincipalTag/team": "acme"}}',
        '{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/ci-*"}}',
        '{"IpAddress": {"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}}',
      ].map((condition) => ({ text: toEverybody(condition), kind: 'bucket' as const })),
    ],
    good: [
      ...[
        '{"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}',
        '{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/ci-*"}}',
        '{"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}',
      ].map((condition) => ({ text: toEverybody(condition), kind: 'bucket' as const })),
    ],
  },
});
