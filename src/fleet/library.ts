/** `channelmix-s3/fleet`: many grants verified at once, as `fleet verify` does it. */
import type { FleetClient, FleetResult } from '../model/fleet.ts';
import { type FleetOptions, runUnits } from './fleet.ts';
import { inShard, type Shard } from './shard.ts';
import { fleetUnits, hashOf, type UnitDefaults } from './units.ts';

export { readFleet } from '../documents/read-fleet.ts';
export type { Fleet, FleetClient, FleetResult, FleetSummary, InvalidClient } from '../model/fleet.ts';
export type { Shard } from './shard.ts';
export { createFleetTally } from './summary.ts';

/** How a fleet is verified; everything has the default of the command line. */
export interface FleetVerifyOptions extends Omit<FleetOptions, 'fleet'>, UnitDefaults {
  /** Only a part of the clients. */
  readonly shard?: Shard;
  /** Keys of results that are not to be repeated. */
  readonly done?: ReadonlySet<string>;
}

/**
 * Verifies clients, and tells each result as it comes: a bucket of a client. What fails is a result; leaving the loop early interrupts
 * what is under way, and cleans up.
 *
 * @throws KitError `input` for a client that cannot be verified; `credentials`, `network`, `service` when no role can be tried at all
 */
export async function* fleetVerify(
  clients: readonly FleetClient[],
  options: FleetVerifyOptions = {},
): AsyncGenerator<FleetResult, void, void> {
  const { shard, done = new Set(), as, profile, ...rest } = options;
  const { region, endpointUrl } = options;
  const all = fleetUnits(clients, { as, profile, region, endpointUrl });
  const units = all.filter(({ key, name }) => !done.has(key) && (shard === undefined || inShard(name, shard)));
  const fleet = {
    id: hashOf(all.map(({ key }) => key)).slice(0, 16),
    size: all.length,
    ...(shard === undefined ? {} : { shard: `${shard.index}/${shard.count}` }),
  };
  yield* runUnits(units, { ...rest, fleet });
}
