/** The connection form as aligned text or as a Markdown table. */
export function renderConnection(fields: object, format: 'text' | 'markdown'): string {
  const rows = Object.entries(fields) as [string, string][];
  const width = Math.max(...rows.map(([label]) => label.length));
  if (format === 'text') return rows.map(([label, value]) => `${label.padEnd(width)}  ${value}\n`).join('');
  const lines = rows.map(([label, value]) => `| ${label} | \`${markdownCode(value)}\` |\n`);
  return `| Field | Value |\n| --- | --- |\n${lines.join('')}`;
}

/** Text inside a code span in a table: a pipe would end the cell, a backtick the span. */
function markdownCode(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('`', "'");
}
