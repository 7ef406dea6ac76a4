import type { AuditPrincipal } from '../../model/audit-documents.ts';
import type { Blind } from '../types.ts';
import { daysBetween } from './time.ts';

/** Whole days since a role or user was made, or that nobody knows it. */
export function ageOf({ kind, name, created }: AuditPrincipal, now: string): number | Blind {
  return created === undefined ? untold(`when ${kind} ${name} was made`, kind) : daysBetween(created, now);
}

/** A fact that is no part of what every source has to say. */
export function untold(what: string, kind: AuditPrincipal['kind']): Blind {
  const action = kind === 'role' ? 'iam:GetRole' : 'iam:GetUser';
  return { blind: { what, action, kind: 'not-asked', said: 'the documents do not say it' } };
}
