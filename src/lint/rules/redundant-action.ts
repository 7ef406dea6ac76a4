import type { StringNode } from '../../documents/json-node.ts';
import { patternUnits } from '../../model/wildcard.ts';
import { coversUnits, isWild } from '../../model/wildcard-compare.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { policyCheck } from '../facts/pages.ts';

const onObjects = '"Resource": "arn:aws:s3:::acme-reports/*"';
/** Longer lists of wildcards are compared with the first of them only. */
const MAX_WILD = 64;
const MAX_LENGTH = 256;

/** A wildcard of the list, read once. */
interface Wide {
  readonly node: StringNode;
  readonly text: string;
  readonly units: readonly number[];
}

function wideOf(node: StringNode): Wide {
  const text = node.value.toLowerCase();
  return { node, text, units: patternUnits(text) };
}

/** The value of the list that says the same, and more. */
function coveredBy(node: StringNode, wild: readonly Wide[], first: ReadonlyMap<string, StringNode>) {
  const text = node.value.toLowerCase();
  const same = first.get(text);
  if (same !== undefined && same !== node) return same;
  if (text.length > MAX_LENGTH || wild.length === 0) return undefined;
  const narrow = patternUnits(text);
  return wild.find(({ text: other, units }) => other !== text && coversUnits(units, narrow))?.node;
}

export const redundantAction = defineRule({
  id: 'redundant-action',
  severity: 'suggestion',
  audience: 'any',
  docs: policyCheck('suggestion-redundant-action'),
  title: 'No action stands twice',
  why: 'An action that another one of the list includes says nothing, and hides what the statement really allows.',
  messages: {
    twice: '{action} stands twice in the list.',
    covered: '{action} is included in {by}.',
  },
  *check({ statements }) {
    for (const { actions } of statements) {
      for (const { values } of actions) {
        if (values.length < 2) continue;
        const first = new Map<string, StringNode>();
        for (const node of values) {
          const text = node.value.toLowerCase();
          if (!first.has(text)) first.set(text, node);
        }
        const wild = values
          .filter(({ value }) => isWild(value) && value.length <= MAX_LENGTH)
          .slice(0, MAX_WILD)
          .map(wideOf);
        for (const node of values) {
          const by = coveredBy(node, wild, first);
          if (by === undefined) continue;
          const twice = by.value.toLowerCase() === node.value.toLowerCase();
          yield {
            node,
            message: twice ? 'twice' : 'covered',
            data: { action: node.value, by: by.value },
            fix: {
              explanation: twice
                ? `The second ${node.value} is removed.`
                : `${node.value} is removed: ${by.value} includes it.`,
              edits: [{ op: 'remove', node }],
            },
          };
        }
      }
    }
  },
  examples: {
    bad: [
      {
        text: allow(`"Action": ["s3:Get*", "s3:GetObject", "s3:PutObject"], ${onObjects}`),
        fixed: allow(`"Action": ["s3:Get*", "s3:PutObject"], ${onObjects}`),
      },
      {
        text: allow(`"Action": ["s3:GetObject", "s3:getobject"], ${onObjects}`),
        fixed: allow(`"Action": ["s3:GetObject"], ${onObjects}`),
      },
    ],
    good: [{ text: allow(`"Action": ["s3:GetObject", "s3:PutObject"], ${onObjects}`) }],
  },
});
