import type { AuditFinding, AuditQuestion, AuditReport, Unjudged } from '../model/audit.ts';
import { UNNAMED_ACCOUNT } from '../model/constants.ts';
import { SEVERITIES, type Severity } from '../model/finding.ts';
import { shellWord } from '../model/shell.ts';
import type { AuditAbout } from './audit-about.ts';
import { marksOf } from './audit-matrix.ts';
import { statementText } from './diagnosis-words.ts';
import { groupBy } from './group-by.ts';
import { plural } from './reporter.ts';

/** The questions as a report asks them. */
export const QUESTION_WORDS: Readonly<Record<AuditQuestion, string>> = {
  needs: 'Can ChannelMix do what it needs?',
  excess: 'Can it do more than it needs?',
  'who-else': 'Who else gets in?',
  blocks: 'Does something stop it?',
  hygiene: 'Is the set-up kept well?',
  unused: 'Is there access that nobody uses?',
  drift: 'Has it changed?',
  documents: 'Are the documents well written?',
};

/** What a severity means, in a few words. */
export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  error: 'access does not work as meant',
  security: 'somebody can do harm',
  warning: 'should be mended',
  suggestion: 'could be better',
};

/** Findings that count. */
export function countedFindings({ findings }: AuditReport): readonly AuditFinding[] {
  return findings.filter(({ accepted }) => accepted === undefined);
}

/** How the answer is marked: what could be better makes nothing bad. */
export function verdictOf(report: AuditReport): 'bad' | 'good' | 'open' {
  const { needs, more } = auditAnswer(report);
  if (needs === 'no' || more === 'yes' || countedFindings(report).some(isBad)) return 'bad';
  return report.complete ? 'good' : 'open';
}

function isBad({ severity }: AuditFinding): boolean {
  return severity !== 'suggestion';
}

/** What ChannelMix can do: whether all that it needs, and whether more. Accepted or not, a fact is a fact. */
export interface AuditAnswer {
  readonly needs: 'yes' | 'no' | 'unknown';
  readonly more: 'yes' | 'no' | 'unknown';
}

/** The answer to the first two questions, by findings and matrix. What is open is never a "yes" to the first, nor a "no" to the second. */
function auditAnswer({ expected, findings, matrix, complete }: AuditReport): AuditAnswer {
  const marks = new Set(matrix.flatMap(marksOf));
  const cannot = marks.has('missing') || findings.some(({ severity }) => severity === 'error');
  const more = marks.has('excess') || findings.some(({ question }) => question === 'excess');
  return {
    needs: cannot ? 'no' : complete && expected.buckets.length > 0 ? 'yes' : 'unknown',
    more: more ? 'yes' : complete && matrix.every(({ excess }) => excess.length === 0) ? 'no' : 'unknown',
  };
}

const NEEDS_WORDS = {
  yes: 'ChannelMix can do what it needs',
  no: 'ChannelMix cannot do all that it needs',
  unknown: 'Not known whether ChannelMix can do what it needs',
} as const;
const MORE_WORDS = { yes: ', and can do more', no: ', and no more', unknown: '' } as const;

/** The answer in one line: `ChannelMix cannot do all that it needs, and can do more; 12 findings; incomplete`. */
export function auditSentence(report: AuditReport): string {
  const { needs, more } = auditAnswer(report);
  const count = countedFindings(report).length;
  const open = report.complete ? '' : '; incomplete';
  const far = needs === 'yes' && isPartial(report) ? ', as far as this says' : '';
  return `${NEEDS_WORDS[needs]}${far}${MORE_WORDS[more]}; ${count === 0 ? 'no findings' : plural(count, 'finding')}${open}`;
}

/** Whether the facts are those of a file that says nothing of some, such as a template without the bucket. */
function isPartial({ subject, unjudged }: AuditReport): boolean {
  return subject.source.kind !== 'aws' && unjudged.some(isLimit);
}

/** A fact that nobody asked for; what an organization keeps to itself is missing everywhere. */
function isLimit({ open, action }: Unjudged): boolean {
  return !open && !action.startsWith('organizations:');
}

/** The findings that count, by severity, and those that are accepted: `2 errors, 5 security, 1 accepted`. */
export function countWords({ summary }: AuditReport): string {
  const words = SEVERITIES.flatMap((severity) => {
    const count = summary[severity];
    return count === 0 ? [] : [severity === 'security' ? `${count} security` : plural(count, severity)];
  });
  return [...words, ...(summary.accepted === 0 ? [] : [`${summary.accepted} accepted`])].join(', ');
}

