import type { Diagnosis } from '../model/check.ts';
import { informByDocuments, refineByDocuments } from './documents/index.ts';
import { consistencyRules } from './rules/consistency.ts';
import { kmsRules } from './rules/kms.ts';
import { namedRules } from './rules/named.ts';
import { overPrivilegeRules } from './rules/over-privilege.ts';
import { serviceRules } from './rules/service.ts';
import { trustRules } from './rules/trust.ts';
import { trustKnownRules } from './rules/trust-known.ts';
import { unnamedRules } from './rules/unnamed.ts';
import { refusedAction } from './statements.ts';
import type { DiagnosisFacts, DiagnosisRule, SharedFacts } from './types.ts';

export {
  type AskedPermission,
  type CheckVerdict,
  judgePermissions,
  openTexts,
  placeText,
  type RequestVerdict,
  simulatorQuestion,
  whatDecided,
} from './documents/index.ts';
export { grantRemedies, probeVersionsRemedy } from './grant.ts';
export { policyCommand } from './statements.ts';
export type { DiagnosisFacts } from './types.ts';

/** The table of diagnoses; the first row that fits speaks. */
export const DIAGNOSIS_RULES: readonly DiagnosisRule[] = [
  ...overPrivilegeRules,
  ...trustKnownRules,
  ...trustRules,
  ...consistencyRules,
  ...kmsRules,
  ...namedRules,
  ...unnamedRules,
  ...serviceRules,
];

/**
 * Says which layer is to blame for each check of a run that did not come out as expected, how that is known, and what mends it. Checks for
 * which the same row speaks get the same cause and fix, which names all their actions. Pure; the answer to a HEAD has no text, so what
 * AWS said to another check of the same action counts for it, too.
 *
 * @returns a diagnosis for each of the facts, in their order
 */
export function diagnose(all: readonly DiagnosisFacts[]): readonly Diagnosis[] {
  const judged = all.map((facts) => {
    const heard = withPeerText(facts);
    const informed = informByDocuments(heard);
    const rule = DIAGNOSIS_RULES.find(({ when }) => when(informed));
    if (rule === undefined) throw new Error('the last row of the table fits everything');
    const layer = typeof rule.layer === 'function' ? rule.layer(informed) : rule.layer;
    return {
      rule,
      layer,
      heard,
      facts: informed,
      ...(rule.remedy === undefined ? {} : { remedy: rule.remedy(informed) }),
    };
  });
  return judged.map(({ rule, layer, heard, facts, remedy }) => {
    const shared = share(
      facts,
      judged.filter((one) => one.rule === rule && one.layer === layer).map((one) => one.facts),
    );
    const cause = `${rule.cause(shared)}${waitedText(shared)}`;
    const base = { rule: rule.id, layer, evidence: rule.evidence, cause, fix: rule.fix(shared) };
    return refineByDocuments(remedy === undefined ? base : { ...base, remedy }, heard, facts);
  });
}

/** One check's facts as the words about all of `together` need them: the same for each, but for the check itself. */
function share(facts: DiagnosisFacts, together: readonly DiagnosisFacts[]): SharedFacts {
  const [first = facts] = together;
  const longest = together.reduce((most, { waited }) => (waited.ms > most.ms ? waited : most), first.waited);
  return {
    ...first,
    waited: longest,
    actions: [...new Set(together.map(refusedAction))],
    folders: [...new Set(together.map(({ prefix }) => prefix))],
  };
}

function withPeerText(facts: DiagnosisFacts): DiagnosisFacts {
  const { failure } = facts;
  if (facts.id === 'head-object' && failure?.kind === 'unknown') return withPeerFault(facts);
  if (failure?.kind !== 'denied' || failure.denial?.layer !== undefined) return facts;
  const peer = facts.peers.find(
    (other) => other.result === 'deny' && other.action === facts.action && other.failure?.denial?.layer !== undefined,
  );
  return peer?.failure === undefined ? facts : { ...facts, failure: { ...failure, ...denialOf(peer.failure) } };
}

/** What made a HEAD fail that was no refusal, such as an expired session: it stands in the body of the answer to the GET. */
function withPeerFault(facts: DiagnosisFacts): DiagnosisFacts {
  const peer = facts.peers.find(
    ({ id, prefix, result }) => id === 'get-object' && prefix === facts.prefix && result === 'error',
  );
  return peer?.failure === undefined ? facts : { ...facts, failure: peer.failure };
}

function denialOf({ denial }: { readonly denial?: NonNullable<DiagnosisFacts['failure']>['denial'] }) {
  return denial === undefined ? {} : { denial };
}

/** A refusal that lasted through all repetitions is not a change on its way any more. */
function waitedText({ waited, failure }: DiagnosisFacts): string {
  if (waited.times === 0 || (failure?.kind !== 'denied' && failure?.kind !== 'credentials')) return '';
  return `. Retried ${waited.times} times over ${(waited.ms / 1000).toFixed(1)} s: if the policy was changed less than a minute ago, try again; otherwise it is no delay`;
}
