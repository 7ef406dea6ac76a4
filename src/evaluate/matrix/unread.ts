import type { JsonValue, PolicyKind } from '../../model/policy.ts';
import type { Reading } from './bounds.ts';

/** A policy as it was read, or one of which is only known that it is there. */
export interface PolicySource {
  readonly name: string;
  /** Absent: it could not be read, so that it may allow or deny anything. */
  readonly document?: JsonValue;
}

const SILENT: JsonValue = { Version: '2012-10-17', Statement: [] };

/** Kinds of which denying is all that they can do, or what they mostly do. */
const LIMITS: ReadonlySet<PolicyKind> = new Set(['bucket', 'scp', 'rcp']);

/** Stands for a policy that could not be read. */
export function unreadDocument(kind: PolicyKind, reading: Reading): JsonValue {
  const trust = kind === 'trust';
  const principal = kind === 'bucket' || kind === 'key' || trust || kind === 'rcp' ? { Principal: '*' } : {};
  const everything = { ...principal, Action: '*', ...(trust ? {} : { Resource: '*' }) };
  if (reading === 'most') return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...everything }] };
  // What only can deny must deny to make a difference; where an Allow is needed, silence is enough, and the likelier.
  return LIMITS.has(kind) ? { Version: '2012-10-17', Statement: [{ Effect: 'Deny', ...everything }] } : SILENT;
}
