import type { ExcessPart, MatrixArea, MissingPart } from '../../model/matrix.ts';
import { howAnswered } from './cells.ts';
import { compareInContexts } from './contexts.ts';
import { ask, type Verdict } from './verdict.ts';
import type { World } from './world.ts';

/** One side of a comparison, about one action and resource. */
export interface Compared {
  readonly world: World;
  readonly verdict: Verdict;
}

function differs(
  action: string,
  resource: string,
  actual: Compared,
  expected: Compared,
  what: 'excess' | 'missing',
): boolean {
  const isOpen = [actual, expected].some(({ verdict }) => verdict.decision === 'conditional');
  if (!isOpen) return true;
  return compareInContexts(ask(actual.world, action, resource), ask(expected.world, action, resource))[what];
}

/** What is allowed and not expected in one region, if anything. */
export function excessOf(
  action: string,
  resource: string,
  actual: Compared,
  expected: Compared,
): Omit<ExcessPart, keyof MatrixArea> | undefined {
  const { decision } = actual.verdict;
  const { verdict } = expected;
  if (decision === 'deny' || verdict.decision === 'allow') return undefined;
  if (verdict.decision !== 'deny' && !differs(action, resource, actual, expected, 'excess')) return undefined;
  return {
    ...howAnswered({ ...actual.verdict, decision }),
    ...(verdict.decision === 'deny' ? {} : { expectedIf: verdict.conditions }),
  };
}

/** What is expected and not allowed in one region, or not for certain. */
export function missingOf(
  action: string,
  resource: string,
  actual: Compared,
  expected: Compared,
): Omit<MissingPart, keyof MatrixArea> | undefined {
  const { decision } = actual.verdict;
  if (expected.verdict.decision === 'deny' || decision === 'allow') return undefined;
  if (decision !== 'deny' && !differs(action, resource, actual, expected, 'missing')) return undefined;
  return howAnswered({ ...actual.verdict, decision });
}
