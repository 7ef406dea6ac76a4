import type { Check, Leftover, Remedy, VerifyReport } from '../model/check.ts';
import { evidenceText, pasteable, statementTexts } from './diagnosis-words.ts';
import { wrap } from './wrap.ts';

/** Marks text; the reporter knows no colours. */
export type VerifyTextStyle = (format: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string) => string;

const PLAIN: VerifyTextStyle = (_format, text) => text;

/** Width of the column of check ids; `denied:s3:GetLifecycleConfiguration` is the longest. */
const ID_WIDTH = 35;
/** So many checks in a row that were skipped for one reason are told in one line. */
const MANY_SKIPPED = 3;

/**
 * One line about a check: what came out, how long it took.
 *
 * @param unicode use signs that need a Unicode terminal
 */
export function verifyCheckLine(check: Check, style: VerifyTextStyle = PLAIN, unicode = true): string {
  const [sign, color] = signOf(check, unicode);
  const id = check.id.padEnd(ID_WIDTH);
  // No call, no time: the answer is that of the policies.
  const time = check.result === 'skipped' || check.attempts === 0 ? '' : style('dim', ` ${formatMs(check.ms)}`);
  const rate = check.mibPerSecond === undefined ? '' : style('dim', `, ${check.mibPerSecond} MiB/s`);
  const tries = check.attempts > 1 ? style('dim', `, ${check.attempts} attempts`) : '';
  return `${style(color, sign)} ${id} ${outcomeWords(check)}${time}${rate}${tries}`;
}

/** The lines about all checks of a run. What was skipped for one reason is one line. */
export function verifyCheckLines(
  checks: readonly Check[],
  style: VerifyTextStyle = PLAIN,
  unicode = true,
): readonly string[] {
  const runs: Check[][] = [];
  for (const check of checks) {
    const last = runs.at(-1);
    if (check.result === 'skipped' && last?.[0]?.result === 'skipped' && last[0].note === check.note) last.push(check);
    else runs.push([check]);
  }
  return runs.flatMap((run) =>
    run.length < MANY_SKIPPED
      ? run.map((check) => verifyCheckLine(check, style, unicode))
      : `${style('dim', '-')} ${`${run.length} checks`.padEnd(ID_WIDTH)} skipped: ${run[0]?.note ?? ''}`,
  );
}

/**
 * The report as text, for a terminal or a log: the checks, what failed with cause and fix, what is left, notes, and last the summary
 * (`13 of 13 as expected, 0 left behind, 4.2 s`).
 */
export function renderVerifyReport(report: VerifyReport, style: VerifyTextStyle = PLAIN, unicode = true): string {
  const lines = [
    ...headLines(report),
    '',
    ...verifyCheckLines(report.checks, style, unicode),
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
  return [
    ...groups.flatMap((checks) => ['', ...problemLines(checks, report, style)]),
    ...report.remedies.flatMap((remedy) => ['', ...wholeLines(remedy, report, style)]),
    ...leftLines(report, style),
  ];
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
    ...(report.expect === undefined ? [] : [`meant to be revoked; asked on ${report.date}`]),
    `as ${report.caller.arn}${report.endpoint === undefined ? '' : `, at ${report.endpoint} instead of AWS`}`,
  ];
}

function signOf(check: Check, unicode: boolean): readonly [string, 'green' | 'red' | 'yellow' | 'dim'] {
  if (check.result === 'skipped') return ['-', 'dim'];
  if (check.required === false && check.result !== check.expect) return ['i', 'dim'];
  if (check.result === 'error') return ['?', 'yellow'];
  return check.ok ? [unicode ? '✓' : 'ok', 'green'] : [unicode ? '✗' : 'NO', 'red'];
}

function outcomeWords(check: Check): string {
  const where = check.prefix === undefined ? '' : ` in ${check.prefix}`;
  if (check.result === 'skipped') return `skipped${where}: ${check.note ?? ''}`;
  if (check.result === 'error') return `unknown${where}: ${check.error?.code ?? ''}`;
  const word = check.result === 'allow' ? 'allowed' : 'refused';
  if (check.required === false && check.result !== 'allow') return `${word}${where}, for information`;
  if (check.expect === 'deny') return `${word}, ${check.ok ? 'as it must be' : 'but must be refused'}${placeOf(check)}`;
  return check.ok ? `${word}${where}` : `${word}${where} (${check.error?.code ?? ''})`;
}

/** Calls that must be refused are told apart by the bucket that they are for. */
function placeOf({ resource }: Check): string {
  const bucket = resource.split(':::')[1]?.split('/')[0];
  return bucket === undefined ? '' : `, on ${bucket}`;
}

