export { auditUnits, fileUnits } from './audit-units.ts';
export { type FleetOptions, runUnits } from './fleet.ts';
export { type FleetResults, findResults } from './results.ts';
export type { FleetAudit } from './run-audit.ts';
export { inShard, readShard, type Shard } from './shard.ts';
export { type FleetState, openFleetState } from './state.ts';
export { createFleetTally, fleetExitCode } from './summary.ts';
export { bucketOf, type FleetUnit, fleetUnits, missingSecrets, skippedResults } from './units.ts';
