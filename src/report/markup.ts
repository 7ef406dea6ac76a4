import { printable } from '../model/printable.ts';

/** An element of XML or HTML, or text. Text is escaped when it is written, so nothing in it can become an element. */
export type Markup = string | MarkupElement;

interface MarkupElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly Markup[];
}

/** Makes an element. Names come from this kit, values and text from anywhere. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly Markup[] = [],
): Markup {
  return { name, attributes, children };
}

/** HTML elements that have no content and no end tag. */
const VOID: ReadonlySet<string> = new Set(['meta', 'br', 'hr', 'input', 'link']);

/** The text of an element with everything in it. Control and bidirectional characters are shown as `\u{…}`, line feeds are kept. */
export function markupText(markup: Markup, syntax: 'xml' | 'html'): string {
  if (typeof markup === 'string') return escapeText(markup);
  const { name, attributes, children } = markup;
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(String(value))}"`);
  const open = `<${name}${list.join('')}`;
  if (syntax === 'html' && VOID.has(name)) return `${open}>`;
  if (syntax === 'xml' && children.length === 0) return `${open}/>`;
  const content = children.map((child) => markupText(child, syntax)).join(BLOCK.has(name) ? '\n' : '');
  return BLOCK.has(name) ? `${open}>\n${content}\n</${name}>` : `${open}>${content}</${name}>`;
}

/** Elements whose children stand on lines of their own. */
const BLOCK: ReadonlySet<string> = new Set([
  'testsuites',
  'testsuite',
  'html',
  'head',
  'body',
  'main',
  'section',
  'table',
  'thead',
  'tbody',
  'ol',
]);

/** Attributes are always in double quotes. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

function escapeText(text: string): string {
  return text
    .split('\n')
    .map((line) => printable(line).replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character))
    .join('\n');
}
