import { printableLines } from '../model/printable.ts';
import type { SweepFound, SweepReport } from '../model/sweep.ts';
import { leftoverLines, type VerifyTextStyle } from './verify-text.ts';

const PLAIN: VerifyTextStyle = (_format, text) => text;

const NAMES: Readonly<Record<keyof SweepFound, readonly [string, string]>> = {
  journaled: ['thing that a journal names', 'things that journals name'],
  objects: ['object', 'objects'],
  versions: ['version', 'versions'],
  markers: ['delete marker', 'delete markers'],
  uploads: ['unfinished upload', 'unfinished uploads'],
  statements: ['temporary trust statement', 'temporary trust statements'],
};

/** What was found, in words: `2 objects, 1 unfinished upload`. */
function sweepFoundWords(found: SweepFound): string {
  const words = Object.entries(NAMES).flatMap(([name, [one, many]]) => {
    const count = found[name as keyof SweepFound];
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return words.length === 0 ? 'nothing' : words.join(', ');
}

/** What would be removed: the words, and some of it by name. */
export function sweepPlanLines(found: SweepFound, samples: readonly string[]): readonly string[] {
  const all = Object.values(found).reduce((sum, count) => sum + count, 0);
  const more = all > samples.length ? [`  and ${all - samples.length} more`] : [];
  return [
    `left by earlier runs: ${sweepFoundWords(found)}`,
    ...samples.map((sample) => `  ${printableLines(sample)}`),
    ...more,
  ];
}

/** The report of a sweep as text. */
export function renderSweepReport(report: SweepReport, style: VerifyTextStyle = PLAIN): string {
  const { found, samples, left, moreLeft, removed, dryRun, notes } = report;
  const kept = left.length + moreLeft;
  const summary = dryRun
    ? `dry run: ${sweepFoundWords(found)} would be removed`
    : `${sweepFoundWords(found)} found, ${removed} removed, ${kept} left`;
  const lines = [
    ...(report.caller === undefined
      ? []
      : [`as ${report.caller.arn}${report.endpoint === undefined ? '' : `, at ${report.endpoint} instead of AWS`}`]),
    ...(dryRun && samples.length > 0 ? sweepPlanLines(found, samples) : []),
    ...leftoverLines(left, style),
    ...(moreLeft > 0 ? [`  # and ${moreLeft} more`] : []),
    ...notes.map((note) => `note: ${note}`),
    style(kept > 0 ? 'yellow' : 'green', summary),
  ];
  return `${lines.join('\n')}\n`;
}
