import { AUDIT_QUESTIONS, type AuditFinding, type AuditReport } from '../model/audit.ts';
import { printable } from '../model/printable.ts';
import type { AuditAbout } from './audit-about.ts';
import { matrixLines } from './audit-matrix-text.ts';
import {
  auditSentence,
  countWords,
  expectedWords,
  limitWords,
  nextSteps,
  openFacts,
  openWords,
  placeWords,
  QUESTION_WORDS,
  type QuestionState,
  questionState,
  stateWords,
  subjectWords,
  trendWords,
  unreadWords,
  verdictOf,
} from './audit-words.ts';
import { plural } from './reporter.ts';
import { PLAIN, SEVERITY_COLORS, type TextStyle } from './text.ts';
import { wrap } from './wrap.ts';

const COLUMNS = 80;
const QUESTION_WIDTH = Math.max(...Object.values(QUESTION_WORDS).map((words) => words.length));

/**
 * The audit for a terminal or a log, 80 columns wide: the answer, what could not be judged, the findings of each question with what mends
 * them, what is accepted, the matrix, and what comes next.
 */
export function auditText(report: AuditReport, about: AuditAbout): string {
  const { style = PLAIN } = about;
  const states = AUDIT_QUESTIONS.map((question) => questionState(report, about, question));
  const sections = [
    headLines(report, style),
    states.map((state) => overviewLine(state, style)),
    openLines(report, style),
    ...states.map((state) => questionLines(report, state, style)),
    limitLines(report, style),
    acceptedLines(report, style),
    report.matrix.length === 0
      ? []
      : [style('bold', 'What ChannelMix can do'), ...matrixLines(report.matrix, about, COLUMNS, style)],
    trendLines(report, style),
    nextLines(report, style),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headLines(report: AuditReport, style: TextStyle): readonly string[] {
  const color = ({ bad: 'red', good: 'green', open: 'yellow' } as const)[verdictOf(report)];
  const counts = countWords(report);
  const open = openWords(report);
  return [
    ...wrapped(auditSentence(report), '', (text) => style(color, text)),
    ...(counts === '' ? [] : wrapped(counts, '  found: ')),
    ...(open === '' ? [] : wrapped(open, '  open:  ', (text) => style('yellow', text))),
    ...subjectWords(report).flatMap((text, place) => wrapped(text, place === 0 ? '  who:   ' : '  facts: ')),
    ...wrapped(expectedWords(report), '  meant: '),
  ];
}

function overviewLine(state: QuestionState, style: TextStyle): string {
  const [worst] = state.findings;
  const color = worst !== undefined ? SEVERITY_COLORS[worst.severity] : state.blind.length > 0 ? 'yellow' : 'green';
  return `${QUESTION_WORDS[state.question].padEnd(QUESTION_WIDTH)}  ${style(state.asked === 0 ? 'dim' : color, stateWords(state))}`;
}

function openLines(report: AuditReport, style: TextStyle): readonly string[] {
  const open = openFacts(report);
  if (open.length === 0) return [];
  return [style('bold', 'What could not be judged'), ...open.flatMap((one) => unjudgedLines(one, style))];
}

function unjudgedLines(one: AuditReport['unjudged'][number], style: TextStyle): readonly string[] {
  return [
    ...wrapped(one.what, '  ? ', asking(style)),
    ...wrapped(unreadWords(one), '      why:   '),
    ...(one.rules.length === 0 ? [] : wrapped(one.rules.join(', '), '      rules: ')),
  ];
}

function questionLines(report: AuditReport, state: QuestionState, style: TextStyle): readonly string[] {
  const { question, findings, blind } = state;
  if (findings.length === 0) return [];
  const appeared = new Set(report.trend?.appeared);
  return [
    style('bold', QUESTION_WORDS[question]),
    ...findings.flatMap((finding) => findingLines(finding, report, appeared.has(finding.id), style)),
    ...(blind.length === 0
      ? []
      : wrapped(`${plural(blind.length, 'rule')} could not judge, so there may be more`, '  ? ', asking(style))),
  ];
}

function findingLines(finding: AuditFinding, report: AuditReport, isNew: boolean, style: TextStyle): readonly string[] {
  const { severity, message, about, fix, docs, ruleId } = finding;
  const where = placeWords(finding);
  return [
    ...wrapped(`${severity}: ${isNew ? 'new: ' : ''}${message}`, '  ', (text, first) =>
      first ? text.replace(severity, () => style(SEVERITY_COLORS[severity], severity)) : text,
    ),
    ...(about === report.subject.arn ? [] : wrapped(about, '      of:    ')),
    ...(where === '' ? [] : wrapped(where, '      where: ')),
    ...(fix === '' ? [] : wrapped(fix, '      fix:   ')),
    ...wrapped(`${docs} [${ruleId}]`, '      see:   ', (text) => style('dim', text)),
  ];
}

function limitLines(report: AuditReport, style: TextStyle): readonly string[] {
  const limits = limitWords(report);
  if (limits.length === 0) return [];
  return [
    style('bold', 'What this audit does not see, which leaves the answer as it is'),
    ...limits.flatMap((words) => wrapped(words, '  - ')),
  ];
}

function acceptedLines({ findings }: AuditReport, style: TextStyle): readonly string[] {
  const accepted = findings.flatMap((finding) =>
    finding.accepted === undefined ? [] : [{ finding, by: finding.accepted }],
  );
  if (accepted.length === 0) return [];
  return [
    style('bold', `Accepted: ${accepted.length}`),
    ...accepted.flatMap(({ finding, by }) => [
      ...wrapped(`${finding.message} [${finding.ruleId}]`, '  - '),
      ...wrapped(finding.about, '      of:  '),
      ...wrapped(`${by.reason} (${by.owner}, until ${by.expires})`, '      why: '),
    ]),
  ];
}

function trendLines(report: AuditReport, style: TextStyle): readonly string[] {
  if (report.trend === undefined) return [];
  return [
    style('bold', trendWords(report)),
    ...report.trend.gone.flatMap(({ severity, message }) => wrapped(`${severity}: ${message}`, '  gone: ')),
  ];
}

function nextLines(report: AuditReport, style: TextStyle): readonly string[] {
  return nextSteps(report).flatMap(({ text, command }, place) => [
    ...wrapped(text, place === 0 ? 'Next: ' : '      ', (line, first) =>
      first && place === 0 ? line.replace('Next:', () => style('bold', 'Next:')) : line,
    ),
    ...(command === undefined ? [] : [`        ${printable(command)}`]),
  ]);
}

/** Marks the question mark that a line begins with. */
function asking(style: TextStyle): (line: string, first: boolean) => string {
  return (line, first) => (first ? line.replace('?', () => style('yellow', '?')) : line);
}

/** Lines of 80 columns of text from anywhere, each marked after it was measured. */
function wrapped(
  text: string,
  first: string,
  mark: (line: string, first: boolean) => string = (line) => line,
): readonly string[] {
  return wrap(printable(text), first, COLUMNS).map((line, place) => mark(line, place === 0));
}
