export { informByDocuments, refineByDocuments } from './refine.ts';
export type { AskedPermission } from './requests.ts';
export { simulatorQuestion } from './simulator.ts';
export { type CheckVerdict, judgePermissions, type RequestVerdict } from './verdict.ts';
export { openTexts, placeText, whatDecided } from './words.ts';
