import type { PolicyStatement } from '../model/policy.ts';

/**
 * What stands in a policy where the role or user that it named was deleted: the id that the thing had, not its ARN. IAM refuses it when
 * the policy is put again. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export function isDeadPrincipal(name: string): boolean {
  return /^A(ROA|IDA)[A-Z0-9]{12,124}$/.test(name);
}

/** A statement without principals that are gone; `undefined` where no other is left. */
export function withoutDeadPrincipals(statement: PolicyStatement): PolicyStatement | undefined {
  const { Principal } = statement;
  if (typeof Principal !== 'object' || Principal === null || !('AWS' in Principal)) return statement;
  const { AWS, ...others } = Principal;
  const names = [AWS ?? []].flat();
  const living = names.filter((name) => !isDeadPrincipal(name));
  if (living.length === names.length) return statement;
  if (living.length > 0) return { ...statement, Principal: { ...others, AWS: living } };
  return Object.keys(others).length === 0 ? undefined : { ...statement, Principal: others };
}