/** Checks that failed for one and the same cause, which is told once. */
function problemLines(checks: readonly Check[], report: VerifyReport, style: VerifyTextStyle): readonly string[] {
  const [first] = checks;
  if (first?.diagnosis === undefined) return [];
  const { error, diagnosis } = first;
  const remedies = checks.flatMap((check) => withOthers(check.diagnosis?.remedy));
  const own = remedies.filter(
    (remedy) => !report.remedies.some(({ policy }) => adds(remedy) && policy === remedy.policy),
  );
  return [
    ...checks.map((check) => style('bold', `${check.id}: ${check.action} on ${check.resource}${folderOf(check)}`)),
    // Without a call there is no answer: the cause says what the policies say.
    ...(error === undefined || first.attempts === 0 ? [] : wrap(`${error.code}: ${error.message}`, '  answer:  ')),
    ...(error?.requestId === undefined ? [] : [`  request: ${error.requestId}`]),
    `  layer:   ${diagnosis.layer} (${evidenceText(diagnosis)})`,
    ...unique(checks.flatMap((check) => statementTexts(check.diagnosis))).flatMap((text) => wrap(text, '  where:   ')),
    ...wrap(diagnosis.cause, '  why:     '),
    ...unique(checks.flatMap((check) => check.diagnosis?.disagreement ?? [])).flatMap((text) =>
      wrap(text, '  but:     '),
    ),
    ...wrap(diagnosis.fix, '  fix:     '),
    ...unique(own.map(pasteable)).flatMap((one) => (one === undefined ? [] : indented(JSON.stringify(one, null, 2)))),
    ...unique(own.flatMap(({ command }) => command ?? [])).map((command) => `           ${command}`),
  ];
}

/** The folder, where the resource does not show it. */
function folderOf({ prefix, resource }: Check): string {
  return prefix === undefined || resource.includes(prefix) ? '' : ` in ${prefix}`;
}

function withOthers(remedy: Remedy | undefined): readonly Remedy[] {
  return remedy === undefined ? [] : [remedy, ...withOthers(remedy.also)];
}

/** A remedy that allows something, rather than taking a refusal away. */
function adds({ condition }: Remedy): boolean {
  return condition === undefined;
}

/** What a grant needs in one policy, whole. */
function wholeLines(remedy: Remedy, report: VerifyReport, style: VerifyTextStyle): readonly string[] {
  const who = report.roleArn === undefined ? 'the user' : 'the role';
  const skipped = report.checks.filter(({ result, expect }) => result === 'skipped' && expect === 'allow');
  const ids = unique(skipped.map(({ id }) => id)).join(', ');
  const covers = ids === '' ? '' : `, which covers what was skipped, too (${ids})`;
  const { document, attach, command } = remedy;
  const title = {
    identity: `Policy of ${who}: replace what it has for ChannelMix by this whole one${covers}`,
    bucket: `Policy of bucket ${report.bucket}: its owner adds this${covers}`,
    boundary: `Permissions boundary of ${who}: add this${covers}`,
  }[remedy.policy as string];
  return [
    ...wrap(`${title ?? remedy.policy}:`, '').map((line) => style('bold', line)),
    ...(attach === undefined ? [] : [`  attach the managed policy ${attach}`]),
    ...(document === undefined
      ? []
      : JSON.stringify(document, null, 2)
          .split('\n')
          .map((line) => `  ${line}`)),
    ...(command === undefined ? [] : ['  # or print it with', `  ${command}`]),
  ];
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

/** What is told of leftovers, by the reason why they are there. */
const LEFT_TITLES: Readonly<Record<Leftover['reason'], string>> = {
  refused: "Left behind, since this access may not remove it; the bucket's owner removes it with:",
  'mfa-delete':
    "Left behind, since the bucket has MFA delete; the root user of the bucket's owner removes it, with the serial number of its MFA device and a code of it in place of SERIAL and CODE:",
  failed: 'Left behind, since removing it did not come to an end; it is removed with:',
  unsure: 'May be left behind, since no answer said whether it was made; it is found or removed with:',
};

/** What is left behind and the commands that remove it, by the reason why. */
export function leftoverLines(left: readonly Leftover[], style: VerifyTextStyle = PLAIN): readonly string[] {
  return unique(left.map(({ reason }) => reason)).flatMap((reason) => [
    '',
    style('bold', LEFT_TITLES[reason]),
    ...left.filter((one) => one.reason === reason).flatMap(({ what, command }) => [`  # ${what}`, `  ${command}`]),
  ]);
}

function leftLines(report: VerifyReport, style: VerifyTextStyle): readonly string[] {
  const { left, remedy } = report.cleanup;
  const told = leftoverLines(left, style);
  const whole = report.remedies.some(({ policy }) => policy === remedy?.policy);
  if (remedy?.statement === undefined || whole) return told;
  const who = report.roleArn === undefined ? 'the user' : 'the role';
  return [
    ...told,
    '',
    ...wrap(
      `So that the next run can remove the versions of its own probes, and nothing else for good, add this to the policy of ${who}:`,
      '',
    ).map((line) => style('bold', line)),
    ...JSON.stringify(remedy.statement, null, 2)
      .split('\n')
      .map((line) => `  ${line}`),
  ];
}

function indented(text: string): readonly string[] {
  return text.split('\n').map((line) => `           ${line}`);
}

/** Milliseconds below a second, seconds with one decimal above. */
export function formatMs(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
