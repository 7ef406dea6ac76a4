import { KitError } from '../../model/errors.ts';
import { suggest } from '../../model/suggest.ts';
import { healthyMinimal } from './healthy-minimal.ts';
import { trustExternalId } from './trust-external-id.ts';
import type { Scenario } from './types.ts';

export type * from './types.ts';

/** Every scenario that `sandbox start --scenario` has, in the order in which they are shown. */
export const scenarios: readonly Scenario[] = [healthyMinimal, trustExternalId];

/** The scenario of that name. Throws `KitError` usage with the nearest name for any other. */
export function findScenario(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const near = suggest(
    name,
    scenarios.map((scenario) => scenario.name),
  );
  throw new KitError('usage', `there is no scenario ${JSON.stringify(name)}`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}channelmix-s3 sandbox scenarios lists them.`,
  });
}
