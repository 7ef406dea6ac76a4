import { defineRule } from '../define-rule.ts';
import { allow, trust } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';
import { elements } from '../facts/shape.ts';

export const missingPrincipal = defineRule({
  id: 'missing-principal',
  severity: 'error',
  audience: 'any',
  kinds: ['trust', 'bucket'],
  docs: policyCheck('error-missing-principal'),
  title: 'A trust or bucket policy says for whom it is',
  why: 'A policy that is attached to a role (its trust) or to a bucket must name the principals that it is about; AWS refuses it otherwise.',
  messages: { none: 'The statement has no Principal: who may do this?' },
  *check({ statements }) {
    for (const { node } of statements) {
      const { found, misspelled } = elements(node, ['Principal', 'NotPrincipal']);
      if (found.length === 0 && !misspelled) yield { node, message: 'none' };
    }
  },
  examples: {
    bad: [{ text: allow('"Action": "sts:AssumeRole"'), kind: 'trust' }],
    good: [{ text: trust(), kind: 'trust' }],
  },
});
