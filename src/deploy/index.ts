export { type Deployment, deploy, type Program } from './run.ts';
