export type { Target } from './clients.ts';
export { type Deployment, type DeployOptions, deploy, type Program } from './run.ts';
export type { DeployedResource, Teardown, TeardownOptions } from './teardown.ts';
