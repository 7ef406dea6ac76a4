import { defineRule } from '../define-rule.ts';
import { trust } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';

export const resourceInTrust = defineRule({
  id: 'resource-in-trust',
  severity: 'error',
  audience: 'any',
  kinds: ['trust'],
  docs: policyCheck('error-role-trust-policy-syntax-error-resource'),
  title: 'A trust policy has no Resource',
  why: 'A trust policy is about the role that it is attached to, and about nothing else: IAM refuses one that has Resource or NotResource.',
  messages: { found: 'A trust policy has no {element}: it is about its own role.' },
  *check({ statements }) {
    for (const { resources } of statements) {
      for (const { name, member, negated } of resources) {
        const hit = { node: member, message: 'found' as const, data: { element: name } };
        if (negated) yield hit;
        else {
          yield {
            ...hit,
            fix: {
              explanation:
                'Resource is removed: a trust policy is always about its own role, and IAM refuses the element.',
              meant: 'that the principals of the statement assume the role',
              edits: [{ op: 'remove', node: member }],
            },
          };
        }
      }
    }
  },
  examples: {
    bad: [{ text: trust('"Resource": "*"'), kind: 'trust', fixed: trust() }],
    good: [{ text: trust(), kind: 'trust' }],
  },
});
