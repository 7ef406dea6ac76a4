import { AUDIT_QUESTIONS, type AuditFinding, type AuditReport } from '../model/audit.ts';
import { SEVERITIES, type Severity } from '../model/finding.ts';
import type { AuditAbout } from './audit-about.ts';
import { matrixSection } from './audit-html-matrix.ts';
import { AUDIT_HASHES, AUDIT_SCRIPT, AUDIT_STYLE } from './audit-html-style.ts';
import {
  auditSentence,
  countedFindings,
  expectedWords,
  limitWords,
  nextSteps,
  openFacts,
  openWords,
  placeWords,
  QUESTION_WORDS,
  type QuestionState,
  questionState,
  SEVERITY_WORDS,
  stateWords,
  subjectWords,
  trendWords,
  unreadWords,
  verdictOf,
} from './audit-words.ts';
import { element, type Markup } from './markup.ts';
import { htmlPage } from './page.ts';

/** So many bad findings are shown with all that is known of them; of more the reader opens those that matter. */
const OPEN_FINDINGS = 12;

/** One page that needs nothing else, asks nobody, and can be read and printed without its script. */
export function auditHtml(report: AuditReport, about: AuditAbout): string {
  const states = AUDIT_QUESTIONS.map((question) => questionState(report, about, question));
  const code = {
    style: AUDIT_STYLE,
    styleHash: AUDIT_HASHES.style,
    script: { text: AUDIT_SCRIPT, hash: AUDIT_HASHES.script },
  };
  return htmlPage(`Audit of ${report.subject.name}`, code, [
    element('h1', {}, ['Audit of the access of ChannelMix']),
    answer(report),
    subject(report),
    ...counts(report),
    overview(states),
    ...unjudged(report),
    ...findings(report, states),
    ...matrixSection(report, about),
    ...trend(report),
    ...accepted(report),
    ...limits(report),
    ...next(report),
    element('footer', {}, [`channelmix-s3 ${about.toolVersion}, IAM data ${about.dataVersion}, ${report.date}`]),
  ]);
}

function answer(report: AuditReport): Markup {
  const verdict = verdictOf(report);
  const open = openWords(report);
  return element('div', { class: `answer${verdict === 'good' ? '' : ` ${verdict}`}` }, [
    element('strong', {}, [auditSentence(report)]),
    ...(open === '' ? [] : [element('p', { class: 'undecided' }, [`Not the whole answer: ${open}.`])]),
  ]);
}

function list(entries: readonly (readonly [string, readonly Markup[]])[]): Markup {
  return element(
    'dl',
    { class: 'facts' },
    entries.flatMap(([name, content]) => [element('dt', {}, [name]), element('dd', {}, content)]),
  );
}

function code(text: string): Markup {
  return element('code', {}, [text]);
}

function subject(report: AuditReport): Markup {
  const { kind, arn } = report.subject;
  const [who = '', facts = ''] = subjectWords(report);
  return list([
    [kind === 'role' ? 'Role' : 'User', [code(arn), who.slice(`${kind} ${arn}`.length)]],
    ['Facts', [facts]],
    ['Meant to have', [expectedWords(report)]],
  ]);
}

function counts({ summary }: AuditReport): readonly Markup[] {
  const there = SEVERITIES.filter((severity) => summary[severity] > 0);
  if (there.length === 0) return [];
  return [
    element('fieldset', { class: 'counts' }, [
      element('legend', {}, ['Findings that are shown']),
      ...there.map((severity) =>
        element('label', { title: SEVERITY_WORDS[severity] }, [
          element('input', { type: 'checkbox', id: `show-${severity}`, checked: '' }),
          element('b', { class: severity }, [String(summary[severity])]),
          ` ${severity}: ${SEVERITY_WORDS[severity]}`,
        ]),
      ),
    ]),
  ];
}

function overview(states: readonly QuestionState[]): Markup {
  const rows = states.map((state) => {
    const { question, findings: found, blind, asked } = state;
    const [worst] = found;
    const words = QUESTION_WORDS[question];
    const title = worst === undefined ? words : element('a', { href: `#${question}` }, [words]);
    const kind = worst?.severity ?? (blind.length > 0 ? 'undecided' : asked === 0 ? 'accepted' : 'quiet');
    return element('tr', {}, [
      element('th', { scope: 'row' }, [title]),
      element('td', { class: kind }, [stateWords(state)]),
    ]);
  });
  return element('table', { class: 'overview', 'aria-label': 'The questions and their answers' }, [
    element('tbody', {}, rows),
  ]);
}

function heading(id: string, text: string): Markup {
  return element('h2', { id }, [text]);
}

