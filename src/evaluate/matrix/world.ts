import type { RequestContext } from '../../model/decision.ts';
import type { JsonValue, PolicyKind } from '../../model/policy.ts';
import { parseCaller } from '../caller.ts';
import { compilePolicy } from '../compile.ts';
import { compileOnce } from '../compile-once.ts';
import { lowerCase } from '../text.ts';
import type { CompiledPolicy } from '../types.ts';
import { hasVariables, type Questions, questionsOf, readDocument, statementsOf, widestPattern } from './bounds.ts';
import { exampleOf, type Known, knownFacts } from './known.ts';
import { type Pattern, patternText, readPattern } from './patterns.ts';
import type { ResourceFacts, Subject } from './subject.ts';
import { type PolicySource, unreadDocument } from './unread.ts';

/** Account of a caller that is not known: nobody's. */
const NO_ACCOUNT = '000000000000';

/** Stands for an owner of whom is only known that it is not the caller's account. */
const ANOTHER_ACCOUNT = '000000000001';

/** One policy in both readings. */
export interface Source {
  readonly name: string;
  readonly most: CompiledPolicy;
  /** Absent: at least there is no such policy. */
  readonly least: CompiledPolicy | undefined;
  /** It could not be read. */
  readonly unread: boolean;
  /** If it could not be read: what there would be without it. */
  readonly without?: CompiledPolicy;
  /** What its statements leave open, by place. */
  readonly questions: readonly Questions[];
  /** Resource patterns of both readings. */
  readonly patterns: readonly Pattern[];
  /** Nobody asked for it: what must be so for it to be as in `most`. */
  readonly assumption?: string;
}

/** All policies in one context. */
export interface Layers {
  readonly identity: readonly Source[];
  readonly boundary?: Source;
  readonly session?: readonly Source[];
  readonly scps?: readonly (readonly Source[])[];
  readonly rcps?: readonly Source[];
  /** The bucket policy for requests of S3, or the key policy for those of KMS. */
  readonly bucket: readonly Source[];
  readonly key: Source;
  readonly trust: Source;
}

/** Where resources are of which the same is known. */
export interface Place {
  readonly known: Known;
  readonly layers: Layers;
  /** Accounts that may own them, the likeliest first; none: the one that the ARN names. */
  readonly owners: readonly string[];
  /** What is not known, when there are several owners. */
  readonly name: string;
}

/** Everything that stays the same from cell to cell. */
export interface World {
  readonly subject: Subject;
  readonly principal: string;
  /** Buckets and keys by ARN. */
  readonly places: ReadonlyMap<string, Place>;
  /** All others. */
  readonly elsewhere: Place;
  /** Resource patterns of both readings, and the resources that are known, each once. */
  readonly patterns: readonly Pattern[];
  /** Resource patterns as the documents have them (but for SCPs and RCPs), with stars for variables: they make the rows. */
  readonly named: readonly Pattern[];
  /** The same world for requests for one action, which lack the context keys of others. */
  readonly ofAction: (action: string) => World;
}

function delegating(kind: 'key' | 'trust', account: string): CompiledPolicy {
  const resource = kind === 'key' ? { Resource: '*' } : {};
  const statement = { Effect: 'Allow', Principal: { AWS: account }, Action: '*', ...resource };
  return compilePolicy({ Statement: statement }, { name: kind, kind });
}

function assumed(kind: 'key' | 'trust', account: string, assumption: string): Source {
  return {
    name: kind,
    most: delegating(kind, account),
    least: undefined,
    unread: false,
    questions: [],
    patterns: [],
    assumption,
  };
}

