import type { Decision, StatementRef } from '../../model/decision.ts';
import type { JsonValue, PolicyKind } from '../../model/policy.ts';
import { parseCaller } from '../caller.ts';
import { compilePolicy } from '../compile.ts';
import { decide, reachedByRcps } from '../decide.ts';
import { applies } from '../layers.ts';
import { prepareRequest } from '../request.ts';
import type { AuthorizationRequest, CompiledPolicy, PolicySet } from '../types.ts';
import { hasVariables, openQuestions, type Reading, readDocument, statementsOf, widestPattern } from './bounds.ts';
import { type Known, knownFacts } from './known.ts';
import { type Pattern, patternText, readPattern } from './patterns.ts';
import type { Region } from './regions.ts';

/** A document with the name under which the matrix refers to it. */
export interface NamedDocument {
  readonly name: string;
  readonly document: JsonValue;
}

/** What is to be explained. */
export interface Subject {
  /** Caller as in `AuthorizationRequest`; without one, Principal elements that name anyone are open questions. */
  readonly principal?: string;
  /** Owner of the buckets. Default: the caller's account. */
  readonly bucketAccount?: string;
  readonly identity: readonly NamedDocument[];
  readonly boundary?: NamedDocument;
  /** Policies that the session was made with. */
  readonly session?: readonly NamedDocument[];
  /** Service control policies, one entry a level of the caller's organization: each level has to allow. */
  readonly scps?: readonly (readonly NamedDocument[])[];
  /** Resource control policies of every level above the resources' account. `RCPFullAWSAccess` is implied. */
  readonly rcps?: readonly NamedDocument[];
  /** Policies of different buckets. */
  readonly bucketPolicies?: readonly NamedDocument[];
  /** Context keys that every request has. Conditions on any other are open questions. */
  readonly context?: AuthorizationRequest['context'];
}

/** Account of a caller that is not known: nobody's. */
const NO_ACCOUNT = '000000000000';

/** One reading of all documents, compiled. */
interface Compiled {
  readonly identity: readonly CompiledPolicy[];
  /** Boundary, session policies, SCPs and RCPs, as far as there are any: what limits every action alike. */
  readonly limits: Pick<PolicySet, 'boundary' | 'session' | 'scps' | 'rcps'>;
  readonly bucket: CompiledPolicy | undefined;
  /** Stands for the key policies and trust policies, which are not known: delegates at most, is absent at least. */
  readonly key: CompiledPolicy | undefined;
  readonly trust: CompiledPolicy | undefined;
}

function compileReading(subject: Subject, reading: Reading, known: Known, account: string): Compiled {
  const compile = ({ name, document }: NamedDocument, kind: PolicyKind): CompiledPolicy =>
    compilePolicy(readDocument(document, reading, known), { name, kind });
  const { boundary, session, scps, rcps } = subject;
  const buckets = (subject.bucketPolicies ?? []).map((policy) => compile(policy, 'bucket'));
  const delegating = (kind: PolicyKind): CompiledPolicy | undefined =>
    reading === 'least'
      ? undefined
      : compilePolicy(
          {
            Statement: {
              Effect: 'Allow',
              Principal: { AWS: account },
              Action: '*',
              ...(kind === 'key' ? { Resource: '*' } : {}),
            },
          },
          { name: kind, kind },
        );
  return {
    identity: subject.identity.map((policy) => compile(policy, 'identity')),
    limits: {
      ...(boundary === undefined ? {} : { boundary: compile(boundary, 'boundary') }),
      ...(session === undefined ? {} : { session: session.map((policy) => compile(policy, 'session')) }),
      ...(scps === undefined ? {} : { scps: scps.map((level) => level.map((policy) => compile(policy, 'scp'))) }),
      ...(rcps === undefined ? {} : { rcps: rcps.map((policy) => compile(policy, 'rcp')) }),
    },
    // Each names its own bucket only, so that together they are as one.
    bucket:
      buckets.length === 0
        ? undefined
        : { name: 'bucket policies', kind: 'bucket', statements: buckets.flatMap(({ statements }) => statements) },
    key: delegating('key'),
    trust: delegating('trust'),
  };
}

const UNKNOWN_POLICIES: Readonly<Record<string, string>> = {
  key: "the key's policy must allow it too",
  trust: "the role's trust policy must allow it too",
};

function unknownPolicy(action: string): 'key' | 'trust' | undefined {
  if (action.startsWith('kms:')) return 'key';
  return action.startsWith('sts:AssumeRole') ? 'trust' : undefined;
}

function policySet(compiled: Compiled, action: string): PolicySet {
  const other = unknownPolicy(action);
  const resource = other === undefined ? (action.startsWith('s3:') ? compiled.bucket : undefined) : compiled[other];
  return {
    identity: compiled.identity,
    ...compiled.limits,
    ...(resource === undefined ? {} : { resource }),
  };
}

