import type { StringNode } from '../../documents/json-node.ts';
import type { StatementView } from '../types.ts';
import { textNodes } from './operators.ts';

/** The texts of resources and of the values of conditions. */
export function resourceAndConditionTexts({ resources, conditions }: StatementView): readonly StringNode[] {
  return [...resources.flatMap(({ values }) => values), ...conditions.flatMap(textNodes)];
}
