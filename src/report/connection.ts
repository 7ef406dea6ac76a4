import { markdownCode, markdownTable } from './markdown.ts';

/** The connection form as aligned text or as a Markdown table. */
export function renderConnection(fields: object, format: 'text' | 'markdown'): string {
  const rows = Object.entries(fields) as [string, string][];
  const width = Math.max(...rows.map(([label]) => label.length));
  if (format === 'text') return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('');
  const table = markdownTable(
    ['Field', 'Value'],
    rows.map(([label, value]) => [label, markdownCode(value)]),
  );
  return `${table}\n`;
}
