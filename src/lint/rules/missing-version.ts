import { memberOf } from '../../documents/json-node.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';
import { isBareStatement } from '../facts/shape.ts';

const GOOD = allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"');

export const missingVersion = defineRule({
  id: 'missing-version',
  severity: 'warning',
  audience: 'any',
  docs: policyCheck('general-warning-missing-version'),
  title: 'The policy has a Version',
  why: 'Without Version, IAM takes the language of 2008, in which policy variables are plain text.',
  messages: { none: 'Without Version the language of 2008 counts: write "Version": "2012-10-17".' },
  *check({ source, document }) {
    if (document === undefined || memberOf(document, 'Version') !== undefined) return;
    if (isBareStatement(document)) return;
    if (document.members.some(({ key }) => key.value.toLowerCase() === 'version')) return;
    // With variables in the text the version decides what it means: variable-unsupported-in-version tells.
    const plain = !source.text.slice(document.start, document.end).includes('${');
    yield {
      node: document,
      message: 'none',
      ...(plain
        ? {
            fix: {
              explanation: 'Version "2012-10-17" is put first; the statements mean the same in it.',
              edits: [{ op: 'add', to: document, key: 'Version', value: '2012-10-17', first: true }],
            },
          }
        : {}),
    };
  },
  examples: { bad: [{ text: GOOD.replace('"Version": "2012-10-17", ', ''), fixed: GOOD }], good: [{ text: GOOD }] },
});
