import type { Region } from './regions.ts';

/** All regions that every pattern of `within` matches and none of `except`. */
export interface Area {
  readonly within: readonly number[];
  readonly except: readonly number[];
}

function bit(index: number): bigint {
  return 1n << BigInt(index);
}

/**
 * Describes some of the regions as few areas: each begins as the description of one region in full, and loses what it does not
 * need. The union of the areas is exactly `wanted`.
 */
export function areasOf(wanted: readonly Region[], all: readonly Region[], patterns: number): readonly Area[] {
  const unwanted = all.filter((region) => !wanted.includes(region)).map(({ members }) => members);
  const areas: Area[] = [];
  // Those with the fewest patterns first: they describe the most.
  let left = [...wanted].sort((a, b) => count(a.members) - count(b.members));
  for (let [region] = left; region !== undefined; [region] = left) {
    const { members } = region;
    let needed = members;
    let except = (bit(patterns) - 1n) & ~members;
    const holdsOnlyWanted = (): boolean =>
      !unwanted.some((other) => (other & needed) === needed && (other & except) === 0n);
    for (let index = 0; index < patterns; index++) {
      const without = except & ~bit(index);
      if (without === except) continue;
      const before = except;
      except = without;
      if (!holdsOnlyWanted()) except = before;
    }
    for (let index = 0; index < patterns; index++) {
      const before = needed;
      needed &= ~bit(index);
      if (needed !== before && !holdsOnlyWanted()) needed = before;
    }
    areas.push({ within: indexes(needed, patterns), except: indexes(except, patterns) });
    left = left.filter((other) => (other.members & needed) !== needed || (other.members & except) !== 0n);
  }
  return areas;
}

function count(members: bigint): number {
  return members.toString(2).replaceAll('0', '').length;
}

function indexes(members: bigint, patterns: number): readonly number[] {
  return Array.from({ length: patterns }, (_, index) => index).filter((index) => (members & bit(index)) !== 0n);
}
