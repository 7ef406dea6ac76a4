import type { AccessDocuments } from '../../model/access-documents.ts';
import type { Diagnosis, DiagnosisLayer, Remedy } from '../../model/check.ts';
import type { StatementRef } from '../../model/decision.ts';
import { exceptCondition } from '../statements.ts';
import type { DiagnosisFacts } from '../types.ts';
import { statementAt, withException } from './edits.ts';
import { layerOf, policyNamed } from './lookup.ts';
import { exceptionRemedy, trustRemedy } from './remedies.ts';
import { diagnosisLayer, type RequestVerdict } from './verdict.ts';
import { conditionTexts, openTexts, placeText, pointerOf, whatDecided } from './words.ts';

/** The request of a check's verdict that is about what was refused. */
function refusedRequest(facts: DiagnosisFacts): RequestVerdict | undefined {
  const { verdict, failure } = facts;
  const action = failure?.denial?.action;
  return verdict?.requests.find((one) => one.action === action && one.result === 'deny') ?? verdict?.decisive;
}

/**
 * The facts with what the documents say of a refusal for which AWS named no layer: S3 does not across accounts and organizations, STS
 * never does, and the answer to a HEAD has no text.
 */
export function informByDocuments(facts: DiagnosisFacts): DiagnosisFacts {
  const { failure, simulated } = facts;
  const request = refusedRequest(facts);
  if (failure?.kind !== 'denied' || failure.denial?.layer !== undefined || simulated === true) return facts;
  if (request?.result !== 'deny' || request.layer === undefined || request.decision === undefined) return facts;
  const explicit = request.decision.explanation.decision.decision === 'explicitDeny';
  const denial = { ...failure.denial, action: request.action, layer: request.layer, explicit };
  return { ...facts, failure: { ...failure, denial } };
}

/**
 * A diagnosis with what the documents add: the statement that denies, or the one that nearly allows and why it does not; whether they
 * agree with AWS's answer, and the fix as the edited statement.
 *
 * @param before the facts as AWS's answer alone gives them
 * @param after the same, informed by the documents
 */
export function refineByDocuments(diagnosis: Diagnosis, before: DiagnosisFacts, after: DiagnosisFacts): Diagnosis {
  const { documents, verdict } = after;
  const said = before.simulated === true ? undefined : before.failure?.denial?.layer;
  const source = said === undefined ? {} : { source: 'answer' as const };
  if (documents === undefined || verdict === undefined) return { ...diagnosis, ...source };
  if (after.expect === 'deny' && after.result === 'allow') return tooMuch(diagnosis, verdict.decisive, documents);
  if (after.simulated === true && verdict.result === 'open') {
    return undecided(diagnosis, verdict.decisive, documents, after);
  }
  if (after.failure?.kind !== 'denied') return diagnosis;

  const request = refusedRequest(after) ?? verdict.decisive;
  if (request.result === 'deny' && (said === undefined || request.layer === said)) {
    return agreed(diagnosis, request, documents, after, said !== undefined);
  }
  const open = request.result === 'open' ? openStatement(request, documents, said) : undefined;
  if (open !== undefined) return byCondition(diagnosis, open, documents, after, said !== undefined);
  // An action that was not evaluated cannot disagree: the key that encrypts may only show in the answer.
  const { action } = after.failure.denial ?? {};
  const asked = action === undefined || verdict.requests.some((one) => one.action === action);
  return { ...diagnosis, ...source, ...(asked ? disagreement(said, request, after) : {}) };
}

/** The policies refuse, in the layer that AWS names or where AWS names none. */
function agreed(
  diagnosis: Diagnosis,
  request: RequestVerdict,
  documents: AccessDocuments,
  facts: DiagnosisFacts,
  toldByAws: boolean,
): Diagnosis {
  const own = request.simulator === true ? 'simulator' : 'documents';
  const layer = request.because === undefined ? diagnosis.layer : (request.layer ?? diagnosis.layer);
  const more = statementsOf(request, documents, facts, diagnosis);
  return {
    ...diagnosis,
    layer,
    // The simulator is AWS's own.
    evidence: toldByAws ? diagnosis.evidence : own === 'simulator' ? 'aws' : 'inferred',
    source: toldByAws ? 'answer+documents' : own,
    ...more,
    cause: causeText(request, documents) ?? diagnosis.cause,
    ...statementFix(diagnosis, more),
  };
}

