import type { FleetCommand, FleetGroup, FleetStatus, FleetSummary, FleetTrend } from '../model/fleet.ts';
import { printable } from '../model/printable.ts';
import { formatMs } from './verify-text.ts';
import { wrap } from './wrap.ts';

/** Marks text for a terminal. */
type Style = (format: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string) => string;

const PLAIN: Style = (_format, text) => text;

const COLORS: Readonly<Record<FleetStatus, 'green' | 'red' | 'yellow'>> = {
  passed: 'green',
  failed: 'red',
  unknown: 'yellow',
  invalid: 'yellow',
  interrupted: 'yellow',
};

/** What a status means, in a few words. */
export const STATUS_WORDS: Readonly<Record<FleetCommand, Readonly<Record<FleetStatus, string>>>> = {
  'fleet verify': {
    passed: 'access works, and no more than that',
    failed: 'something is refused that must work, or works that must be refused',
    unknown: 'no answer, which says nothing about permissions',
    invalid: 'the entry in the fleet file is wrong, and was skipped',
    interrupted: 'a signal stopped it',
  },
  'fleet audit': {
    passed: 'nothing was found that is as bad as the limit',
    failed: 'something was found',
    unknown: 'not everything could be read: what was found is not all',
    invalid: 'the entry in the fleet file is wrong, and was skipped',
    interrupted: 'a signal stopped it',
  },
};

const NAMES_SHOWN = 12;

/** The summary as text: what failed for which reason, what is left behind, the slowest, and last the counts. */
export function fleetText(summary: FleetSummary, style: Style = PLAIN): string {
  const lines = [
    ...summary.groups.flatMap((group) => [...groupLines(group, style), '']),
    ...leftLines(summary, style),
    ...(summary.trend === undefined ? [] : [trendSentence(summary.trend), '']),
    ...slowestLines(summary),
    ...countLines(summary, style),
    style(isGood(summary) ? 'green' : 'red', fleetSentence(summary)),
  ];
  return `${lines.join('\n')}\n`;
}

/** `985 of 1,000 passed, 12 failed, 3 unknown, 0 left behind`. */
export function fleetSentence(summary: FleetSummary): string {
  const { counts, missing, left } = summary;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0) + missing;
  const others = (['failed', 'unknown', 'invalid', 'interrupted'] as const)
    .filter((status) => counts[status] > 0)
    .map((status) => `, ${number(counts[status])} ${status}`);
  const gone = missing === 0 ? '' : `, ${number(missing)} not done`;
  const behind = summary.command === 'fleet audit' ? '' : `, ${number(left.length)} left something behind`;
  return `${number(counts.passed)} of ${number(total)} passed${others.join('')}${gone}${behind}`;
}

/** `since 2026-11-01: 3 new findings, 12 gone; changed: acme (2 new), globex (1 new, 12 gone)`. */
export function trendSentence({ since, appeared, gone, clients }: FleetTrend): string {
  const changes = clients.slice(0, NAMES_SHOWN).map((client) => {
    const parts = [
      ...(client.appeared > 0 ? [`${number(client.appeared)} new`] : []),
      ...(client.gone > 0 ? [`${number(client.gone)} gone`] : []),
    ];
    return `${printable(client.name)} (${parts.join(', ')})`;
  });
  const more = clients.length > changes.length ? ` and ${number(clients.length - changes.length)} more` : '';
  const who = changes.length === 0 ? 'nothing changed' : `changed: ${changes.join(', ')}${more}`;
  return `since ${since.slice(0, 10)}: ${number(appeared)} new findings, ${number(gone)} gone; ${who}`;
}

function isGood({ counts, missing, left }: FleetSummary): boolean {
  return counts.failed + counts.unknown + counts.invalid + counts.interrupted + missing + left.length === 0;
}

function groupLines({ cause, fix, names, ...group }: FleetGroup, style: Style): readonly string[] {
  const count = `${number(names.length)} ${names.length === 1 ? 'client' : 'clients'}`;
  const where = groupTitle(group);
  return [
    ...wrap(style('bold', `${count}: ${printable(`${where}${where === '' ? '' : ': '}${cause}`)}`), '', 100, '  '),
    ...(fix === '' ? [] : wrap(`  fix: ${printable(fix)}`, '       ')),
    ...wrap(nameList(names), '  '),
  ];
}

/** What a reason is of: the layer that denied, or the rule and how bad it is. */
export function groupTitle({ layer, ruleId, severity }: Pick<FleetGroup, 'layer' | 'ruleId' | 'severity'>): string {
  return ruleId === undefined ? (layer ?? '') : `${severity} ${ruleId}`;
}

function nameList(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map(printable).join(', ');
  return names.length > NAMES_SHOWN ? `${shown} and ${number(names.length - NAMES_SHOWN)} more` : shown;
}

function leftLines({ left }: FleetSummary, style: Style): readonly string[] {
  if (left.length === 0) return [];
  return [
    style('red', 'left behind, removed by:'),
    ...left.flatMap(({ name, commands }) => [
      `  ${printable(name)}`,
      ...commands.map((line) => `    ${printable(line.trim())}`),
    ]),
    '',
  ];
}

function slowestLines({ slowest }: FleetSummary): readonly string[] {
  if (slowest.length === 0) return [];
  return [`slowest: ${slowest.map(({ name, ms }) => `${printable(name)} ${formatMs(ms)}`).join(', ')}`, ''];
}

function countLines({ command, counts, missing, shards }: FleetSummary, style: Style): readonly string[] {
  const rows = Object.entries(counts).filter(([, count]) => count > 0) as readonly (readonly [FleetStatus, number])[];
  return [
    ...rows.map(
      ([status, count]) =>
        `${style(COLORS[status], number(count).padStart(7))} ${status.padEnd(11)} ${style('dim', STATUS_WORDS[command][status])}`,
    ),
    ...(missing === 0
      ? []
      : [
          `${style('yellow', number(missing).padStart(7))} ${'not done'.padEnd(11)} ${style('dim', missingWords(shards))}`,
        ]),
    '',
  ];
}

/** Which shards have no results; a shard with some of its results may miss others. */
export function missingWords(shards: readonly string[]): string {
  const count = Number(shards[0]?.split('/')[1] ?? 0);
  const there = new Set(shards.map((shard) => Number.parseInt(shard, 10)));
  const gone = Array.from({ length: count }, (_, index) => index + 1).filter((index) => !there.has(index));
  if (gone.length === 0) return 'there are no results of them';
  return `no results of shard ${gone.map((index) => `${index}/${count}`).join(', ')}`;
}

/** 1,000 with its comma, the same everywhere. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
