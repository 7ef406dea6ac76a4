export type { NewKeyWays, RotateQuestion } from './context.ts';
export { rotateCommand } from './context.ts';
export { rotateExitCode } from './exit-code.ts';
export { createRotateMemory } from './memory.ts';
export { rotatePolicy, userArnPattern } from './permissions.ts';
export { rotate } from './rotate.ts';
export type { RotateReport, RotateStep, RotationKey } from './types.ts';
export { timeWords } from './words.ts';
