/**
 * The number of a recommendation in both versions of the CIS benchmark that Security Hub knows.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/cis-aws-foundations-benchmark.html
 */
export function cis(three: string, five: string): readonly string[] {
  return [`CIS AWS Foundations 3.0.0/${three}`, `CIS AWS Foundations 5.0.0/${five}`];
}

/** A control of AWS Security Hub. https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html */
export function hub(control: string): string {
  return `AWS Security Hub ${control}`;
}
