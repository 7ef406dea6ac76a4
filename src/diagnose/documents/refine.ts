import { trustPolicy } from '../../generate/policy-documents.ts';
import type { AccessDocuments, NamedPolicy, OrganizationDocuments, Piece } from '../../model/access-documents.ts';
import type { Diagnosis, DiagnosisLayer, Remedy } from '../../model/check.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import type { NearMiss, StatementRef } from '../../model/decision.ts';
import type { PolicyDocument } from '../../model/policy.ts';
import type { DiagnosisFacts } from '../types.ts';
import { isOnlyFor, statementAt, withException, withoutKeys, withStatement } from './edits.ts';
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
  return { ...diagnosis, ...source, ...disagreement(said, request, after) };
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
    ...editedFix(more.remedy),
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
  const condition = { ArnNotEquals: { 'aws:PrincipalArn': facts.principalArn } };
  const remedy: Remedy = {
    policy: layer === 'kms' ? 'key' : 'bucket',
    condition,
    edited: withException(denied, facts.principalArn),
  };
  return { ...base, remedy, ...editedFix(remedy) };
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

/** Words for a fix that is an edited statement. */
function editedFix(remedy: Remedy | undefined): Pick<Diagnosis, 'fix'> | object {
  if (remedy?.edited === undefined) return {};
  if (remedy.policy === 'trust') {
    return { fix: 'Make the trust policy this one: it is yours, without the condition that ChannelMix cannot meet.' };
  }
  return {
    fix: 'Replace the statement by this one: it makes an exception for ChannelMix, and stays in force for everybody else.',
  };
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

/** The statement of a bucket or key policy that denies, with the exception in it. */
function exceptionRemedy(
  { index }: StatementRef,
  policy: NamedPolicy | undefined,
  { layer, remedy }: Diagnosis,
  { principalArn }: DiagnosisFacts,
): Remedy | undefined {
  const statement = policy === undefined ? undefined : statementAt(policy.document, index);
  if (statement === undefined || remedy?.condition === undefined) return undefined;
  if (layer !== 'bucket-policy' && layer !== 'kms') return undefined;
  return { ...remedy, edited: withException(statement, principalArn) };
}

/** Conditions that ChannelMix cannot meet, since it sends neither. */
const NOT_SUPPORTED: readonly string[] = ['sts:externalid', 'aws:multifactorauthpresent', 'aws:multifactorauthage'];

/**
 * The trust policy as it should be: without the condition that does not fit, where the statement is for ChannelMix alone; with the kit's
 * own statement beside what is there, where it is not.
 */
function trustRemedy(
  near: NearMiss | undefined,
  { principal }: AccessDocuments,
  { remedy }: Diagnosis,
  { partition }: DiagnosisFacts,
): Remedy | undefined {
  const trust = principal.trust.state === 'read' ? principal.trust.value : undefined;
  const document = trust?.document as PolicyDocument | undefined;
  if (trust === undefined || document?.Statement === undefined || remedy?.policy !== 'trust') return undefined;
  const index = near?.reason === 'condition' ? near.statement.index : conditionedFor(document);
  const statement = index === undefined ? undefined : statementAt(trust.document, index);
  if (index !== undefined && statement !== undefined && isOnlyFor(statement, CHANNELMIX_ACCOUNT_ID)) {
    const key = near?.reason === 'condition' ? near.detail.split(' ').at(-1)?.toLowerCase() : undefined;
    const edited = withoutKeys(statement, [...NOT_SUPPORTED, ...(key === undefined ? [] : [key])]);
    return { ...remedy, edited, document: withStatement(trust.document, index, edited) };
  }
  const [added] = [trustPolicy(partition).Statement].flat();
  if (added === undefined) return undefined;
  return {
    ...remedy,
    document: { ...document, Statement: [...[document.Statement].flat(), withFreeSid(added, document)] },
  };
}

/** A statement for ChannelMix that asks for several things at once is no near miss, and still the one to mend. */
function conditionedFor(document: PolicyDocument): number | undefined {
  const index = [document.Statement]
    .flat()
    .findIndex((one) => one.Effect === 'Allow' && one.Condition !== undefined && isOnlyFor(one, CHANNELMIX_ACCOUNT_ID));
  return index < 0 ? undefined : index;
}

function withFreeSid(
  statement: NonNullable<ReturnType<typeof statementAt>>,
  document: PolicyDocument,
): NonNullable<ReturnType<typeof statementAt>> {
  const taken = [document.Statement].flat().some(({ Sid }) => Sid !== undefined && Sid === statement.Sid);
  if (!taken) return statement;
  const { Sid: _, ...rest } = statement;
  return rest;
}

/** The layer of a policy by that name. */
function layerOf(documents: AccessDocuments, name: string): DiagnosisLayer | undefined {
  const { principal, bucket, keys, organization } = documents;
  const isIt = (piece: Piece<NamedPolicy>) => piece.state === 'read' && piece.value.name === name;
  const inLevels = (piece: OrganizationDocuments['scps']) =>
    piece.state === 'read' && piece.value.some(({ policies }) => policies.some((policy) => policy.name === name));
  if (isIt(bucket.policy)) return 'bucket-policy';
  if (isIt(principal.trust)) return 'trust';
  if (isIt(principal.boundary)) return 'boundary';
  if (principal.identity.read.some((policy) => policy.name === name)) return 'identity';
  if (keys.some(({ policy }) => isIt(policy))) return 'kms';
  if (inLevels(organization.scps)) return 'scp';
  return inLevels(organization.rcps) ? 'rcp' : undefined;
}

/** A policy by the name under which the evaluator knows it. */
function policyNamed(
  { principal, bucket, otherBucket, keys, organization }: AccessDocuments,
  name: string,
): NamedPolicy | undefined {
  const single = [principal.trust, principal.boundary, bucket.policy, ...keys.map(({ policy }) => policy)].concat(
    otherBucket === undefined ? [] : [otherBucket.policy],
  );
  const levels = [organization.scps, organization.rcps].flatMap((piece) => (piece.state === 'read' ? piece.value : []));
  return [
    ...principal.identity.read,
    ...single.flatMap((piece) => (piece.state === 'read' ? [piece.value] : [])),
    ...levels.flatMap(({ policies }) => policies),
  ].find((policy) => policy.name === name);
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
