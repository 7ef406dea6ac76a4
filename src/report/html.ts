import { type FileFindings, type Finding, type LintReport, SEVERITIES } from '../model/finding.ts';
import { element, type Markup } from './markup.ts';
import { htmlPage } from './page.ts';
import { type About, summaryLine } from './reporter.ts';

/** The page's style; its hash stands in the policy below, and a test compares them. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
h2 { font-size: 1.1rem; overflow-wrap: anywhere; }
table { border-collapse: collapse; }
th, td { border: 1px solid var(--line); padding: .25rem .75rem; text-align: left; }
ol { list-style: none; padding: 0; }
li { border: 1px solid var(--line); border-left-width: .4rem; margin: .5rem 0; padding: .5rem 1rem; overflow-wrap: anywhere; }
.error, .security { border-left-color: #c62828; }
.warning { border-left-color: #b26a00; }
.suggestion { border-left-color: #1565c0; }
p { margin: .25rem 0; }
code { font-family: ui-monospace, monospace; }
`;

/** SHA-256 of STYLE in base64. */
export const STYLE_HASH = 'sha256-I6z5I3XkzrbCT7eoW2JKKVZIfOzpMsYub+hWiFXJoWE=';

/** One page that needs nothing else and runs no script: for a ticket, an e-mail, a build's artefacts. */
export function htmlReport(report: LintReport, about: About): string {
  const title = 'Findings in policy documents';
  return htmlPage(title, { style: STYLE, styleHash: STYLE_HASH }, [
    element('h1', {}, [title]),
    element('p', {}, [summaryLine(report)]),
    summaryTable(report),
    ...report.files.map(fileSection),
    element('p', {}, [`channelmix-s3 ${about.toolVersion}, IAM data ${about.dataVersion}`]),
  ]);
}

function summaryTable(report: LintReport): Markup {
  const row = (name: 'th' | 'td', cells: readonly string[]): Markup =>
    element(
      'tr',
      {},
      cells.map((cell) => element(name, name === 'th' ? { scope: 'col' } : {}, [cell])),
    );
  return element('table', {}, [
    element('thead', {}, [row('th', ['Severity', 'Findings'])]),
    element(
      'tbody',
      {},
      SEVERITIES.map((severity) => row('td', [severity, String(report.summary[severity])])),
    ),
  ]);
}

function fileSection(file: FileFindings): Markup {
  const list =
    file.findings.length === 0
      ? element('p', {}, ['Nothing was found.'])
      : element('ol', {}, file.findings.map(findingItem));
  return element('section', {}, [element('h2', {}, [file.path]), list]);
}

function findingItem(finding: Finding): Markup {
  const { severity, ruleId, line, column, pointer, message, fix, docs } = finding;
  const place = `line ${line}, column ${column}${pointer === '' ? '' : `, ${pointer}`}`;
  return element('li', { class: severity }, [
    element('p', {}, [element('strong', {}, [severity]), ' ', element('code', {}, [ruleId]), ` ${place}`]),
    element('p', {}, [message]),
    ...(fix === undefined ? [] : [element('p', {}, [`Fix: ${fix.explanation}.`])]),
    element('p', {}, [element('a', { href: docs, rel: 'noreferrer' }, ['Documentation'])]),
  ]);
}
