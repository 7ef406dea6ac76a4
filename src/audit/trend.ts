import type { AuditFinding, AuditReport, AuditTrend, Unjudged } from '../model/audit.ts';
import type { Baseline } from './types.ts';

/**
 * What changed since a former audit of the same principal; `undefined` without one. What the former one was compared with is no trend, so
 * that findings about drift are left out. A finding whose rule could not judge all this time is not gone.
 */
export function trendOf(
  baseline: Baseline | undefined,
  { subject, findings, unjudged }: Pick<AuditReport, 'subject' | 'findings' | 'unjudged'>,
): AuditTrend | undefined {
  if (baseline?.kind !== 'audit' || baseline.report.subject.arn !== subject.arn) return undefined;
  const { date, findings: former } = baseline.report;
  const [before, now] = [idsOf(former), idsOf(findings)];
  const blind = blindRules(unjudged);
  const counts = ({ question }: AuditFinding) => question !== 'drift';
  return {
    since: date,
    appeared: findings.filter((one) => counts(one) && !before.has(one.id)).map(({ id }) => id),
    gone: former.filter((one) => counts(one) && !now.has(one.id) && !blind.has(one.ruleId)),
  };
}

function idsOf(findings: readonly AuditFinding[]): ReadonlySet<string> {
  return new Set(findings.map(({ id }) => id));
}

function blindRules(unjudged: readonly Unjudged[]): ReadonlySet<string> {
  return new Set(unjudged.flatMap(({ rules }) => rules));
}
