import type { AuditReport } from '../model/audit.ts';
import type { VerifyReport } from '../model/check.ts';
import { SEVERITIES } from '../model/finding.ts';
import {
  FLEET_STATUSES,
  type FleetCommand,
  type FleetGroup,
  type FleetResult,
  type FleetStatus,
  type FleetSummary,
  type FleetTrend,
} from '../model/fleet.ts';

/** Adds results up, one by one; keeps names and numbers of them, no reports. */
export interface FleetTally {
  readonly add: (result: FleetResult) => void;
  /** @param size results that there should be; of a shard, those of the shard */
  readonly summary: (size: number, shards?: readonly string[]) => FleetSummary;
}

const SLOWEST = 5;

/** A new tally. */
export function createFleetTally(command: FleetCommand = 'fleet verify'): FleetTally {
  const counts = Object.fromEntries(FLEET_STATUSES.map((status) => [status, 0])) as Record<FleetStatus, number>;
  const groups = new Map<string, { readonly group: Omit<FleetGroup, 'names'>; readonly names: Set<string> }>();
  let slowest: FleetSummary['slowest'] = [];
  const left: FleetSummary['left'][number][] = [];
  let count = 0;
  const trends: (FleetTrend['clients'][number] & { readonly since: string })[] = [];
  return {
    add: (result) => {
      const { name, bucket = '', status, ms } = result;
      counts[status]++;
      count++;
      const { trend } = result.audit ?? {};
      if (trend !== undefined) {
        trends.push({ name, appeared: trend.appeared.length, gone: trend.gone.length, since: trend.since });
      }
      for (const group of groupsOf(result)) {
        const id = `${group.ruleId ?? group.layer ?? ''}\n${group.cause}`;
        const known = groups.get(id) ?? { group, names: new Set<string>() };
        known.names.add(name);
        groups.set(id, known);
      }
      if (status !== 'invalid') {
        slowest = [...slowest, { name, bucket, ms }].sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
      }
      if (result.leftBehind) left.push({ name, bucket, commands: leftCommands(result) });
    },
    summary: (size, shards = []) => ({
      command,
      counts: { ...counts },
      missing: Math.max(0, size - count),
      shards,
      groups: [...groups.values()]
        .map(({ group, names }) => ({ ...group, names: [...names].sort() }))
        .sort((a, b) => rank(a) - rank(b) || b.names.length - a.names.length || (a.cause < b.cause ? -1 : 1)),
      slowest,
      left,
      ...(trends.length === 0 ? {} : { trend: trendOf(trends) }),
    }),
  };
}

function trendOf(all: readonly (FleetTrend['clients'][number] & { readonly since: string })[]): FleetTrend {
  const sum = (of: 'appeared' | 'gone') => all.reduce((total, one) => total + one[of], 0);
  return {
    since: all.map(({ since }) => since).sort()[0] ?? '',
    appeared: sum('appeared'),
    gone: sum('gone'),
    clients: all
      .filter(({ appeared, gone }) => appeared + gone > 0)
      .map(({ name, appeared, gone }) => ({ name, appeared, gone }))
      .sort((a, b) => b.appeared - a.appeared || b.gone - a.gone || (a.name < b.name ? -1 : 1)),
  };
}

/** The worst findings of audits first; what has no severity says that nothing is known. */
function rank({ severity }: Pick<FleetGroup, 'severity'>): number {
  return severity === undefined ? -1 : SEVERITIES.indexOf(severity);
}

/**
 * Exit code of a fleet, the worst of its results': 4 something was left behind, then the signal's, 1 some access is not as it should be,
 * 3 some could not be found out (entries that were skipped as invalid and those that are missing included), 0.
 *
 * @param signal code of the signal that stopped the run
 */
export function fleetExitCode(summary: FleetSummary, signal?: number): number {
  if (summary.left.length > 0) return 4;
  if (signal !== undefined) return signal;
  const { failed, unknown, invalid, interrupted } = summary.counts;
  if (failed > 0) return 1;
  return unknown + invalid + interrupted + summary.missing > 0 ? 3 : 0;
}

