import type { Grant } from '../../model/grant.ts';
import { type Blueprint, blueprint } from '../blueprint.ts';
import { granted } from './granted.ts';
import { EXISTING_BUCKET, FIND_BUCKET, NEW_BUCKET } from './script-buckets.ts';
import { header, run } from './script-main.ts';
import { ATTACHED_POLICY, INLINE_POLICY, MANAGED_POLICY, POLICIES } from './script-policies.ts';
import { PRINCIPAL, ROLE, USER } from './script-principals.ts';
import { result } from './script-result.ts';
import { CALLER, CALLS, options, usage } from './script-run.ts';
import { join, type Program } from './shell-text.ts';

/**
 * A POSIX shell script that makes by the AWS CLI what a grant comes to, brings it up to date, or removes it. The same grant gives the same
 * script, and a script has only the functions that its grant needs.
 *
 * @throws KitError `input` when the policies are more than can be attached to one principal
 */
export function awsCliScript(grant: Grant): string {
  const made = blueprint(grant);
  const { kind } = made.principal;
  return join([
    header(kind),
    granted(grant, made),
    usage(kind),
    options(kind),
    CALLS,
    CALLER,
    POLICIES,
    ...policyFunctions(made),
    PRINCIPAL,
    kind === 'role' ? ROLE : USER,
    FIND_BUCKET,
    grant.buckets.some(({ create }) => !create) ? EXISTING_BUCKET : undefined,
    made.buckets.length > 0 ? NEW_BUCKET : undefined,
    result(kind, made.kmsKeyArns.length > 0),
    run(kind, kind === 'role' || made.kmsKeyArns.length > 0),
  ]).program;
}

function policyFunctions({ policies, attachedPolicyArns }: Blueprint): readonly (Program | undefined)[] {
  return [
    policies.some(({ kind }) => kind === 'inline') ? INLINE_POLICY : undefined,
    policies.some(({ kind }) => kind === 'managed') ? MANAGED_POLICY : undefined,
    attachedPolicyArns.length > 0 ? ATTACHED_POLICY : undefined,
  ];
}
