import type { VerifyReport } from '../model/check.ts';
import {
  FLEET_STATUSES,
  type FleetGroup,
  type FleetResult,
  type FleetStatus,
  type FleetSummary,
} from '../model/fleet.ts';

/** Adds results up, one by one; keeps names and numbers of them, no reports. */
export interface FleetTally {
  readonly add: (result: FleetResult) => void;
  /** @param size results that there should be; of a shard, those of the shard */
  readonly summary: (size: number, shards?: readonly string[]) => FleetSummary;
}

const SLOWEST = 5;

/** A new tally. */
export function createFleetTally(): FleetTally {
  const counts = Object.fromEntries(FLEET_STATUSES.map((status) => [status, 0])) as Record<FleetStatus, number>;
  const groups = new Map<string, { readonly group: Omit<FleetGroup, 'names'>; readonly names: Set<string> }>();
  let slowest: FleetSummary['slowest'] = [];
  const left: FleetSummary['left'][number][] = [];
  let count = 0;
  return {
    add: (result) => {
      const { name, bucket = '', status, ms } = result;
      counts[status]++;
      count++;
      for (const group of groupsOf(result)) {
        const id = `${group.layer ?? ''}\n${group.cause}`;
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
      counts: { ...counts },
      missing: Math.max(0, size - count),
      shards,
      groups: [...groups.values()]
        .map(({ group, names }) => ({ ...group, names: [...names].sort() }))
        .sort((a, b) => b.names.length - a.names.length || (a.cause < b.cause ? -1 : 1)),
      slowest,
      left,
    }),
  };
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
    return [{ cause: generic(message, result), fix: error.hint ?? '' }];
  }
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

/** A text without what differs between clients: their role, account, bucket and folders. */
function generic(text: string, { report, bucket, name }: FleetResult): string {
  const role = report?.roleArn;
  const account = role?.split(':')[4];
  const folders = unique((report?.checks ?? []).flatMap(({ prefix }) => prefix ?? []));
  const words: readonly (readonly [string | undefined, string])[] = [
    [role, 'ROLE'],
    [report?.sessionArn, 'SESSION'],
    ...folders.map((folder) => [folder, 'FOLDER/'] as const),
    [bucket, 'BUCKET'],
    [role?.split('/').at(-1), 'ROLE'],
    [account, 'ACCOUNT'],
    [name, 'CLIENT'],
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
