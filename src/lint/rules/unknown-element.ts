import type { Member, ObjectNode } from '../../documents/json-node.ts';
import { DOCUMENT_ELEMENTS, STATEMENT_ELEMENTS } from '../../model/policy.ts';
import { suggest } from '../../model/suggest.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { isBareStatement } from '../facts/shape.ts';
import type { Hit } from '../types.ts';

type Message = 'unknown' | 'meant' | 'case';

/** Only the case is wrong, and the name as it should be is not there: surely meant. */
function renamed(object: ObjectNode, member: Member, name: string): Hit<Message> {
  const taken = object.members.some(({ key }) => key.value === name);
  const hit: Hit<Message> = { node: member, message: 'case', data: { element: member.key.value, meant: name } };
  if (taken) return hit;
  return {
    ...hit,
    fix: {
      explanation: `"${member.key.value}" is spelled "${name}": the names of elements are case-sensitive.`,
      meant: `what the element ${name} says`,
      edits: [{ op: 'rename', member, key: name }],
    },
  };
}

function* unknownIn(object: ObjectNode, names: readonly string[], others: readonly string[]): Iterable<Hit<Message>> {
  for (const member of object.members) {
    const name = member.key.value;
    if (names.includes(name)) continue;
    const sameLetters = names.find((known) => known.toLowerCase() === name.toLowerCase());
    if (sameLetters !== undefined) {
      yield renamed(object, member, sameLetters);
      continue;
    }
    const meant = others.includes(name) ? undefined : suggest(name, names);
    yield meant === undefined
      ? { node: member, message: 'unknown', data: { element: name, known: names.join(', ') } }
      : { node: member, message: 'meant', data: { element: name, meant } };
  }
}

export const unknownElement = defineRule({
  id: 'unknown-element',
  severity: 'error',
  audience: 'any',
  docs: userGuide('reference_policies_elements.html'),
  title: 'Every element is one that IAM knows',
  why: 'IAM refuses a policy with an element that it does not know. Names are case-sensitive, and an element belongs either to the document or to a statement.',
  messages: {
    unknown: 'IAM knows no element "{element}" here; there are {known}.',
    meant: 'IAM knows no element "{element}" here: did you mean "{meant}"?',
    case: 'The element "{element}" must be spelled "{meant}".',
  },
  *check({ document, statements }) {
    if (document !== undefined && !isBareStatement(document))
      yield* unknownIn(document, DOCUMENT_ELEMENTS, STATEMENT_ELEMENTS);
    for (const { node } of statements) yield* unknownIn(node, STATEMENT_ELEMENTS, DOCUMENT_ELEMENTS);
  },
  examples: {
    bad: [
      {
        text: allow('"Actions": "s3:GetObject", "NotAction": "s3:*", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
      {
        text: allow('"sid": "Read", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
        fixed: allow('"Sid": "Read", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
      {
        text: allow('"Description": "Read", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
    ],
    good: [{ text: allow('"Sid": "Read", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') }],
  },
});