/** The statement that decides by what is not known of the request, in the layer that AWS names. */
function openStatement(
  { reasons }: RequestVerdict,
  documents: AccessDocuments,
  said: DiagnosisLayer | undefined,
): OpenStatement | undefined {
  const found = reasons.flatMap((reason): OpenStatement[] => {
    if (reason.kind !== 'context') return [];
    const layer = layerOf(documents, reason.statement.policy);
    return layer === undefined || (said !== undefined && said !== layer) ? [] : [{ ...reason, layer }];
  });
  return found[0];
}

interface OpenStatement {
  readonly statement: StatementRef;
  readonly effect: 'Allow' | 'Deny';
  readonly questions: readonly string[];
  readonly layer: DiagnosisLayer;
}

/** A call was refused, and of all statements one can be the reason: it depends on where the call came from. */
function byCondition(
  diagnosis: Diagnosis,
  { statement, effect, questions, layer }: OpenStatement,
  documents: AccessDocuments,
  facts: DiagnosisFacts,
  toldByAws: boolean,
): Diagnosis {
  const policy = policyNamed(documents, statement.policy);
  const verb = effect === 'Deny' ? 'denies it' : 'would allow it, and does not';
  const base: Diagnosis = {
    ...diagnosis,
    layer: toldByAws ? diagnosis.layer : layer,
    evidence: toldByAws ? diagnosis.evidence : 'inferred',
    source: toldByAws ? 'answer+documents' : 'documents',
    statement,
    pointer: pointerOf(policy, statement.index),
    cause: `${placeText(statement)} ${verb}: ${questions.join(' and ')}`,
  };
  const denied = policy === undefined || effect === 'Allow' ? undefined : statementAt(policy.document, statement.index);
  if (denied === undefined || (layer !== 'bucket-policy' && layer !== 'kms')) return base;
  const remedy: Remedy = {
    policy: layer === 'kms' ? 'key' : 'bucket',
    condition: exceptCondition(facts),
    edited: withException(denied, facts.principalArn),
  };
  return { ...base, remedy, ...statementFix(base, { remedy }) };
}

/** What refuses, where it is one thing that can be named; it is the same for each check that it refuses. */
function causeText(request: RequestVerdict, documents: AccessDocuments): string | undefined {
  if (request.because !== undefined) return request.because;
  const { decision, statement } = request.decision?.explanation.decision ?? {};
  if (decision !== 'explicitDeny' || statement === undefined) return undefined;
  const policy = policyNamed(documents, statement.policy);
  const conditions = policy === undefined ? [] : conditionTexts(statementAt(policy.document, statement.index));
  const why = conditions.length === 0 ? '' : `, since ${conditions.join(' and ')}`;
  return `${placeText(statement)} denies it${why}`;
}

/** Words for a fix that is one statement: as it should be, or what to do with it. */
function statementFix({ layer }: Diagnosis, { remedy, statement }: Partial<Diagnosis>): Partial<Diagnosis> {
  if (remedy?.edited !== undefined) {
    const fix =
      remedy.policy === 'trust'
        ? 'Make the trust policy this one: it is yours, without the condition that ChannelMix cannot meet.'
        : 'Replace the statement by this one: it makes an exception for ChannelMix, and stays in force for everybody else.';
    return { fix };
  }
  // Whoever manages the account cannot mend what its organization says.
  if (statement === undefined || (layer !== 'identity' && layer !== 'boundary')) return {};
  return { fix: `Take ${placeText(statement)} out, or narrow it: an Allow cannot outweigh it.` };
}

