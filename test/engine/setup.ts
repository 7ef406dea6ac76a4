import { findPulumi, REAL_PROVIDER } from './project.ts';

/** Says with which engine and provider the tests run, or why they do not. */
export function setup(): void {
  const pulumi = findPulumi();
  const provider = REAL_PROVIDER
    ? "the client's own AWS provider"
    : 'the resource mapping in place of the AWS provider';
  process.stdout.write(
    pulumi === undefined
      ? 'SKIPPED: the Pulumi CLI is not on PATH. Install it (https://www.pulumi.com/docs/iac/download-install/) to run these tests.\n'
      : `Engine: ${pulumi}, with ${provider}.\n`,
  );
}
