export { createFaults, type FaultControl, type FaultEngine, NO_STRIKE, type Strike, seededRandom } from './engine.ts';
export { parseFault } from './grammar.ts';
export type { AnswerShape, Fault, PageShape } from './types.ts';
