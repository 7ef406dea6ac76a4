export { DEFAULT_CONCURRENCY, type FleetOptions, fleetVerify } from './fleet.ts';
export { type FleetResults, findResults } from './results.ts';
export { inShard, readShard, type Shard } from './shard.ts';
export { countResults, type FleetState, openFleetState } from './state.ts';
export { createFleetTally, type FleetTally, fleetExitCode } from './summary.ts';
export { type FleetUnit, fleetUnits, missingSecrets, skippedResults } from './units.ts';
