export { compilePolicy } from './compile.ts';
export { decide } from './decide.ts';
export type { AuthorizationRequest, CompiledPolicy, PolicySet } from './types.ts';
