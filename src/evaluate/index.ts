export { type EvaluationResult, evaluateCase, explainCase } from './case.ts';
export { compilePolicy } from './compile.ts';
export { decide } from './decide.ts';
export { type Explanation, explainDecision } from './explain.ts';
export type { AuthorizationRequest, CompiledPolicy, PolicySet } from './types.ts';
