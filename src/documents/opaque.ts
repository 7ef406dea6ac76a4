import type { StringNode } from './json-node.ts';
import type { Remark } from './policy-source.ts';

/** CloudFormation's functions in their long form: an object with this one member is an expression. */
export const TEMPLATE_FUNCTION = /^(Ref|Fn::\w+)$/;

/**
 * What becomes of the functions of a template: `opaque` strings with a remark each, for who cannot know their values, or objects in their long
 * form (`Fn::Sub`), whichever way they are written, for who works them out.
 */
export type Expressions = 'opaque' | 'kept';

/** The remark about an expression whose value the file does not say. */
export function notUnderstood(node: StringNode): Remark {
  const detail = `${shorten(node.value)} is an expression of the template: its value is not known here, so it is not checked`;
  return { code: 'not-understood', start: node.start, end: node.end, node, detail };
}

/** A piece of the document in one line, at most 60 characters. */
export function shorten(expression: string): string {
  const line = expression.slice(0, 200).replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