/** What is open: `3 facts could not be read, and 5 rules could not judge`; empty when nothing is. */
export function openWords(report: AuditReport): string {
  const open = openFacts(report);
  if (open.length === 0) return report.complete ? '' : 'not everything could be read';
  const rules = new Set(open.flatMap((one) => one.rules));
  const blind = rules.size === 0 ? '' : `, and ${plural(rules.size, 'rule')} could not judge without`;
  return `${plural(open.length, 'fact')} could not be read${blind}`;
}

/** Facts without which the answer is open. */
export function openFacts({ unjudged }: AuditReport): readonly Unjudged[] {
  return unjudged.filter(({ open }) => open);
}

/** Those facts, for each rule that lacked them. */
export function openByRule(report: AuditReport): ReadonlyMap<string, readonly Unjudged[]> {
  const lacks = openFacts(report).flatMap((fact) => fact.rules.map((ruleId) => ({ ruleId, fact })));
  const byRule = [...groupBy(lacks, ({ ruleId }) => ruleId)];
  return new Map(byRule.map(([ruleId, of]) => [ruleId, of.map(({ fact }) => fact)]));
}

/** Why a fact is not there: `AccessDenied: User … is not authorized …`. */
export function unreadWords({ code, said, action }: Unjudged): string {
  const answer = code === undefined || said.startsWith(code) ? said : `${code}: ${said}`;
  return action === '' ? answer : `${answer} (reading it takes ${action})`;
}

/** Where a finding is: file, line and column, and the statement. */
export function placeWords({ place, statement }: AuditFinding): string {
  const file = place === undefined ? [] : [`${place.path}:${place.line}:${place.column}`];
  if (statement === undefined) return file.join('');
  const { policy, index, sid } = statement;
  // A policy that is a file of its own is called like the file.
  const named = policy === place?.path ? `statement ${sid ?? index + 1}` : statementText(statement, undefined);
  return [...file, named].join(', ');
}

/** Who was audited, and what the facts come from. */
export function subjectWords({ subject, date }: AuditReport): readonly string[] {
  const { kind, arn, account, source } = subject;
  const readAt = source.readAt === undefined ? '' : `, read ${source.readAt}`;
  const by = source.readBy === undefined ? '' : ` by ${source.readBy}`;
  return [
    `${kind} ${arn}${account === UNNAMED_ACCOUNT ? ' (the account is not named there; zeros stand for it)' : ''}`,
    `${SOURCE_WORDS[source.kind]}${source.path === undefined ? '' : ` ${source.path}`}${readAt}${by}; audited ${date}`,
  ];
}

const SOURCE_WORDS: Readonly<Record<AuditReport['subject']['source']['kind'], string>> = {
  aws: 'from AWS',
  files: 'from files',
  documents: 'from saved documents',
  'authorization-details': 'from the authorization details of the account',
  'pulumi-preview': 'from a preview of Pulumi',
  'pulumi-state': 'from a state of Pulumi',
  'terraform-plan': 'from a plan of Terraform',
  'terraform-state': 'from a state of Terraform',
  cloudformation: 'from a template of CloudFormation',
};

/** What ChannelMix is meant to have. */
export function expectedWords({ expected: { access, buckets, from } }: AuditReport): string {
  const names = buckets.map(({ name, prefixes }) =>
    prefixes.length === 0 ? name : `${name} (${prefixes.join(', ')})`,
  );
  const source = from === 'named' ? '' : ', the buckets that the policies name';
  return `${access} access to ${names.length === 0 ? 'no bucket' : names.join(', ')}${source}`;
}

/** Which of the rules of a question found nothing, and which could not judge. */
export interface QuestionState {
  readonly question: AuditQuestion;
  readonly findings: readonly AuditFinding[];
  readonly accepted: readonly AuditFinding[];
  readonly asked: number;
  /** Ids of rules that are blind. */
  readonly blind: readonly string[];
  /** Number of rules that judged without facts which the source does not have. */
  readonly partial: number;
}

