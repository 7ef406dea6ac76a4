import type { StringNode } from '../../documents/json-node.ts';
import type { RuleContext } from '../types.ts';
import { textNodes } from './operators.ts';

const TEXTS = {};

/** The texts with a policy variable, or what looks like one, among the resources and the values of conditions of a document. */
export function textsWithVariables(context: RuleContext): readonly StringNode[] {
  return context.once(TEXTS, () => {
    const found: StringNode[] = [];
    const add = (node: StringNode): void => {
      if (node.value.includes('${')) found.push(node);
    };
    for (const { resources, conditions } of context.statements) {
      for (const { values } of resources) values.forEach(add);
      for (const one of conditions) textNodes(one).forEach(add);
    }
    return found;
  });
}
