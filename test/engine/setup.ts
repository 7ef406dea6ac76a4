import { findPulumi, REAL_PROVIDER } from './project.ts';

/** With which engine and provider the tests run, or why they do not. */
export function announcement(): string {
  const pulumi = findPulumi();
  if (pulumi === undefined) {
    return 'SKIPPED: the Pulumi CLI is not on PATH. Install it (https://www.pulumi.com/docs/iac/download-install/) to run these tests.\n';
  }
  const provider = REAL_PROVIDER
    ? "the client's own AWS provider"
    : 'the resource mapping in place of the AWS provider';
  return `Engine: ${pulumi}, with ${provider}.\n`;
}

/** Called by vitest before the tests. */
export function setup(): void {
  process.stdout.write(announcement());
}