/** Why a result is not good: each cause once. */
function groupsOf(result: FleetResult): readonly Omit<FleetGroup, 'names'>[] {
  const { report, error, problems, status } = result;
  if (status === 'invalid') {
    return (problems ?? [])
      .slice(0, 1)
      .map(({ rule }) => ({ cause: `wrong entry: ${rule}`, fix: 'Mend the fleet file.' }));
  }
  if (status === 'interrupted') return [];
  if (error !== undefined) {
    // What stands below the first line is about this client alone.
    const [message = ''] = error.message.split('\n');
    return [{ cause: generic(message, result), fix: generic(error.hint ?? '', result) }];
  }
  if (result.audit !== undefined) return auditGroups(result, result.audit);
  const diagnoses = (report?.checks ?? []).flatMap(({ ok, diagnosis }) =>
    ok || diagnosis === undefined ? [] : [diagnosis],
  );
  const seen = new Set<string>();
  return diagnoses.flatMap(({ layer, cause, fix }) => {
    const group = { layer, cause: generic(cause, result), fix: generic(fix, result) };
    const id = `${layer}\n${group.cause}`;
    if (seen.has(id)) return [];
    seen.add(id);
    return [group];
  });
}

/** Findings by their rule, as the first of them says it; and what could not be judged. */
function auditGroups(result: FleetResult, { findings, unjudged }: AuditReport): readonly Omit<FleetGroup, 'names'>[] {
  const counted = findings.filter(({ accepted }) => accepted === undefined);
  const first = new Map([...counted].reverse().map((finding) => [finding.ruleId, finding]));
  return [
    ...[...first.values()].map(({ ruleId, severity, message, fix }) => ({
      ruleId,
      severity,
      cause: generic(message, result),
      fix: generic(fix, result),
    })),
    ...unjudged
      .filter(({ open }) => open)
      .map(({ what, action, kind }) => ({
        cause: `could not be judged: ${generic(what, result)} (${kind})`,
        fix: `The auditor needs ${action}.`,
      })),
  ];
}

/** A text without what differs between clients: their role, account, bucket and folders. */
function generic(text: string, { command, report, audit, bucket, name }: FleetResult): string {
  const role = report?.roleArn ?? audit?.subject.arn;
  const buckets = audit === undefined ? [bucket] : audit.expected.buckets.map((one) => one.name);
  const account = role?.split(':')[4];
  const folders = unique((report?.checks ?? []).flatMap(({ prefix }) => prefix ?? []));
  const words: readonly (readonly [string | undefined, string])[] = [
    [role, 'ROLE'],
    [report?.sessionArn, 'SESSION'],
    ...folders.map((folder) => [folder, 'FOLDER/'] as const),
    ...buckets.map((one) => [one, 'BUCKET'] as const),
    [role?.split('/').at(-1), 'ROLE'],
    [account, 'ACCOUNT'],
    // A fleet file names a bucket of every client; a file that is audited is called by its path.
    [name, command === 'fleet audit' && bucket === '' ? 'FILE' : 'CLIENT'],
  ];
  const known = words.reduce(
    (known, [word, sign]) => (word === undefined ? known : replaceWord(known, word, sign)),
    text,
  );
  return known
    .replace(/\(request [A-Za-z0-9]+\)/g, '')
    .replace(/\.channelmix-verify\/[0-9a-f]{32}/g, '.channelmix-verify/…')
    .replace(/session\/channelmix-[0-9a-z-]+/g, 'session/…');
}

/** Replaces a word where it stands alone: a bucket named `a` is in most words. */
function replaceWord(text: string, word: string, sign: string): string {
  if (word === '') return text;
  const parts = text.split(word);
  return parts.reduce((done, part) => {
    const before = done.at(-1) ?? ' ';
    const after = part[0] ?? ' ';
    return `${done}${/[A-Za-z0-9]/.test(before) || /[A-Za-z0-9]/.test(after) ? word : sign}${part}`;
  });
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function leftCommands({ report, error }: FleetResult): readonly string[] {
  const left: VerifyReport['cleanup']['left'] = report?.cleanup.left ?? [];
  if (left.length > 0) return left.map(({ what, command }) => `${command} # ${what}`);
  return error === undefined ? [] : error.message.split('\n').slice(1);
}
