import type { Diagnosis } from '../model/check.ts';
import { namedRules } from './rules/named.ts';
import { overPrivilegeRules } from './rules/over-privilege.ts';
import { serviceRules } from './rules/service.ts';
import { trustRules } from './rules/trust.ts';
import { unnamedRules } from './rules/unnamed.ts';
import type { DiagnosisFacts, DiagnosisRule } from './types.ts';

export type { DiagnosisFacts } from './types.ts';

/** The table of diagnoses; the first row that fits speaks. */
export const DIAGNOSIS_RULES: readonly DiagnosisRule[] = [
  ...overPrivilegeRules,
  ...trustRules,
  ...namedRules,
  ...unnamedRules,
  ...serviceRules,
];

/**
 * Says which layer is to blame for a check that did not come out as expected, how that is known, and what mends it. Pure; the answer to
 * a HEAD has no text, so what AWS said to another check of the same action counts for it, too.
 */
export function diagnose(facts: DiagnosisFacts): Diagnosis {
  const informed = withPeerText(facts);
  const rule = DIAGNOSIS_RULES.find(({ when }) => when(informed));
  if (rule === undefined) throw new Error('the last row of the table fits everything');
  const remedy = rule.remedy?.(informed);
  return {
    layer: typeof rule.layer === 'function' ? rule.layer(informed) : rule.layer,
    evidence: rule.evidence,
    cause: `${rule.cause(informed)}${waitedText(informed)}`,
    fix: rule.fix(informed),
    ...(remedy === undefined ? {} : { remedy }),
  };
}

function withPeerText(facts: DiagnosisFacts): DiagnosisFacts {
  const { failure } = facts;
  if (failure?.kind !== 'denied' || failure.denial?.layer !== undefined) return facts;
  const peer = facts.peers.find(
    (other) => other.result === 'deny' && other.action === facts.action && other.failure?.denial?.layer !== undefined,
  );
  return peer?.failure === undefined ? facts : { ...facts, failure: { ...failure, ...denialOf(peer.failure) } };
}

function denialOf({ denial }: { readonly denial?: NonNullable<DiagnosisFacts['failure']>['denial'] }) {
  return denial === undefined ? {} : { denial };
}

/** A refusal that lasted through all repetitions is not a change on its way any more. */
function waitedText({ waited, failure }: DiagnosisFacts): string {
  if (waited.times === 0 || (failure?.kind !== 'denied' && failure?.kind !== 'credentials')) return '';
  return `. Retried ${waited.times} times over ${(waited.ms / 1000).toFixed(1)} s: if the policy was changed less than a minute ago, try again; otherwise it is no delay`;
}
