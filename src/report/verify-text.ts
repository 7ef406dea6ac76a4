import type { Check, VerifyReport } from '../model/check.ts';

/** Marks text; the reporter knows no colours. */
export type VerifyTextStyle = (format: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string) => string;

const PLAIN: VerifyTextStyle = (_format, text) => text;

/** Width of the column of check ids. */
const ID_WIDTH = 26;

/**
 * One line about a check: what came out, how long it took.
 *
 * @param unicode use signs that need a Unicode terminal
 */
export function verifyCheckLine(check: Check, style: VerifyTextStyle = PLAIN, unicode = true): string {
  const [sign, color] = signOf(check, unicode);
  const id = check.id.padEnd(ID_WIDTH);
  const time = check.result === 'skipped' ? '' : style('dim', ` ${formatMs(check.ms)}`);
  const tries = check.attempts > 1 ? style('dim', `, ${check.attempts} attempts`) : '';
  return `${style(color, sign)} ${id} ${outcomeWords(check)}${time}${tries}`;
}

/**
 * The report as text, for a terminal or a log: the checks, what failed with cause and fix, what is left, notes, and last the summary
 * (`13 of 13 as expected, 0 left behind, 4.2 s`).
 */
export function renderVerifyReport(report: VerifyReport, style: VerifyTextStyle = PLAIN, unicode = true): string {
  const lines = [
    ...headLines(report),
    '',
    ...report.checks.map((check) => verifyCheckLine(check, style, unicode)),
    ...verifyProblemLines(report, style),
    ...report.notes.flatMap((note) => ['', ...wrap(`note: ${note}`, '')]),
    '',
    verifySummary(report, style),
  ];
  return `${lines.join('\n')}\n`;
}

/** What did not come out as expected, with why and what mends it, and what is left behind; nothing for a good run. */
export function verifyProblemLines(report: VerifyReport, style: VerifyTextStyle = PLAIN): readonly string[] {
  const failed = report.checks.filter((check) => check.diagnosis !== undefined);
  const causes = unique(failed.map((check) => check.diagnosis?.cause ?? ''));
  const groups = causes.map((cause) => failed.filter((check) => check.diagnosis?.cause === cause));
  return [...groups.flatMap((checks) => ['', ...problemLines(checks, style)]), ...leftLines(report, style)];
}

/** `13 of 13 as expected, 0 left behind, 4.2 s`. */
export function verifySummary(report: VerifyReport, style: VerifyTextStyle = PLAIN): string {
  const good = report.checks.filter((check) => check.ok).length;
  const left = report.cleanup.left.length;
  const text = `${good} of ${report.checks.length} as expected, ${left} left behind, ${formatMs(report.ms)}`;
  const color = report.ok ? (left === 0 ? 'green' : 'yellow') : 'red';
  return style(color, report.interrupted ? `interrupted: ${text}` : text);
}

function headLines(report: VerifyReport): readonly string[] {
  const subject = report.roleArn === undefined ? 'access key' : `role ${report.roleArn}`;
  const owner = {
    'same-account': ', in the same account',
    'other-account': ', which belongs to another account',
    unknown: '',
  }[report.bucketOwner];
  const region = report.region === undefined ? '' : ` in ${report.region}`;
  return [
    `${subject} on bucket ${report.bucket}${region}${owner}`,
    `as ${report.caller.arn}${report.endpoint === undefined ? '' : `, at ${report.endpoint} instead of AWS`}`,
  ];
}

function signOf(check: Check, unicode: boolean): readonly [string, 'green' | 'red' | 'yellow' | 'dim'] {
  if (check.result === 'skipped') return ['-', 'dim'];
  if (check.result === 'error') return ['?', 'yellow'];
  return check.ok ? [unicode ? '✓' : 'ok', 'green'] : [unicode ? '✗' : 'NO', 'red'];
}

function outcomeWords(check: Check): string {
  if (check.result === 'skipped') return `skipped: ${check.note ?? ''}`;
  if (check.result === 'error') return `unknown: ${check.error?.code ?? ''}`;
  const word = check.result === 'allow' ? 'allowed' : 'refused';
  if (check.ok) return check.expect === 'deny' ? `${word}, as it must be` : word;
  return check.expect === 'deny' ? `${word}, but must be refused` : `${word} (${check.error?.code ?? ''})`;
}

/** Checks that failed for one and the same cause, which is told once. */
function problemLines(checks: readonly Check[], style: VerifyTextStyle): readonly string[] {
  const [first] = checks;
  if (first?.diagnosis === undefined) return [];
  const { error, diagnosis } = first;
  const evidence = diagnosis.evidence === 'aws' ? 'AWS says so' : 'inferred';
  const { statement } = diagnosis;
  const remedies = checks.flatMap((check) => check.diagnosis?.remedy ?? []);
  const statements = unique(remedies.flatMap((remedy) => (remedy.statement === undefined ? [] : [remedy.statement])));
  const commands = unique(remedies.flatMap((remedy) => remedy.command ?? []));
  return [
    ...checks.map((check) => style('bold', `${check.id}: ${check.action} on ${check.resource}`)),
    ...(error === undefined ? [] : wrap(`${error.code}: ${error.message}`, '  answer:  ')),
    ...(error?.requestId === undefined ? [] : [`  request: ${error.requestId}`]),
    `  layer:   ${diagnosis.layer} (${evidence})`,
    ...wrap(diagnosis.cause, '  why:     '),
    ...(statement === undefined
      ? []
      : [
          `  where:   ${statement.policy}, statement ${statement.index}${statement.sid === undefined ? '' : ` (${statement.sid})`}`,
        ]),
    ...wrap(diagnosis.fix, '  fix:     '),
    ...statements.flatMap((one) => indented(JSON.stringify(one, null, 2))),
    ...commands.map((command) => `           ${command}`),
  ];
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function leftLines(report: VerifyReport, style: VerifyTextStyle): readonly string[] {
  const { left } = report.cleanup;
  if (left.length === 0) return [];
  return [
    '',
    style('bold', "Left behind, since it may not be removed with this access; the bucket's owner removes it with:"),
    ...left.flatMap(({ what, command }) => [`  # ${what}`, `  ${command}`]),
  ];
}

function indented(text: string): readonly string[] {
  return text.split('\n').map((line) => `           ${line}`);
}

/** Breaks text into lines of at most 100 columns; following lines stand under the first. */
function wrap(text: string, first: string): readonly string[] {
  const indent = ' '.repeat(first.length);
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    if (line.length + word.length > 100 && line.trim() !== '' && line !== first) {
      lines.push(line.trimEnd());
      line = indent;
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}

/** Milliseconds below a second, seconds with one decimal above. */
export function formatMs(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
