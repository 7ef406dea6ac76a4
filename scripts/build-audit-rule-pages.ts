/** Writes docs/audit-rules/: one page a rule of the audit, from the rule itself. Run by `npm run build:audit-rule-pages`; a test fails when a page is stale. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { auditRules } from '../src/audit/index.ts';
import type { AuditRule } from '../src/audit/types.ts';
import { AUDIT_QUESTIONS, type AuditQuestion } from '../src/model/audit.ts';

const target = new URL('../docs/audit-rules/', import.meta.url);

/** The questions in words, as headings. */
const QUESTIONS: Readonly<Record<AuditQuestion, string>> = {
  needs: 'Does it do what ChannelMix needs?',
  excess: 'What more can it do?',
  'who-else': 'Who else gets in?',
  blocks: 'What stands in the way?',
  hygiene: 'Is it well kept?',
  unused: 'Is it used?',
  drift: 'Has it changed since the baseline?',
  documents: 'What of the files themselves?',
};

/** A message as a reader sees it: what is filled in stands in capitals. */
function template(text: string): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => `\`${name.replace(/[A-Z]/g, ' $&').toUpperCase()}\``);
}

function page(rule: AuditRule): string {
  const { id, question, severity, title, why, docs, controls = [], messages } = rule;
  const cases = Object.values(messages).map(({ message, fix }) =>
    `- ${template(message)}\n\n  ${fix === '' ? '' : `Mended so: ${template(fix)}`}`.trimEnd(),
  );
  return [
    `# ${title}`,
    `Rule \`${id}\` · ${severity} · ${QUESTIONS[question]}`,
    why,
    ...(controls.length === 0 ? [] : [`Controls: ${controls.join(', ')}.`]),
    cases.length === 1 ? 'What it says:' : 'What it says, one of:',
    cases.join('\n'),
    `See [${docs}](${docs}). A finding of it is accepted by \`rule: ${id}\`, or by its id.`,
  ]
    .join('\n\n')
    .concat('\n');
}

function section(question: AuditQuestion): string {
  const rows = auditRules
    .filter((rule) => rule.question === question)
    .map(
      ({ id, severity, title, controls = [] }) =>
        `| [${id}](${id}.md) | ${severity} | ${title} | ${controls.join(', ')} |`,
    );
  const table = ['| rule | severity | what holds | controls |', '| --- | --- | --- | --- |', ...rows];
  return [`## ${QUESTIONS[question]}`, table.join('\n')].join('\n\n');
}

const INTRODUCTION = `Severities: \`error\` (ChannelMix’s access does not work as it is meant), \`security\` (somebody can do harm; counts as error for \`--fail-on\`), \`warning\` (should be mended), \`suggestion\` (could be better). A single finding may have another severity than its rule where it is worse or milder.

What a rule would have needed and could not read is told beside the findings: nothing is taken to be fine because it was not seen.`;

/** What scanners ask for and no rule does: whoever looks for a control in the tables finds the reason here. */
const LEFT_OUT = `## What no rule asks

- Permissions by way of groups only (CIS AWS Foundations 3.0.0/1.15, 5.0.0/1.14, AWS Security Hub IAM.2): a group for one user of a machine keeps nothing apart, hides from the user’s own page what it may do, and lets in whoever is added to it. The kit attaches the policy to the user; that it is too much, the rules say that compare what it can do.
- MFA for the user of an access key: ChannelMix signs with the key and has no device. That the user cannot sign in to the console is asked instead.
- A KMS key of one’s own for the bucket (AWS Security Hub S3.17): S3 encrypts with its own keys, and whether more is needed is for the data to say, not for the connection.
- Trails with data events (CIS AWS Foundations 3.8 and 3.9, AWS Security Hub S3.22 and S3.23), replication and event notifications: they are of the account, not of the connection, and are not read.`;

function overview(): string {
  const asked = AUDIT_QUESTIONS.filter((question) => auditRules.some((rule) => rule.question === question));
  return ['# Rules of the audit', INTRODUCTION, ...asked.map(section), LEFT_OUT].join('\n\n').concat('\n');
}

/** File name -> text of every page. */
export function auditRulePages(): ReadonlyMap<string, string> {
  return new Map([['README.md', overview()], ...auditRules.map((rule) => [`${rule.id}.md`, page(rule)] as const)]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const pages = auditRulePages();
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(target)) if (!pages.has(name)) rmSync(new URL(name, target));
  for (const [name, text] of pages) writeFileSync(new URL(name, target), text);
}
