import {
  FLEET_STATUSES,
  type FleetGroup,
  type FleetResult,
  type FleetStatus,
  type FleetSummary,
} from '../model/fleet.ts';
import { fleetReasons } from './fleet-ndjson.ts';
import { fleetSentence, groupTitle, missingWords, number, STATUS_WORDS, trendSentence } from './fleet-text.ts';
import { element, type Markup, markupText } from './markup.ts';
import { pageEnd, pageStart } from './page.ts';
import { formatMs } from './verify-text.ts';

/** The page's style; its hash stands in the policy below, and a test compares them. */
export const FLEET_STYLE = `
:root { color-scheme: light dark; --line: #8886; --soft: #8882; --red: #b3261e; --amber: #8a5300; --green: #1b6e2d; --blue: #1a5fb4; }
@media (prefers-color-scheme: dark) { :root { --red: #ff8a80; --amber: #ffca6a; --green: #8fdc9b; --blue: #8ab8ff; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 76rem; padding: 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; overflow-wrap: anywhere; }
ul { list-style: none; padding: 0; margin: 1rem 0; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; }
.counts label { border: 1px solid var(--line); border-radius: .5rem; padding: .4rem .8rem; display: flex; gap: .5rem; align-items: center; cursor: pointer; }
.counts b { font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.causes li { border: 1px solid var(--line); border-left: .35rem solid var(--red); border-radius: .25rem; margin: .5rem 0; padding: .5rem .75rem; overflow-wrap: anywhere; }
.failed { color: var(--red); } .unknown, .invalid, .interrupted, .missing { color: var(--amber); } .passed { color: var(--green); }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-size: .9rem; padding: .25rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .4rem .6rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { border-bottom-width: 2px; white-space: nowrap; }
th button { all: unset; cursor: pointer; font-weight: 600; padding: .25rem; margin: -.25rem; }
th button:focus-visible, summary:focus-visible, input:focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }
th[aria-sort=ascending] button::after { content: ' \\2191'; } th[aria-sort=descending] button::after { content: ' \\2193'; }
td.ms { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td.status { font-weight: 600; white-space: nowrap; }
td:nth-child(-n+2) { min-width: 8rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
details > p { margin-left: 1rem; }
summary { cursor: pointer; }
${FLEET_STATUSES.map((status) => `body:has(#show-${status}:not(:checked)) tr.${status}-row`).join(', ')} { display: none; }
@media (max-width: 44rem) {
  thead { position: absolute; clip-path: inset(50%); }
  table, caption, tbody, tr, td { display: block; }
  tr { border: 1px solid var(--line); border-radius: .25rem; margin: .5rem 0; padding: .4rem .6rem; }
  td, td.ms { border: 0; padding: .1rem 0; text-align: left; }
  td:first-child { font-weight: 600; }
}
@media print { .counts input { display: none; } }
`;

/** Sorts the table by the column whose button is pressed, and nothing else. Without it the order is by status, then by name. */
export const FLEET_SCRIPT = `
for (const button of document.querySelectorAll('th button')) button.addEventListener('click', () => {
  const head = button.closest('th');
  const column = head.cellIndex;
  const up = head.getAttribute('aria-sort') !== 'ascending';
  for (const other of head.parentNode.children) other.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
  const body = document.querySelector('tbody');
  const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
  const order = (a, b) => value(a).localeCompare(value(b), 'en', { numeric: true });
  body.append(...[...body.rows].sort((a, b) => up ? order(a, b) : order(b, a)));
});
`;

/** SHA-256 of style and script in base64. */
export const FLEET_HASHES = {
  style: 'sha256-Nq3hayOzIDk137XI2JbP6eoRqSxFJ9Z3x2T6jsHONXo=',
  script: 'sha256-lWrCTmkv7OA6f84e36OBSv87bhqUmIbc0JKTNVqMmtU=',
} as const;

const CODE = {
  style: FLEET_STYLE,
  styleHash: FLEET_HASHES.style,
  script: { text: FLEET_SCRIPT, hash: FLEET_HASHES.script },
} as const;

const COLUMNS = ['Client', 'Bucket', 'Status', 'Why', 'Time'];

/**
 * One page that needs nothing else and asks nobody: the counts, what fails for which reason, and a row for each bucket of a client, in
 * pieces, so that a thousand of them need no memory.
 *
 * @param title what was verified, such as the file's name
 * @param date when, ISO 8601
 */
export async function* fleetHtml(
  results: AsyncIterable<FleetResult>,
  summary: FleetSummary,
  about: { readonly title: string; readonly date: string; readonly toolVersion: string },
): AsyncGenerator<string, void, void> {
  const title = `${summary.command === 'fleet audit' ? 'Audit of the access' : 'Access'} of ChannelMix: ${about.title}`;
  yield pageStart(title, CODE);
  yield `${[element('h1', {}, [title]), ...overview(summary, about)].map(html).join('\n')}\n`;
  yield `<h2>Clients</h2>\n<table>\n${html(element('caption', {}, ['What did not pass comes first. Press the head of a column to sort by it.']))}\n${html(tableHead())}\n<tbody>\n`;
  for await (const result of results) yield `${html(row(result))}\n`;
  const foot = element('p', {}, [`channelmix-s3 ${about.toolVersion}, ${about.date}`]);
  yield `</tbody>\n</table>\n${html(foot)}\n${pageEnd(CODE)}`;
}

function html(markup: Markup): string {
  return markupText(markup, 'html');
}

function overview(summary: FleetSummary, { date }: { readonly date: string }): readonly Markup[] {
  const { command, counts, missing, shards, groups, left, trend } = summary;
  return [
    element('p', {}, [`${fleetSentence(summary)}. `, element('time', { datetime: date }, [date])]),
    element('ul', { class: 'counts', 'aria-label': 'Rows that are shown' }, [
      ...FLEET_STATUSES.filter((status) => counts[status] > 0).map((status) =>
        countItem(status, counts[status], STATUS_WORDS[command][status]),
      ),
    ]),
    ...(missing === 0
      ? []
      : [element('p', { class: 'missing' }, [`${number(missing)} not done: ${missingWords(shards)}.`])]),
    ...(trend === undefined
      ? []
      : [element('h2', {}, ['What changed']), element('p', {}, [`${trendSentence(trend)}.`])]),
    ...(groups.length === 0
      ? []
      : [element('h2', {}, ['Reasons']), element('ul', { class: 'causes' }, groups.map(cause))]),
    ...(left.length === 0
      ? []
      : [
          element('h2', {}, ['Left behind']),
          element(
            'ul',
            { class: 'causes' },
            left.map(({ name, bucket, commands }) =>
              element('li', {}, [
                element('p', {}, [element('strong', {}, [name]), ` ${bucket}`]),
                ...commands.map((command) => element('p', {}, [element('code', {}, [command.trim()])])),
              ]),
            ),
          ),
        ]),
  ];
}

function countItem(status: FleetStatus, count: number, words: string): Markup {
  return element('li', {}, [
    element('label', { title: words }, [
      element('input', { type: 'checkbox', id: `show-${status}`, checked: '' }),
      element('b', { class: status }, [number(count)]),
      ` ${status}`,
    ]),
  ]);
}

function cause({ cause: text, fix, names, ...group }: FleetGroup): Markup {
  const title = groupTitle(group);
  const count = `${number(names.length)} ${names.length === 1 ? 'client' : 'clients'}`;
  return element('li', {}, [
    element('p', {}, [element('strong', {}, [count]), title === '' ? ': ' : `, ${title}: `, text]),
    ...(fix === '' ? [] : [element('p', {}, [`Fix: ${fix}`])]),
    element('details', {}, [element('summary', {}, ['Which']), element('p', {}, [names.join(', ')])]),
  ]);
}

function tableHead(): Markup {
  const cells = COLUMNS.map((name) => element('th', { scope: 'col' }, [element('button', { type: 'button' }, [name])]));
  return element('thead', {}, [element('tr', {}, cells)]);
}

function row(result: FleetResult): Markup {
  const { name, bucket = '', status, ms, leftBehind } = result;
  return element('tr', { class: `${status}-row` }, [
    element('td', {}, [name]),
    element('td', {}, [bucket]),
    element('td', { class: `status ${status}`, 'data-value': FLEET_STATUSES.indexOf(status) }, [status]),
    element('td', {}, [...(leftBehind ? [element('p', {}, ['left something behind'])] : []), ...reasons(result)]),
    element('td', { class: 'ms', 'data-value': ms }, [status === 'invalid' ? '' : formatMs(ms)]),
  ]);
}

function reasons(result: FleetResult): readonly Markup[] {
  const [first, ...others] = fleetReasons(result);
  if (first === undefined) return [];
  const roleArn = result.report?.roleArn ?? result.audit?.subject.arn;
  return [
    element('details', {}, [
      element('summary', {}, [first.cause]),
      ...[first, ...others].flatMap(({ where, cause: text, fix }) => [
        element('p', {}, [element('code', {}, [where]), `: ${text}`]),
        ...(fix === '' ? [] : [element('p', {}, [`Fix: ${fix}`])]),
      ]),
      ...(roleArn === undefined ? [] : [element('p', {}, [element('code', {}, [roleArn])])]),
    ]),
  ];
}
