import { itemsOf, memberValue, toValue } from '../../documents/json-node.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';
import { isBareStatement } from '../facts/shape.ts';

export const missingStatement = defineRule({
  id: 'missing-statement',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-missing-statement'),
  title: 'A policy has a statement',
  why: 'Without a statement a policy says nothing, and IAM refuses it. Each statement is an object.',
  messages: {
    bare: 'This is a statement, not a policy: put it into {"Version": "2012-10-17", "Statement": […]}.',
    none: 'The policy has no Statement.',
    empty: 'The policy has no statement: the list is empty.',
    shape: 'A statement is an object with Effect, Action and so on.',
  },
  *check({ document }) {
    if (document === undefined) return;
    const statement = memberValue(document, 'Statement');
    const misspelled = document.members.some(({ key }) => key.value.toLowerCase() === 'statement');
    if (isBareStatement(document)) {
      yield {
        node: document,
        message: 'bare',
        fix: {
          explanation: 'The statement is put into a policy, with Version and Statement around it.',
          meant: 'what the statement says: IAM refuses it without the policy around it',
          edits: [{ op: 'replace', node: document, value: { Version: '2012-10-17', Statement: [toValue(document)] } }],
        },
      };
      return;
    }
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
      {
        text: '{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"}',
        fixed: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
      { text: '{"Version": "2012-10-17", "Statement": []}' },
      { text: '{"Version": "2012-10-17", "Statement": ["s3:GetObject"]}' },
    ],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
