export { informByDocuments, refineByDocuments } from './refine.ts';
export type { AskedPermission } from './requests.ts';
export { simulatorQuestion } from './simulator.ts';
export { type CheckVerdict, judgePermissions } from './verdict.ts';
export { openTexts, whatDecided } from './words.ts';