/** AWS and the documents differ. AWS's word counts: it has all policies, and those that were read may have changed since. */
function disagreement(
  layer: DiagnosisLayer | undefined,
  request: RequestVerdict,
  { verdict }: DiagnosisFacts,
): Pick<Diagnosis, 'disagreement'> {
  // What was not read cannot disagree.
  if (request.result === 'open') return {};
  const unread = (verdict?.reservations ?? []).map(({ what }) => what);
  const rest = unread.length === 0 ? '' : ` Not read: ${unread.join(', ')}.`;
  const said = layer === undefined ? 'AWS refuses' : `AWS says that the layer ${layer} refuses`;
  if (request.result === 'deny') {
    return {
      disagreement: `${said}; of the policies that could be read, ${request.layer} refuses, too: ${whatDecided(request)}. AWS names one layer only: mend both.${rest}`,
    };
  }
  return {
    disagreement: `${said}, the policies that could be read allow it: AWS's word counts. What refuses could not be read, or was changed a moment ago.${rest}`,
  };
}

/** Something is allowed that should not be: the statement that does it. */
function tooMuch(diagnosis: Diagnosis, request: RequestVerdict, documents: AccessDocuments): Diagnosis {
  const { layer, statement } = request.decision?.explanation.decision ?? {};
  if (request.result !== 'allow' || layer === undefined || statement === undefined) return diagnosis;
  return {
    ...diagnosis,
    layer: diagnosisLayer(layer),
    source: 'documents',
    statement,
    pointer: pointerOf(policyNamed(documents, statement.policy), statement.index),
    cause: `${diagnosis.cause.replace(/\. A policy of .*$/s, '')}. ${capital(placeText(statement))} allows it`,
  };
}

/** What was not decided is no refusal: what it depends on is all that can be said. */
function undecided(
  { remedy: _, rule: __, ...diagnosis }: Diagnosis,
  request: RequestVerdict,
  documents: AccessDocuments,
  facts: DiagnosisFacts,
): Diagnosis {
  const open = openStatement(request, documents, undefined);
  const base = open === undefined ? diagnosis : byCondition(diagnosis, open, documents, facts, false);
  return {
    ...base,
    layer: open?.layer ?? 'unknown',
    evidence: 'inferred',
    source: 'documents',
    cause: `it cannot be told without a call: ${openTexts(request).join('; ')}`,
    fix: openFix(base, open !== undefined),
  };
}

function openFix({ remedy }: Diagnosis, onContext: boolean): string {
  const call = 'let ChannelMix verify with --as channelmix';
  if (!onContext) return `Run this with credentials that may read what is missing, or ${call}.`;
  const except = 'the statement like this makes an exception for ChannelMix, and stays in force for everybody else.';
  return remedy?.edited === undefined
    ? `Only a call can show it: ${call}.`
    : `Only a call can show it: ${call}. If it is refused, ${except}`;
}

function statementsOf(
  request: RequestVerdict,
  documents: AccessDocuments,
  facts: DiagnosisFacts,
  diagnosis: Diagnosis,
): Partial<Diagnosis> {
  const { decision, nearMisses = [] } = request.decision?.explanation ?? {};
  const statement = decision?.decision === 'explicitDeny' ? decision.statement : undefined;
  if (statement !== undefined) {
    const policy = policyNamed(documents, statement.policy);
    const remedy = exceptionRemedy(statement, policy, diagnosis, facts);
    return { statement, pointer: pointerOf(policy, statement.index), ...(remedy === undefined ? {} : { remedy }) };
  }
  const near = nearMisses.find(({ layer }) => layer === decision?.layer);
  const remedy = facts.id.startsWith('assume-role') ? trustRemedy(near, documents, diagnosis, facts) : undefined;
  if (near === undefined) return remedy === undefined ? {} : { remedy };
  const pointer = pointerOf(policyNamed(documents, near.statement.policy), near.statement.index);
  return { near: { ...near, pointer }, ...(remedy === undefined ? {} : { remedy }) };
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
