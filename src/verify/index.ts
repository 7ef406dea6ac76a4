export type { VerifyEvent } from './events.ts';
export { verifyExitCode } from './exit-code.ts';
export { createVerifyPorts, shareVerifyPorts, type VerifyPorts } from './ports.ts';
export { verifyRevoked } from './revoked.ts';
export { collectReport, type VerifyOptions, verify } from './run.ts';
export { readVerifyTarget, type VerifyFlags } from './target.ts';
