import { defineRule } from '../define-rule.ts';
import { allow, policy } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';

const EFFECTS = ['Allow', 'Deny'];

export const invalidEffect = defineRule({
  id: 'invalid-effect',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-invalid-effect'),
  title: 'Effect is Allow or Deny',
  why: 'Effect has two values, which are case-sensitive. IAM refuses any other.',
  messages: {
    other: 'Effect is "Allow" or "Deny", not {effect}.',
    case: 'Effect is case-sensitive: write "{meant}".',
  },
  *check({ statements }) {
    for (const { effect, effectNode } of statements) {
      if (effect !== undefined || effectNode === undefined) continue;
      const value = effectNode.type === 'string' ? effectNode.value : undefined;
      const meant = EFFECTS.find((known) => known.toLowerCase() === value?.trim().toLowerCase());
      if (meant === undefined) {
        const effect = value === undefined ? `a ${effectNode.type}` : JSON.stringify(value.slice(0, 40));
        yield { node: effectNode, message: 'other', data: { effect } };
        continue;
      }
      yield {
        node: effectNode,
        message: 'case',
        data: { meant },
        fix: {
          explanation: `Effect is "${meant}": IAM takes it with that case only.`,
          meant: 'what the statement says',
          edits: [{ op: 'replace', node: effectNode, value: meant }],
        },
      };
    }
  },
  examples: {
    bad: [
      {
        text: policy('{"Effect": "allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"}'),
        fixed: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
      { text: policy('{"Effect": "Permit", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"}') },
    ],
    good: [{ text: policy('{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"}') }],
  },
});
