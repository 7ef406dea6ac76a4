export { DEFAULT_CONCURRENCY, type FleetOptions, fleetVerify } from './fleet.ts';
export { inShard, readShard, type Shard } from './shard.ts';
export { type FleetUnit, fleetUnits, type UnitDefaults } from './units.ts';
