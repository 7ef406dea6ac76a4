export { type FleetOptions, verifyUnits } from './fleet.ts';
export { type FleetResults, findResults } from './results.ts';
export { inShard, readShard, type Shard } from './shard.ts';
export { countResults, type FleetState, openFleetState } from './state.ts';
export { createFleetTally, fleetExitCode } from './summary.ts';
export { type FleetUnit, fleetUnits, missingSecrets, skippedResults } from './units.ts';
