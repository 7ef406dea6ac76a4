import type { ConnectionCheckReport } from '../model/connection.ts';
import { printable } from '../model/printable.ts';
import { renderConnection } from './connection.ts';

/** Marks text; the reporter knows no colours. */
type CheckStyle = (format: 'green' | 'red' | 'bold' | 'dim', text: string) => string;

const WAYS: Readonly<Record<ConnectionCheckReport['way'], string>> = {
  role: ', filled in for a role',
  key: ', filled in for an access key',
  both: ', filled in for a role and for an access key',
  none: '',
};

/** The findings about a connection form as text, a field after the other, and the form as it should be where that is certain. */
export function renderConnectionCheck(
  report: ConnectionCheckReport,
  style: CheckStyle = (_format, text) => text,
): string {
  const { findings, form, way } = report;
  const lines = findings.flatMap(({ id, field, message, corrected }, index) => [
    `${style('bold', field ?? 'The form')}: ${printable(message)} ${style('dim', `(${id})`)}`,
    // What to write is the same for all findings of a field.
    ...(corrected === undefined || findings[index + 1]?.field === field ? [] : [`  write: ${printable(corrected)}`]),
  ]);
  if (report.ok) return `${style('green', `nothing is wrong${WAYS[way]}`)}\n`;
  const count = findings.length === 1 ? '1 finding' : `${findings.length} findings`;
  const summary = style('red', `${count}${WAYS[way]}`);
  if (form === undefined) return `${[...lines, '', summary].join('\n')}\n`;
  return `${[...lines, '', `${summary}; as it should be:`].join('\n')}\n${renderConnection(form, 'text')}`;
}