/** Whether the reading of a document does not depend on what is known of the context. */
function isContextFree(document: JsonValue): boolean {
  return !/"Condition"|\$\{/.test(JSON.stringify(document));
}

function readSource({ name, document }: PolicySource, kind: PolicyKind, known: Known, account: string): Source {
  if (document === undefined) {
    return {
      name,
      most: compilePolicy(unreadDocument(kind, 'most'), { name, kind }),
      least: compilePolicy(unreadDocument(kind, 'least'), { name, kind }),
      unread: true,
      // There is no key without a policy; nearly all of them leave it to IAM.
      ...(kind === 'key' ? { without: delegating(kind, account) } : {}),
      questions: [],
      patterns: [],
    };
  }
  const [wide, narrow] = [readDocument(document, 'most', known), readDocument(document, 'least', known)];
  const most = compileOnce(wide, { name, kind });
  const isCertain = wide === narrow || JSON.stringify(wide) === JSON.stringify(narrow);
  const variables = hasVariables(document);
  return {
    name,
    most,
    least: isCertain ? most : compilePolicy(narrow, { name, kind }),
    unread: false,
    questions: isCertain
      ? []
      : (statementsOf(document) ?? []).map((statement) => questionsOf(statement, variables, known)),
    patterns: [...patternsOf(wide), ...(isCertain ? [] : patternsOf(narrow))],
  };
}

/** Compiles what does not depend on the resource. */
function readLayers(subject: Subject, known: Known, account: string, before: Map<PolicySource, Source>): Layers {
  const read = (kind: PolicyKind) => (source: PolicySource) => {
    const made = before.get(source) ?? readSource(source, kind, known, account);
    if (source.document === undefined || isContextFree(source.document)) before.set(source, made);
    return made;
  };
  const { boundary, session, scps, rcps, bucketPolicies = [] } = subject;
  return {
    identity: subject.identity.map(read('identity')),
    ...(boundary === undefined ? {} : { boundary: read('boundary')(boundary) }),
    ...(session === undefined ? {} : { session: session.map(read('session')) }),
    ...(scps === undefined ? {} : { scps: scps.map((level) => level.map(read('scp'))) }),
    ...(rcps === undefined ? {} : { rcps: rcps.map(read('rcp')) }),
    bucket: bucketPolicies.map(read('bucket')),
    key: assumed('key', account, "the key's policy must allow it too"),
    trust: assumed('trust', account, "the role's trust policy must allow it too"),
  };
}

function placesOf(subject: Subject, account: string): Pick<World, 'places' | 'elsewhere'> {
  const known = new Map<string, { readonly known: Known; readonly layers: Layers }>();
  const contextFree = new Map<PolicySource, Source>();
  const inContext = (context: RequestContext, owner: boolean) => {
    const key = JSON.stringify([context, owner]);
    const before = known.get(key);
    if (before !== undefined) return before;
    const { isAbsent } = subject;
    const facts = knownFacts(subject.principal, context, { owner, ...(isAbsent === undefined ? {} : { isAbsent }) });
    const made = { known: facts, layers: readLayers(subject, facts, account, contextFree) };
    known.set(key, made);
    return made;
  };
  const base = subject.context ?? {};
  const place = ({ arn, account: owner, policy, context, rcps }: ResourceFacts): Place => {
    const shared = inContext({ ...base, ...context }, owner !== undefined);
    const isKey = arn.split(':')[2] === 'kms';
    const read = (source: PolicySource, kind: PolicyKind) => readSource(source, kind, shared.known, account);
    return {
      known: shared.known,
      layers: {
        ...shared.layers,
        ...(rcps === undefined ? {} : { rcps: rcps.map((one) => read(one, 'rcp')) }),
        ...(policy === undefined
          ? {}
          : isKey
            ? { key: read(policy, 'key') }
            : { bucket: [...shared.layers.bucket, read(policy, 'bucket')] }),
      },
      owners: owner !== undefined ? [owner] : isKey ? [] : [account, ANOTHER_ACCOUNT],
      name: arn,
    };
  };
  return {
    places: new Map((subject.resources ?? []).map((facts) => [facts.arn, place(facts)])),
    elsewhere: { ...inContext(base, true), owners: [subject.bucketAccount ?? account], name: '*' },
  };
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

const EVERYTHING: Pattern = readPattern('*', false) ?? { text: '*', parts: [] };

/** Whether a document allows everything but some: then it names all resources, too. */
function allowsTheRest(document: JsonValue): boolean {
  return (statementsOf(document) ?? []).some((statement) => {
    const { Effect, NotResource } = (statement ?? {}) as Readonly<Record<string, JsonValue>>;
    return Effect === 'Allow' && NotResource !== undefined;
  });
}

/** Patterns of the resources that are known: within them the same facts hold. */
function patternsOfFacts({ arn }: ResourceFacts): readonly Pattern[] {
  const literal = arn.replace(/[*?]/g, (char) => `\${${char}}`);
  const texts = arn.split(':')[2] === 's3' ? [literal, `${literal}/*`] : [literal];
  return texts.flatMap((text) => readPattern(text, true) ?? []);
}

/** Each pattern once, the first as it was spelled. */
export function distinctPatterns(patterns: readonly Pattern[]): readonly Pattern[] {
  const found = new Map<string, Pattern>();
  for (const pattern of patterns) {
    const text = patternText(pattern.parts);
    if (!found.has(text)) found.set(text, pattern);
  }
  return [...found.values()];
}

/** Every policy of the layers. */
export function sourcesOf({ identity, boundary, session, scps, rcps, bucket, key, trust }: Layers): readonly Source[] {
  return [
    ...identity,
    ...(boundary === undefined ? [] : [boundary]),
    ...(session ?? []),
    ...(scps ?? []).flat(),
    ...(rcps ?? []),
    ...bucket,
    key,
    trust,
  ];
}

/** Compiles both readings of all documents, and collects their patterns and open questions. */
export function buildWorld(subject: Subject): World {
  const account = subject.principal === undefined ? NO_ACCOUNT : parseCaller(subject.principal).account || NO_ACCOUNT;
  const { resources = [] } = subject;
  const { places, elsewhere } = placesOf(subject, account);
  const own = [
    ...subject.identity,
    ...(subject.boundary === undefined ? [] : [subject.boundary]),
    ...(subject.session ?? []),
    ...(subject.bucketPolicies ?? []),
    ...resources.flatMap(({ policy }) => policy ?? []),
  ].flatMap(({ document }) => document ?? []);
  const sources = new Set([elsewhere, ...places.values()].flatMap(({ layers }) => sourcesOf(layers)));
  const patterns = [...sources].flatMap((source) => source.patterns);
  const world: World = {
    subject,
    principal:
      subject.principal === undefined
        ? `arn:aws:sts::${account}:assumed-role/unknown/unknown`
        : exampleOf(subject.principal),
    places,
    elsewhere,
    patterns: distinctPatterns([...patterns, ...resources.flatMap(patternsOfFacts)]),
    // What an organization limits is not for that named: a row for everything says nothing of a bucket.
    named: [
      ...own.flatMap(patternsOf),
      ...resources.map(patternsOfFacts).flatMap(([pattern]) => pattern ?? []),
      ...(own.some(allowsTheRest) ? [EVERYTHING] : []),
    ],
    ofAction: (action) => ofAction(action),
  };
  const ofAction = worldsByAction(world, sources);
  return world;
}

/** Actions that lack the same keys, of those that conditions on them are open about, share a world. */
function worldsByAction(world: World, sources: ReadonlySet<Source>): World['ofAction'] {
  const { subject } = world;
  const { lacksKey, isAbsent = () => false } = subject;
  const asking = lacksKey === undefined ? [] : askingStatements(sources);
  if (lacksKey === undefined || asking.length === 0) return () => world;
  const made = new Map([['', world]]);
  const worldOf = (action: string): World => {
    const lower = lowerCase(action);
    const about = asking.filter(({ matchesAction }) => matchesAction(lower));
    const lacking = new Set(about.flatMap(({ keys }) => keys).filter((key) => lacksKey(action, key)));
    const name = [...lacking].sort().join();
    const known = made.get(name);
    if (known !== undefined) return known;
    const { lacksKey: _, ...rest } = subject;
    const one = buildWorld({ ...rest, isAbsent: (key) => lacking.has(key) || isAbsent(key) });
    made.set(name, one);
    return one;
  };
  const byAction = new Map<string, World>();
  return (action) => {
    const one = byAction.get(action) ?? worldOf(action);
    byAction.set(action, one);
    return one;
  };
}

interface Asking {
  readonly matchesAction: CompiledPolicy['statements'][number]['matchesAction'];
  /** Keys of its open conditions, in lower case. */
  readonly keys: readonly string[];
}

/** Statements with open conditions. What resources ask for, too, is left out: they are cut alike for all actions. */
function askingStatements(sources: ReadonlySet<Source>): readonly Asking[] {
  const all = [...sources];
  const inResources = new Set(all.flatMap(({ questions }) => questions.flatMap(({ variables }) => variables)));
  return all.flatMap(({ most, questions }) =>
    most.statements.flatMap(({ matchesAction }, index): readonly Asking[] => {
      const keys = (questions[index]?.conditions ?? []).map(({ key }) => lowerCase(key));
      const asked = keys.filter((key) => !inResources.has(key));
      return asked.length === 0 ? [] : [{ matchesAction, keys: asked }];
    }),
  );
}
