import type { CheckId } from '../model/check.ts';
import type { VerifyPlan } from './plan.ts';

/**
 * What has to work on every day, and what must never: a fleet's first look at a thousand grants makes half of the calls. What else a run
 * tries (special keys, ranges, overwriting, session lengths) follows from the same permissions, or is only worth knowing.
 */
const ESSENTIAL: readonly CheckId[] = [
  'assume-role',
  'put-object',
  'get-object',
  'list-bucket',
  'delete-object',
  'multipart-upload',
  'put-object-kms',
  'denied:s3:ListAllMyBuckets',
  'denied:s3:GetBucketPolicy',
  'denied:s3:ListBucket',
  'denied:s3:GetObject',
];

/** The essential checks of a plan. None of them needs one that is left out. One listing has to do. */
export function essentialPlan(plan: VerifyPlan): VerifyPlan {
  const checks = plan.checks.filter(({ id }) => ESSENTIAL.includes(id));
  return {
    ...plan,
    checks: checks.map((check) => (check.id === 'list-bucket' ? { ...check, calls: check.calls.slice(0, 1) } : check)),
  };
}
