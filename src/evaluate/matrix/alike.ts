import { lowerCase } from '../text.ts';
import type { CompiledStatement } from '../types.ts';
import { sourcesOf, type World } from './world.ts';

/** Actions of which the evaluator itself knows something that no statement says. */
const SPECIAL: ReadonlySet<string> = new Set(['kms:RetireGrant']);

/**
 * Says of actions whether every request for them is answered alike: they are of one service and one world, and the same statements speak of
 * them.
 * Actions for which it gives the same text are so.
 */
export function alikeIn(worlds: readonly World[]): (action: string) => string {
  const matchers = new Map<string, CompiledStatement['matchesAction']>();
  for (const { places, elsewhere } of worlds) {
    for (const { most, least } of new Set([elsewhere, ...places.values()].flatMap(({ layers }) => sourcesOf(layers)))) {
      for (const { texts, matchesAction } of [...most.statements, ...(least?.statements ?? [])]) {
        matchers.set(texts.action, matchesAction);
      }
    }
  }
  const all = [...matchers.values()];
  const numbers = new Map<World, number>();
  const numberOf = (world: World): number => {
    const number = numbers.get(world) ?? numbers.size;
    numbers.set(world, number);
    return number;
  };
  const isRoot = worlds.some(({ principal }) => /^\d|:root$/.test(principal));
  const textOf = (action: string): string => {
    const service = action.slice(0, action.indexOf(':'));
    // Each action of STS has rules of its own, and so have some that only root users are asked about.
    if (service === 'sts' || SPECIAL.has(action) || isRoot) return action;
    const lower = lowerCase(action);
    const own = worlds.map((world) => numberOf(world.ofAction(action)));
    return `${service} ${own.join()} ${all.map((matches) => (matches(lower) ? 1 : 0)).join('')}`;
  };
  // Every row asks for all its actions.
  const texts = new Map<string, string>();
  return (action) => {
    const text = texts.get(action) ?? textOf(action);
    texts.set(action, text);
    return text;
  };
}
