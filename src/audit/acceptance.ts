import { type AcceptedFinding, type AuditFinding, MAX_ACCEPTED_DAYS } from '../model/audit.ts';
import { dayOf, daysBetween } from './facts/time.ts';

/** Whether an acceptance counts on the day of the audit, and if not, why. */
export function stateOf({ expires }: AcceptedFinding, now: string): 'holds' | 'expired' | 'too-long' {
  const today = dayOf(now);
  if (expires < today) return 'expired';
  return daysBetween(today, expires) > MAX_ACCEPTED_DAYS ? 'too-long' : 'holds';
}

/** Whether an acceptance is for a finding, whether or not it counts. */
export function isFor(acceptance: AcceptedFinding, finding: Pick<AuditFinding, 'id' | 'ruleId' | 'about'>): boolean {
  const { id, ruleId, about } = acceptance;
  if (about !== undefined && about !== finding.about) return false;
  return id === undefined ? ruleId === finding.ruleId : id === finding.id;
}

/** What an acceptance is for, in words: `rule bucket-no-logs about ARN`. */
export function acceptedText({ id, ruleId, about }: AcceptedFinding): string {
  const what = id === undefined ? `rule ${ruleId}` : `finding ${id}`;
  return about === undefined ? what : `${what} about ${about}`;
}
