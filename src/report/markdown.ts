import { printable } from '../model/printable.ts';

/**
 * Characters that can begin something in Markdown, or HTML in it; a link needs no scheme after www.
 * https://spec.commonmark.org/0.31.2/#backslash-escapes https://github.github.com/gfm/#extended-www-autolink
 */
const SPECIAL = /[\\`*_{}[\]<>()#+\-!|~&@$]|:(?=\/\/)|(?<=\bwww)\./gi;

/** Text from anywhere as prose on one line: nothing in it becomes a link, emphasis, HTML or a cell. */
export function markdownText(text: string): string {
  return oneLine(text).replace(SPECIAL, (character) => `\\${character}`);
}

/** Text from anywhere as a code span on one line, which holds in a cell of a table, too. */
export function markdownCode(text: string): string {
  const line = oneLine(text);
  if (line === '') return '';
  const runs = line.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  // GitHub splits a row before it looks for code spans. https://github.github.com/gfm/#example-200
  return `${fence}${pad}${line.replaceAll('|', '\\|')}${pad}${fence}`;
}

/** A block of code; its fence is longer than any in the text. */
export function markdownBlock(text: string, language = ''): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(2, ...runs.map((run) => run.length)) + 1);
  const lines = text.split('\n').map(printable);
  return [`${fence}${language}`, ...lines, fence].join('\n');
}

/** A table; the cells are Markdown already. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

function oneLine(text: string): string {
  return printable(text.replaceAll(/\s+/g, ' ').trim());
}
