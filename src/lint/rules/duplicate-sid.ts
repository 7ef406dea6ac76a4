import { defineRule } from '../define-rule.ts';
import { policy } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';

const first = '{"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"}';
const second = '{"Sid": "Read", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::acme-reports"}';

export const duplicateSid = defineRule({
  id: 'duplicate-sid',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-unique-sids-required'),
  title: 'Each Sid stands once in a document',
  why: 'IAM refuses a policy in which two statements have the same Sid; in a bucket policy it makes findings and logs ambiguous.',
  messages: { again: 'The Sid "{sid}" is that of statement {first} already.' },
  *check({ kind, statements }) {
    const seen = new Map<string, number>();
    const next = new Map<string, number>();
    const taken = new Set(statements.flatMap(({ sid }) => sid?.value ?? []));
    for (const { index, sid } of statements) {
      if (sid === undefined || sid.value === '' || sid.opaque === true) continue;
      const first = seen.get(sid.value);
      if (first === undefined) {
        seen.set(sid.value, index + 1);
        continue;
      }
      let number = next.get(sid.value) ?? 2;
      while (taken.has(`${sid.value}${number}`)) number++;
      const free = `${sid.value}${number}`;
      taken.add(free);
      next.set(sid.value, number + 1);
      yield {
        node: sid,
        message: 'again',
        data: { sid: sid.value, first },
        ...(kind === 'bucket' ? { severity: 'warning' } : {}),
        fix: {
          explanation: `The Sid becomes "${free}": each may stand once in a document.`,
          meant: 'what the statements say: IAM refuses the document with the same Sid twice',
          edits: [{ op: 'replace', node: sid, value: free }],
        },
      };
    }
  },
  examples: {
    bad: [{ text: policy(first, second), fixed: policy(first, second.replace('"Read"', '"Read2"')) }],
    good: [{ text: policy(first, second.replace('"Read"', '"List"')) }],
  },
});
