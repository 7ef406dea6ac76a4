import type { Check, Remedy, VerifyReport } from '../model/check.ts';
import { evidenceText, pasteable, statementTexts } from './diagnosis-words.ts';
import { hideIdentifiers } from './hide.ts';
import { markdownBlock, markdownCode, markdownTable, markdownText } from './markdown.ts';
import { formatMs, verifySummary } from './verify-text.ts';

/** What a ticket should say beside the report. */
export interface BundleAbout {
  /** Of the kit, of what it runs on, of its data; a line each. */
  readonly versions: readonly string[];
  /** Show account numbers; without, they are ACCOUNT-1, ACCOUNT-2, … */
  readonly keepAccounts: boolean;
}

/**
 * A report as Markdown, to paste into a ticket: no key, no unique id, no account number unless asked. Everything that AWS's support asks
 * for is in it: answers, request ids, versions.
 */
export function verifyBundle(full: VerifyReport, about: BundleAbout): string {
  const report = hideIdentifiers(full, about.keepAccounts);
  const wrong = report.checks.filter((check) => !check.ok && check.result !== 'skipped');
  const sections = [
    `# ChannelMix access to ${markdownCode(report.bucket)}: ${verifyVerdict(report)}`,
    facts(report),
    '## Checks',
    checkTable(report.checks),
    ...(wrong.length === 0 ? [] : ['## What is wrong', ...wrong.flatMap(problem)]),
    ...(report.remedies.length === 0 ? [] : ['## What mends it', ...report.remedies.flatMap(remedyParts)]),
    ...leftParts(report),
    ...(report.notes.length === 0
      ? []
      : ['## Notes', report.notes.map((note) => `- ${markdownText(note)}`).join('\n')]),
    '## Versions',
    about.versions.map((line) => `- ${markdownText(line)}`).join('\n'),
  ];
  return `${sections.join('\n\n')}\n`;
}

/** What a run comes to, in two or three words. */
export function verifyVerdict(report: Pick<VerifyReport, 'interrupted' | 'ok' | 'expect' | 'checks'>): string {
  if (report.interrupted) return 'interrupted';
  if (report.ok) return report.expect === 'revoked' ? 'revoked' : 'works';
  const wrong = report.checks.filter(({ ok }) => !ok);
  if (wrong.every(({ result }) => result === 'error' || result === 'skipped')) return 'could not be found out';
  return report.expect === 'revoked' ? 'not revoked' : 'does not work';
}

function facts(report: VerifyReport): string {
  const { roleArn, caller, sessionArn, region, endpoint } = report;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Date', report.date],
    ['Way', roleArn === undefined ? 'access key' : `role ${roleArn}`],
    ['Mode', report.mode],
    ['Caller', caller.arn],
    ['Session', sessionArn],
    ['Region', region],
    ['Bucket and role or key', report.bucketOwner],
    ['Endpoint, not AWS', endpoint],
    ['Result', verifySummary(report)],
  ];
  const known = rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, markdownCode(value)]]));
  return markdownTable(['', ''], known);
}

function checkTable(checks: readonly Check[]): string {
  const head = [
    'Check',
    'Action',
    'Resource',
    'Expected',
    'Result',
    'As expected',
    'Time',
    'Attempts',
    'Answer',
    'Request',
  ];
  const rows = checks.map((check) => [
    markdownCode(check.id),
    markdownCode(check.action),
    markdownCode(check.resource),
    check.expect,
    check.result,
    check.ok ? 'yes' : '**no**',
    formatMs(check.ms),
    String(check.attempts),
    markdownCode(check.error?.code ?? ''),
    markdownCode(check.error?.requestId ?? ''),
  ]);
  return markdownTable(head, rows);
}

function problem({ id, action, resource, error, diagnosis }: Check): readonly string[] {
  const lines = [
    ...(error === undefined ? [] : [`- answer: ${markdownCode(`${error.code}: ${error.message}`)}`]),
    ...(diagnosis === undefined
      ? []
      : [
          `- layer: ${diagnosis.layer} (${evidenceText(diagnosis)})`,
          ...statementTexts(diagnosis).map((text) => `- where: ${markdownText(text)}`),
          `- why: ${markdownText(diagnosis.cause)}`,
          ...(diagnosis.disagreement === undefined ? [] : [`- but: ${markdownText(diagnosis.disagreement)}`]),
          `- fix: ${markdownText(diagnosis.fix)}`,
        ]),
  ];
  return [
    `### ${markdownCode(id)}: ${markdownCode(action)} on ${markdownCode(resource)}`,
    lines.join('\n'),
    ...(diagnosis?.remedy === undefined ? [] : remedyParts(diagnosis.remedy)),
  ];
}

function remedyParts(remedy: Remedy): readonly string[] {
  const { policy, attach, command, also } = remedy;
  const paste = pasteable(remedy);
  return [
    ...(policy === undefined ? [] : [`In the ${policy} policy:`]),
    ...(attach === undefined ? [] : [`Attach ${markdownCode(attach)}.`]),
    ...(paste === undefined ? [] : [markdownBlock(JSON.stringify(paste, null, 2), 'json')]),
    ...(command === undefined ? [] : [markdownBlock(command, 'sh')]),
    ...(also === undefined ? [] : remedyParts(also)),
  ];
}

function leftParts({ cleanup }: VerifyReport): readonly string[] {
  const { left, created, removed } = cleanup;
  if (left.length === 0) return [`Created ${created}, removed ${removed}, left nothing.`];
  return ['## Left behind', markdownBlock(left.map(({ what, command }) => `# ${what}\n${command}`).join('\n'), 'sh')];
}