/** Everything that stays the same from cell to cell. */
export interface World {
  readonly subject: Subject;
  readonly known: Known;
  readonly principal: string;
  readonly bucketAccount: string;
  readonly most: Compiled;
  readonly least: Compiled;
  /** Resource patterns of both readings, each once. */
  readonly patterns: readonly Pattern[];
  /** Resource patterns as the documents have them (but for SCPs and RCPs), with stars for variables: they make the rows. */
  readonly named: readonly Pattern[];
  /** Policy name -> what its statements leave open, by place. */
  readonly questions: ReadonlyMap<string, readonly (readonly string[])[]>;
}

function patternsOf(document: JsonValue): readonly Pattern[] {
  return (statementsOf(document) ?? []).flatMap((statement) => {
    if (typeof statement !== 'object' || statement === null) return [];
    const { Resource = [], NotResource = [] } = statement as Readonly<Record<string, JsonValue>>;
    return [Resource, NotResource].flat().flatMap((text) => {
      const variables = hasVariables(document);
      const pattern = typeof text === 'string' ? readPattern(widestPattern(text, variables), variables) : undefined;
      return pattern ?? [];
    });
  });
}

/** Compiles both readings of all documents, and collects their patterns and open questions. */
export function buildWorld(subject: Subject): World {
  const context = subject.context ?? {};
  const known = knownFacts(subject.principal, context);
  const account = subject.principal === undefined ? NO_ACCOUNT : parseCaller(subject.principal).account || NO_ACCOUNT;
  const own = [
    ...subject.identity,
    ...(subject.boundary === undefined ? [] : [subject.boundary]),
    ...(subject.session ?? []),
    ...(subject.bucketPolicies ?? []),
  ];
  const documents = [...own, ...(subject.scps ?? []).flat(), ...(subject.rcps ?? [])];
  const patterns = documents.flatMap(({ document }) =>
    (['most', 'least'] as const).flatMap((reading) => patternsOf(readDocument(document, reading, known))),
  );
  return {
    subject,
    known,
    principal: subject.principal ?? `arn:aws:sts::${account}:assumed-role/unknown/unknown`,
    bucketAccount: subject.bucketAccount ?? account,
    most: compileReading(subject, 'most', known, account),
    least: compileReading(subject, 'least', known, account),
    patterns: [...new Map(patterns.map((pattern) => [patternText(pattern.parts), pattern])).values()],
    // What an organization limits is not for that named: a row for everything says nothing of a bucket.
    named: own.flatMap(({ document }) => patternsOf(document)),
    questions: new Map(
      documents.map(({ name, document }) => [
        name,
        (statementsOf(document) ?? []).map((statement) => openQuestions(statement, hasVariables(document), known)),
      ]),
    ),
  };
}

/** What is decided in one region. */
export interface Verdict {
  readonly decision: 'allow' | 'deny' | 'conditional';
  readonly conditions: readonly string[];
  readonly by: Decision;
}

function requestFor(world: World, action: string, resource: string): AuthorizationRequest {
  const { principal, known, bucketAccount } = world;
  const owner = action.startsWith('s3:') ? { resourceAccount: bucketAccount } : {};
  return { principal, action, resource, context: known.context, ...owner };
}

/** Asks the evaluator once with all open questions in favour of the request, and once with all of them against it. */
export function decideRegion(world: World, action: string, { example }: Region): Verdict {
  const request = requestFor(world, action, example);
  const most = decide(request, policySet(world.most, action));
  const least = decide(request, policySet(world.least, action));
  if (most.decision !== 'allow') return { decision: 'deny', conditions: [], by: most };
  if (least.decision === 'allow') return { decision: 'allow', conditions: [], by: least };
  return { decision: 'conditional', conditions: conditionsOf(world, action, request), by: most };
}

/** What the statements that apply in one reading and not in the other leave open. */
function conditionsOf(world: World, action: string, request: AuthorizationRequest): readonly string[] {
  const found = new Set<string>();
  const prepared = prepareRequest(request, world.subject.boundary !== undefined);
  const layers = ({ identity, limits, bucket }: Compiled): readonly CompiledPolicy[] => [
    ...identity,
    ...(limits.boundary === undefined ? [] : [limits.boundary]),
    ...(limits.session ?? []),
    ...(limits.scps ?? []).flat(),
    ...(reachedByRcps(prepared.action) ? (limits.rcps ?? []) : []),
    ...(bucket === undefined || !action.startsWith('s3:') ? [] : [bucket]),
  ];
  const least = layers(world.least);
  layers(world.most).forEach(({ statements }, policy) => {
    statements.forEach((statement, index) => {
      const other = least[policy]?.statements[index];
      if (other === undefined || applies(statement, prepared) > 0 === applies(other, prepared) > 0) return;
      const ref = other.ref;
      const questions = world.questions.get(ref.policy)?.[ref.index] ?? [];
      const effect = applies(statement, prepared) > 0 ? 'if' : 'unless';
      if (questions.length > 0) found.add(`${effect} ${questions.join(' and ')} (${place(ref)})`);
    });
  });
  const unknown = unknownPolicy(action);
  if (unknown !== undefined) found.add(UNKNOWN_POLICIES[unknown] ?? '');
  return [...found].sort();
}

function place({ policy, index, sid }: StatementRef): string {
  return `${policy}, statement ${sid ?? index}`;
}
