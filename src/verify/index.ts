export type { VerifyEvent } from './events.ts';
export { verifyExitCode } from './exit-code.ts';
export { createMemoryJournal, type Journal, type JournalEntry } from './journal.ts';
export { type PlannedCheck, planChecks, type VerifyPlan } from './plan.ts';
export { createVerifyPorts, type VerifyPorts } from './ports.ts';
export { collectReport, type VerifyOptions, verify } from './run.ts';
export { readVerifyTarget, type VerifyFlags, type VerifyTarget } from './target.ts';
