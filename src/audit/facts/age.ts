import type { AuditPrincipal, ServiceAccess } from '../../model/audit-documents.ts';
import type { AuditContext, Blind } from '../types.ts';
import { daysBetween, UNUSED_DAYS } from './time.ts';
import { blindTo } from './words.ts';

/** Whole days since a role or user was made, or that nobody knows it. */
export function ageOf({ kind, name, created }: AuditPrincipal, now: string): number | Blind {
  return created === undefined ? untold(`when ${kind} ${name} was made`, kind) : daysBetween(created, now);
}

/** A fact that is no part of what every source has to say. */
export function untold(what: string, kind: AuditPrincipal['kind']): Blind {
  const action = kind === 'role' ? 'iam:GetRole' : 'iam:GetUser';
  return { blind: { what, action, kind: 'not-asked', said: 'the documents do not say it' } };
}

/** What was used of what is allowed, by a role or user that is old enough for it to say something. */
export function usedServices({ documents: { principal }, now }: Pick<AuditContext, 'documents' | 'now'>): {
  readonly services: readonly ServiceAccess[];
  readonly blind: readonly Blind[];
} {
  const { lastAccessed } = principal;
  if (lastAccessed.state !== 'read') return { services: [], blind: blindTo(lastAccessed) };
  const age = ageOf(principal, now);
  if (typeof age === 'object') return { services: [], blind: [age] };
  return { services: age > UNUSED_DAYS ? lastAccessed.value : [], blind: [] };
}
