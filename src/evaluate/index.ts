export {
  type BoundedDecision,
  boundedDecider,
  decideBounded,
  type OpenReason,
  type PolicySources,
} from './bounded.ts';
export { evaluateCase, explainCase } from './case.ts';
export { compilePolicy } from './compile.ts';
export { decide } from './decide.ts';
export { explainDecision } from './explain.ts';
export type { PolicySource } from './matrix/unread.ts';
export { readCase } from './read-case.ts';
export { splitCases } from './split.ts';
