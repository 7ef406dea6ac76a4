import { compileArnUnits } from '../../src/evaluate/matching.ts';
import { readPattern } from '../../src/evaluate/matrix/patterns.ts';
import type { MatrixCell } from '../../src/model/matrix.ts';
import type { JsonValue } from '../../src/model/policy.ts';

export const ROLE = 'arn:aws:iam::111122223333:role/app';
export const SESSION = 'arn:aws:sts::111122223333:assumed-role/app/run1';
export const BUCKET = 'arn:aws:s3:::bucket';

/** What AWS attaches to every level at first. */
export const EVERYTHING: readonly JsonValue[] = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
export const FULL: JsonValue = { Version: '2012-10-17', Statement: EVERYTHING };

/** A policy document of these statements. */
export function document(...Statement: readonly JsonValue[]): { readonly name: string; readonly document: JsonValue } {
  return { name: 'policy', document: { Version: '2012-10-17', Statement } };
}

/** Whether a resource is among those of a pattern. */
export function matches(pattern: string, resource: string): boolean {
  const parts = readPattern(pattern, true)?.parts;
  if (parts === undefined) return false;
  const units = parts.flatMap((part, index) => (index === 0 ? part : [58, ...part]));
  return pattern === '*' || compileArnUnits(units)?.(resource) === true;
}

/** What a cell says about one resource. */
export function said(one: MatrixCell, resource: string): 'allow' | 'conditional' | 'deny' {
  const found = one.parts.filter(
    ({ resources, except }) =>
      resources.some((pattern) => matches(pattern, resource)) &&
      except?.some((pattern) => matches(pattern, resource)) !== true,
  );
  if (found.some(({ decision }) => decision === 'allow')) return 'allow';
  return found.length > 0 ? 'conditional' : 'deny';
}