/** What was found for one question. */
export function questionState(report: AuditReport, about: AuditAbout, question: AuditQuestion): QuestionState {
  const own = report.findings.filter((finding) => finding.question === question);
  const rules = about.rules.filter((rule) => rule.question === question);
  const blind = new Set(openFacts(report).flatMap((one) => one.rules));
  const limited = new Set(report.unjudged.filter(isLimit).flatMap((one) => one.rules));
  return {
    question,
    findings: own.filter(({ accepted }) => accepted === undefined),
    accepted: own.filter(({ accepted }) => accepted !== undefined),
    // Nothing to compare with: that nothing changed is not said.
    asked: question === 'drift' && report.baseline === undefined ? 0 : rules.length,
    blind: rules.filter(({ id }) => blind.has(id)).map(({ id }) => id),
    partial: rules.filter(({ id }) => limited.has(id) && !blind.has(id)).length,
  };
}

/** The state of a question in a few words: `2 findings, up to error`; `nothing found by 3 rules`. */
export function stateWords({ asked, blind, partial, findings, accepted }: QuestionState): string {
  const [worst] = findings;
  if (worst !== undefined) {
    const count = `${plural(findings.length, 'finding')}, ${findings.length === 1 ? '' : 'up to '}${worst.severity}`;
    return blind.length === 0 ? count : `${count}; ${plural(blind.length, 'rule')} undecided`;
  }
  if (blind.length > 0) return `not known: ${blind.length} of ${plural(asked, 'rule')} undecided`;
  if (accepted.length > 0) return `nothing but ${accepted.length} accepted`;
  const some = partial === 0 ? '' : `, ${partial} ${partial === 1 ? 'lacks' : 'lack'} facts`;
  return asked === 0 ? 'not asked' : `nothing found by ${plural(asked, 'rule')}${some}`;
}

/** What an audit does not see and is not open, by the reason: `FILE does not declare bucket B: its owner; the policy of bucket B`. */
export function limitWords({ unjudged }: AuditReport): readonly string[] {
  const limits = unjudged.filter(({ open }) => !open);
  return [
    ...groupBy(limits, ({ kind, said, ...fact }) =>
      kind === 'not-asked' ? said : unreadWords({ kind, said, ...fact }),
    ).entries(),
  ].map(([reason, facts]) => `${reason}: ${facts.map(({ what }) => withoutOwner(what, reason)).join('; ')}`);
}

/** What a fact is of is said once, where the reason names it. */
function withoutOwner(what: string, reason: string): string {
  const [owner, name] = / of (bucket \S+)$/.exec(what) ?? [];
  return owner !== undefined && name !== undefined && reason.includes(name) ? what.slice(0, -owner.length) : what;
}

/** What to do next, each in a sentence; commands stand on lines of their own. */
export function nextSteps(report: AuditReport): readonly { readonly text: string; readonly command?: string }[] {
  const { subject, expected } = report;
  const [bucket] = expected.buckets;
  const found = countedFindings(report).length > 0;
  const live = subject.source.kind === 'aws' && subject.kind === 'role' && bucket !== undefined;
  const open = openFacts(report);
  const denied = [...new Set(open.flatMap(({ kind, action }) => (kind === 'denied' ? [action] : [])))];
  return [
    ...(denied.length === 0
      ? []
      : [
          {
            text: `Let whoever audits call ${denied.join(', ')}, and audit again. All that an audit reads is in`,
            command: [
              ...['channelmix-s3', 'audit', subject.kind === 'role' ? '--role-arn' : '--user', subject.arn],
              ...expected.buckets.flatMap(({ name }) => ['--bucket', name]),
              '--print-permissions',
            ]
              .map(shellWord)
              .join(' '),
          },
        ]),
    ...(open.some(({ kind }) => kind !== 'denied')
      ? [{ text: 'Find out why what is open could not be read, and audit again.' }]
      : []),
    ...(found ? [{ text: 'Mend what was found, the worst first, and audit again.' }] : []),
    ...(live
      ? [
          {
            text: `That access works, and nothing more, is proved by calls`,
            command: `channelmix-s3 verify --role-arn ${shellWord(subject.arn)} --bucket ${shellWord(bucket.name)}`,
          },
        ]
      : []),
  ];
}

/** What changed since the former audit, in one sentence. */
export function trendWords({ trend }: AuditReport): string {
  if (trend === undefined) return '';
  return `Since ${trend.since}: ${plural(trend.appeared.length, 'new finding')}, ${trend.gone.length} gone`;
}