function unjudged(report: AuditReport): readonly Markup[] {
  const open = openFacts(report);
  if (open.length === 0) return [];
  return [
    heading('open', 'What could not be judged'),
    element(
      'ul',
      {},
      open.map((fact) =>
        element('li', { class: 'box' }, [
          element('p', {}, [element('strong', {}, [fact.what])]),
          element('p', {}, [unreadWords(fact)]),
          ...(fact.rules.length === 0
            ? []
            : [element('p', {}, ['Undecided because of it: ', code(fact.rules.join(', '))])]),
        ]),
      ),
    ),
  ];
}

function findings(report: AuditReport, states: readonly QuestionState[]): readonly Markup[] {
  const appeared = new Set(report.trend?.appeared);
  const isBad = (severity: Severity) => severity === 'error' || severity === 'security';
  const bad = countedFindings(report).filter(({ severity }) => isBad(severity)).length;
  return states.flatMap(({ question, findings: own, blind }) => {
    if (own.length === 0) return [];
    return [
      heading(question, QUESTION_WORDS[question]),
      ...(blind.length === 0
        ? []
        : [element('p', { class: 'undecided' }, ['Rules that could not judge: ', code(blind.join(', '))])]),
      element(
        'ul',
        {},
        own.map((one) => finding(one, appeared.has(one.id), bad <= OPEN_FINDINGS && isBad(one.severity))),
      ),
    ];
  });
}

function finding(one: AuditFinding, isNew: boolean, open: boolean): Markup {
  const { severity, message, fix, about, docs, controls, ruleId, id } = one;
  const where = placeWords(one);
  return element('li', { class: `finding ${severity}` }, [
    element('details', open ? { open: '' } : {}, [
      element('summary', {}, [
        element('span', { class: `tag ${severity}` }, [severity]),
        ...(isNew ? [element('span', { class: 'tag new' }, ['new'])] : []),
        message,
      ]),
      list([
        ...(fix === '' ? [] : ([['Fix', [fix]]] as const)),
        ['About', [code(about)]],
        ...(where === '' ? [] : ([['Where', [code(where)]]] as const)),
        ['Rule', [code(ruleId)]],
        ...(controls.length === 0 ? [] : ([['Controls', [controls.join(', ')]]] as const)),
        ['Why', [link(docs)]],
        ['Id', [code(id)]],
      ]),
    ]),
  ]);
}

/** A link where it is one to a page, else its text. */
function link(address: string): Markup {
  return address.startsWith('https://') ? element('a', { href: address, rel: 'noreferrer' }, [address]) : address;
}

function trend(report: AuditReport): readonly Markup[] {
  if (report.trend === undefined) return [];
  return [
    heading('trend', trendWords(report)),
    ...(report.trend.gone.length === 0
      ? []
      : [
          element(
            'ul',
            {},
            report.trend.gone.map(({ severity, message, about, ruleId }) =>
              element('li', { class: 'box calm' }, [
                element('p', {}, [element('span', { class: `tag ${severity}` }, [severity]), `gone: ${message}`]),
                element('p', {}, [code(about), ' ', code(ruleId)]),
              ]),
            ),
          ),
        ]),
  ];
}

function accepted({ findings: all }: AuditReport): readonly Markup[] {
  const own = all.flatMap((one) => (one.accepted === undefined ? [] : [{ one, by: one.accepted }]));
  if (own.length === 0) return [];
  return [
    heading('accepted', `Accepted: ${own.length}`),
    element(
      'ul',
      {},
      own.map(({ one, by }) =>
        element('li', { class: 'box calm' }, [
          element('p', {}, [element('span', { class: `tag ${one.severity}` }, [one.severity]), one.message]),
          element('p', {}, [code(one.about), ' ', code(one.ruleId)]),
          element('p', {}, [`${by.reason} (${by.owner}, until ${by.expires})`]),
        ]),
      ),
    ),
  ];
}

function limits(report: AuditReport): readonly Markup[] {
  const own = limitWords(report);
  if (own.length === 0) return [];
  return [
    heading('limits', 'What this audit does not see'),
    element('p', {}, ['It leaves the answer as it is.']),
    element(
      'ul',
      {},
      own.map((words) => element('li', { class: 'box calm' }, [element('p', {}, [words])])),
    ),
  ];
}

function next(report: AuditReport): readonly Markup[] {
  const steps = nextSteps(report);
  if (steps.length === 0) return [];
  return [
    heading('next', 'What is next'),
    element(
      'ul',
      {},
      steps.map(({ text, command }) =>
        element('li', { class: 'box calm' }, [
          element('p', {}, [text]),
          ...(command === undefined ? [] : [element('p', {}, [code(command)])]),
        ]),
      ),
    ),
  ];
}
