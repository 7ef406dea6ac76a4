import { memberOf } from '../../documents/json-node.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';

const rest = '"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"';

export const badSid = defineRule({
  id: 'bad-sid',
  severity: 'error',
  audience: 'any',
  docs: userGuide('reference_policies_elements_sid.html'),
  title: 'A Sid is letters and digits',
  why: 'In the policies of IAM a Sid has letters A to Z and digits only, no spaces, hyphens or underscores. Bucket policies take more.',
  messages: {
    shape: 'Sid is a text.',
    characters: 'A Sid has letters and digits only; this one has {characters}.',
    empty: 'An empty Sid says nothing: remove it.',
  },
  *check({ kind, statements }) {
    const taken = new Set(statements.flatMap(({ sid }) => sid?.value ?? []));
    for (const { node, sid } of statements) {
      const member = memberOf(node, 'Sid');
      if (member === undefined || sid?.opaque === true) continue;
      if (sid === undefined) {
        yield { node: member.value, message: 'shape' };
        continue;
      }
      if (sid.value === '') {
        yield {
          node: sid,
          message: 'empty',
          severity: 'suggestion',
          fix: { explanation: 'The empty Sid is removed.', edits: [{ op: 'remove', node: member }] },
        };
        continue;
      }
      if (kind === 'bucket' || /^[A-Za-z0-9]*$/.test(sid.value)) continue;
      const characters = [...new Set(sid.value.replace(/[A-Za-z0-9]/g, ''))].slice(0, 8);
      const plain = sid.value.replace(/[^A-Za-z0-9]/g, '');
      const hit = {
        node: sid,
        message: 'characters' as const,
        data: { characters: characters.map((one) => (one === ' ' ? 'a space' : JSON.stringify(one))).join(', ') },
      };
      if (plain === '' || taken.has(plain)) {
        yield hit;
        continue;
      }
      taken.add(plain);
      yield {
        ...hit,
        fix: {
          explanation: `The Sid becomes "${plain}": it may have letters and digits only.`,
          meant: 'what the statement says: IAM refuses the document with the Sid that it has',
          edits: [{ op: 'replace', node: sid, value: plain }],
        },
      };
    }
  },
  examples: {
    bad: [
      { text: allow(`"Sid": "Read objects", ${rest}`), fixed: allow(`"Sid": "Readobjects", ${rest}`) },
      { text: allow(`"Sid": "", ${rest}`), fixed: allow(rest) },
    ],
    good: [{ text: allow(`"Sid": "ReadObjects", ${rest}`) }],
  },
});
