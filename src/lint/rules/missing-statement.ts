import { itemsOf, memberValue } from '../../documents/json-node.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';

export const missingStatement = defineRule({
  id: 'missing-statement',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-missing-statement'),
  title: 'A policy has a statement',
  why: 'Without a statement a policy says nothing, and IAM refuses it. Each statement is an object.',
  messages: {
    none: 'The policy has no Statement.',
    empty: 'The policy has no statement: the list is empty.',
    shape: 'A statement is an object with Effect, Action and so on.',
  },
  *check({ document }) {
    if (document === undefined) return;
    const statement = memberValue(document, 'Statement');
    const misspelled = document.members.some(({ key }) => key.value.toLowerCase() === 'statement');
    if (statement === undefined) {
      if (!misspelled) yield { node: document, message: 'none' };
      return;
    }
    const items = itemsOf(statement);
    if (items.length === 0) yield { node: statement, message: 'empty' };
    for (const item of items) if (item.type !== 'object') yield { node: item, message: 'shape' };
  },
  examples: {
    bad: [
      { text: '{"Version": "2012-10-17"}' },
      { text: '{"Version": "2012-10-17", "Statement": []}' },
      { text: '{"Version": "2012-10-17", "Statement": ["s3:GetObject"]}' },
    ],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
