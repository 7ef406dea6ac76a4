import { memberValue } from '../../documents/json-node.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';

export const invalidVersion = defineRule({
  id: 'invalid-version',
  severity: 'error',
  audience: 'any',
  docs: userGuide('reference_policies_elements_version.html'),
  title: 'Version is that of the policy language',
  why: 'Version is not the date on which the policy was written: it names the version of the policy language, of which there are two. IAM refuses any other.',
  messages: {
    date: 'Version is {version}: it is not the date of your policy but the version of the language. Write "2012-10-17".',
    shape: 'Version is a text: write "2012-10-17".',
  },
  *check({ document }) {
    const version = memberValue(document, 'Version');
    if (version === undefined) return;
    if (version.type === 'string' && (version.value === '2012-10-17' || version.value === '2008-10-17')) return;
    const fix = {
      explanation: 'Version is "2012-10-17", the current version of the policy language; IAM refuses any other date.',
      meant: 'what the statements say: IAM refuses the document with the Version that it has',
      edits: [{ op: 'replace' as const, node: version, value: '2012-10-17' }],
    };
    if (version.type !== 'string') yield { node: version, message: 'shape', fix };
    else yield { node: version, message: 'date', data: { version: JSON.stringify(version.value) }, fix };
  },
  examples: {
    bad: [
      {
        text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"').replace(
          '2012-10-17',
          '2024-05-16',
        ),
        fixed: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
    ],
    good: [{ text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
