import type { LintReport } from '../model/finding.ts';
import { printable } from '../model/printable.ts';

/** One JSON document (design, section 5). What could change a terminal is escaped as JSON does it. */
export function jsonReport(report: LintReport): string {
  return `${safeJson(report)}\n`;
}

/** JSON in which control, bidirectional and invisible characters are written as escapes. */
export function safeJson(value: unknown): string {
  // Outside of strings JSON has no such character but the line feed that parts its lines.
  const lines = JSON.stringify(value, undefined, 2).split('\n');
  return lines.map((line) => (printable(line) === line ? line : escaped(line))).join('\n');
}

function escaped(line: string): string {
  return Array.from(line, (character) => (printable(character) === character ? character : asEscapes(character))).join(
    '',
  );
}

function asEscapes(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
