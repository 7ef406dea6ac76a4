import { decideBounded } from '../../evaluate/index.ts';
import type { AccessDocuments } from '../../model/access-documents.ts';
import type { DiagnosisLayer } from '../../model/check.ts';
import type { SimulatorAnswer, SimulatorQuestion } from '../../model/simulator.ts';
import { callerArn, principalSetting } from './context.ts';
import { type AskedPermission, preparePermission } from './requests.ts';
import { principalPolicies } from './sources.ts';
import type { RequestVerdict } from './verdict.ts';

/** Keys that the simulator sets by itself. */
const OWN_KEYS: readonly string[] = ['aws:currenttime', 'aws:epochtime'];

/**
 * The question about a permission, as far as it is one for the simulator: it knows no trust policies (aws/aws-cli#10314). Of the context only
 * the keys that a policy of the principal asks for, so that few calls are enough.
 */
export function simulatorQuestion(
  documents: AccessDocuments,
  asked: AskedPermission,
  date: string,
): SimulatorQuestion | undefined {
  if (asked.action.startsWith('sts:')) return undefined;
  const { action, resource, context } = preparePermission(documents, asked);
  const setting = principalSetting(documents, context, documents.principal.account, date);
  const text = textOf(documents);
  const kept = Object.entries(setting.context).filter(([key]) => {
    const lower = key.toLowerCase();
    return !OWN_KEYS.includes(lower) && (text === undefined || text.includes(lower));
  });
  return { action, resource, context: Object.fromEntries(kept) };
}

/** All policies of the principal in lower case; `undefined` when one could not be read, so that any key may matter. */
function textOf({ principal, organization }: AccessDocuments): string | undefined {
  const { identity, boundary } = principal;
  if (identity.unreadable.length > 0 || boundary.state === 'unreadable') return undefined;
  return JSON.stringify([identity.read, boundary, organization.scps]).toLowerCase();
}

/** The answer to a question. */
export function answerTo(
  answers: readonly SimulatorAnswer[],
  question: SimulatorQuestion | undefined,
): SimulatorAnswer | undefined {
  const key = JSON.stringify(question);
  return answers.find((one) => JSON.stringify(one.question) === key);
}

/** Where the simulator allows, what could not be read of the principal's own policies does: it has read them. */
export function withSimulatedPolicies(documents: AccessDocuments, answer: SimulatorAnswer): AccessDocuments {
  const { principal } = documents;
  const { identity, boundary } = principal;
  const complete = identity.unreadable.length === 0 && boundary.state !== 'unreadable';
  if (complete || answer.decision !== 'allowed' || answer.missing.length > 0) return documents;
  const allow = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const name = `the policies of the ${principal.kind}, as AWS's policy simulator evaluates them`;
  const simulated = { read: [{ name, document: allow }], unreadable: [] };
  return { ...documents, principal: { ...principal, identity: simulated, boundary: { state: 'absent' } } };
}

/** What the simulator and the evaluation of the same policies say. */
export interface Comparison {
  readonly answer: SimulatorAnswer;
  /** What the identity policies, the boundary and the SCPs that could be read say by themselves. */
  readonly own: 'allow' | 'deny' | 'open';
  readonly agrees: boolean;
  /** The layer that refuses, where only the simulator can know it. */
  readonly layer?: DiagnosisLayer;
  /** In words, where they differ: how, and which counts. */
  readonly text?: string;
}

/** Compares an answer of the simulator with the evaluation of what could be read of the same policies. */
export function compareWithSimulator(
  documents: AccessDocuments,
  asked: AskedPermission,
  answer: SimulatorAnswer,
  date: string,
): Comparison {
  const { action, resource, context } = preparePermission(documents, asked);
  const account = documents.principal.account;
  const { isKnown, context: all } = principalSetting(documents, context, account, date);
  const { sources } = principalPolicies(documents);
  const request = { principal: callerArn(documents), action, resource, resourceAccount: account, context: all };
  const own = decideBounded(request, sources, { isKnown }).decision;
  const allowed = answer.decision === 'allowed';
  if (own === 'open' || (own === 'allow') === allowed || answer.missing.length > 0)
    return { answer, own, agrees: true };
  const said = `AWS's policy simulator says ${answer.decision} for ${action}`;
  if (!allowed && answer.byOrganization === false) {
    const text = `${said}, because of a policy of the organization: that counts, since it sees policies that could not be read here`;
    return { answer, own, agrees: false, layer: 'scp', text };
  }
  if (allowed) {
    const text = `${said}, the evaluation of the policies says that they refuse it. The simulator is known to overlook SCPs; only a real call shows who is right`;
    return { answer, own, agrees: false, text };
  }
  const text = `${said}, the evaluation of the policies says that they allow it: only a real call shows who is right`;
  return { answer, own, agrees: false, text };
}

/** A verdict after the simulator was heard: what nobody could read it may know, and where the two differ it is open. */
export function hearSimulator(
  verdict: RequestVerdict,
  { answer, own, agrees, layer, text }: Comparison,
): RequestVerdict {
  const { action, resource } = verdict;
  const base = { action, resource, reservations: verdict.reservations };
  if (layer !== undefined && verdict.result !== 'deny') {
    return { ...base, result: 'deny', layer, because: text ?? '', reasons: [], simulator: true };
  }
  if (!agrees) {
    // An explicit deny of another layer stands, whatever the simulator thinks of the principal's own.
    const ofPrincipal = verdict.layer === 'identity' || verdict.layer === 'boundary' || verdict.result === 'allow';
    if (!ofPrincipal) return verdict;
    return { ...base, result: 'open', reasons: [{ kind: 'differs', text: text ?? '' }] };
  }
  const unread = verdict.reasons.some(({ kind }) => kind === 'unread');
  if (verdict.result !== 'open' || own !== 'open' || !unread || answer.missing.length > 0) return verdict;
  if (answer.decision === 'allowed') return verdict;
  const refuses: DiagnosisLayer =
    answer.byBoundary === false ? 'boundary' : answer.byOrganization === false ? 'scp' : 'identity';
  const because = `AWS's policy simulator, which sees the policies that could not be read here, says ${answer.decision}`;
  return { ...base, result: 'deny', layer: refuses, because, reasons: [], simulator: true };
}
