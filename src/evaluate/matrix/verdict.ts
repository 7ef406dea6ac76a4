import type { Decision, StatementRef } from '../../model/decision.ts';
import type { MatrixDecision, MatrixPart } from '../../model/matrix.ts';
import { decide, reachedByRcps } from '../decide.ts';
import { applies } from '../layers.ts';
import { type PreparedRequest, prepareRequest } from '../request.ts';
import type { AuthorizationRequest, CompiledPolicy, PolicySet } from '../types.ts';
import { type Questions, questionTexts, type Reading } from './bounds.ts';
import type { Layers, Place, Source, World } from './world.ts';

/** What is decided in one region. */
export interface Verdict extends Pick<MatrixPart, 'asRead'> {
  readonly decision: MatrixDecision;
  readonly conditions: readonly string[];
  readonly by: Decision;
}

/** The reading of each policy. */
export type Choose = (source: Source) => CompiledPolicy | undefined;

/** An action on the resources of one region, in one world. */
export interface Asked {
  readonly place: Place;
  readonly request: AuthorizationRequest;
  /** Policies that speak of it. */
  readonly sources: readonly Source[];
  /** Decides it as owned by each account that may own the resource. */
  readonly decide: (choose: Choose) => readonly Decision[];
}

function placeOf({ places, elsewhere }: World, resource: string): Place {
  if (places.size === 0) return elsewhere;
  const slash = resource.startsWith('arn:') && resource.includes(':s3:::') ? resource.indexOf('/') : -1;
  return places.get(slash < 0 ? resource : resource.slice(0, slash)) ?? elsewhere;
}

/** The resource policies that speak of an action. */
function resourceSources({ bucket, key, trust }: Layers, action: string): readonly Source[] {
  if (action.startsWith('s3:')) return bucket;
  if (action.startsWith('kms:')) return [key];
  return action.startsWith('sts:AssumeRole') ? [trust] : [];
}

function policySet(layers: Layers, resources: readonly Source[], choose: Choose): PolicySet {
  const all = (sources: readonly Source[]): readonly CompiledPolicy[] =>
    sources.flatMap((source) => choose(source) ?? []);
  const boundary = layers.boundary === undefined ? undefined : choose(layers.boundary);
  const [first, ...more] = all(resources);
  return {
    identity: all(layers.identity),
    ...(boundary === undefined ? {} : { boundary }),
    ...(layers.session === undefined ? {} : { session: all(layers.session) }),
    ...(layers.scps === undefined ? {} : { scps: layers.scps.map(all) }),
    ...(layers.rcps === undefined ? {} : { rcps: all(layers.rcps) }),
    ...(first === undefined
      ? {}
      : {
          // Each names its own bucket only, so that together they are as one.
          resource:
            more.length === 0
              ? first
              : {
                  ...first,
                  name: 'bucket policies',
                  statements: [first, ...more].flatMap(({ statements }) => statements),
                },
        }),
  };
}

/** Prepares to decide about an action on a resource. */
export function ask(world: World, action: string, resource: string): Asked {
  const ofAction = world.ofAction(action);
  const place = placeOf(ofAction, resource);
  const { layers, owners } = place;
  const base = { principal: world.principal, action, resource, context: place.known.context };
  const isS3 = action.startsWith('s3:');
  const isOwned = isS3 || (action.startsWith('kms:') && owners.length > 0 && place !== ofAction.elsewhere);
  const requests = isOwned ? owners.map((resourceAccount) => ({ ...base, resourceAccount })) : [base];
  const [request = base] = requests;
  const resources = resourceSources(layers, action);
  const { rcps = [] } = layers;
  return {
    place,
    request,
    sources: [
      ...layers.identity,
      ...(layers.boundary === undefined ? [] : [layers.boundary]),
      ...(layers.session ?? []),
      ...(layers.scps ?? []).flat(),
      ...(reachedByRcps(action.toLowerCase()) ? rcps : []),
      ...resources,
    ],
    decide: (choose) => {
      const policies = policySet(layers, resources, choose);
      const { rcps: _, ...unbound } = policies;
      // Of another organization's policies nothing is known.
      return requests.map((one, index) => decide(one, index === 0 ? policies : unbound));
    },
  };
}

/** The same reading of all policies. */
function reading(open: Reading, unread: Reading | 'without'): Choose {
  return (source) => {
    if (!source.unread) return source[open];
    return unread === 'without' ? source.without : source[unread];
  };
}

const FOR = reading('most', 'most');
const AGAINST = reading('least', 'least');
const ONLY_UNREAD_FOR = reading('least', 'most');
const ONLY_UNREAD_AGAINST = reading('most', 'least');
const AS_READ_FOR = reading('most', 'without');
const AS_READ_AGAINST = reading('least', 'without');

function isAllowed({ decision }: Decision): boolean {
  return decision === 'allow';
}

/**
 * Asks the evaluator with all that is open in favour of the request, and with all of it against it; where something could not be read or
 * the owner is not known, whether that decides.
 */
export function decideRegion(world: World, action: string, resource: string): Verdict {
  const asked = ask(world, action, resource);
  const most = asked.decide(FOR);
  const [by] = most;
  if (by === undefined) throw new Error('a resource without an owner');
  if (!most.some(isAllowed)) return { decision: 'deny', conditions: [], by };
  // Nothing is open: there is one reading only.
  const isCertain = most.length === 1 && asked.sources.every((source) => source.least === source.most);
  const least = isCertain ? most : asked.decide(AGAINST);
  if (least.every(isAllowed)) return { decision: 'allow', conditions: [], by: least[0] ?? by };

  const isOpen = most.length > 1 || asked.sources.some(({ unread }) => unread);
  // Whatever the unread policies say, and whoever the owner is, it takes the conditions.
  if (
    !isOpen ||
    (asked.decide(ONLY_UNREAD_AGAINST).every(isAllowed) && !asked.decide(ONLY_UNREAD_FOR).some(isAllowed))
  ) {
    return { decision: 'conditional', conditions: conditionsOf(asked), by };
  }
  const asRead = isAllowed(asked.decide(AS_READ_FOR)[0] ?? by)
    ? isAllowed(asked.decide(AS_READ_AGAINST)[0] ?? by)
      ? 'allow'
      : 'conditional'
    : 'deny';
  return { decision: 'unknown', conditions: unknownsOf(asked), by, asRead };
}

/** A statement that applies in one reading and not in the other. */
export interface OpenStatement {
  readonly source: Source;
  readonly index: number;
  readonly ref: StatementRef;
  readonly questions: Questions;
  /** It is an Allow: it applies in the reading that favours the request. */
  readonly favours: boolean;
}

/** The statements on which the answer depends. */
export function openStatements({ request, sources, place }: Asked): readonly OpenStatement[] {
  const prepared: PreparedRequest = prepareRequest(request, place.layers.boundary !== undefined);
  return sources.flatMap((source) => {
    const { most, least, unread, questions } = source;
    if (unread || least === undefined || least === most) return [];
    return most.statements.flatMap((statement, index): readonly OpenStatement[] => {
      const other = least.statements[index];
      if (other === undefined) return [];
      const favours = applies(statement, prepared) > 0;
      if (favours === applies(other, prepared) > 0) return [];
      const asks = questions[index] ?? { conditions: [], variables: [] };
      return [{ source, index, ref: other.ref, questions: asks, favours }];
    });
  });
}

/** What the statements that apply in one reading and not in the other leave open. */
function conditionsOf(asked: Asked): readonly string[] {
  const found = new Set<string>();
  for (const { ref, questions, favours } of openStatements(asked)) {
    const texts = questionTexts(questions);
    if (texts.length > 0) found.add(`${favours ? 'if' : 'unless'} ${texts.join(' and ')} (${placeText(ref)})`);
  }
  for (const { assumption } of asked.sources) if (assumption !== undefined) found.add(assumption);
  return [...found].sort();
}

/** The policies that could not be read, each of which is enough to deny; all of them where only several together are. */
function unknownsOf(asked: Asked): readonly string[] {
  const unread = asked.sources.filter((source) => source.unread);
  const alone = unread.filter(
    (source) => !asked.decide((other) => (other === source ? other.least : FOR(other))).some(isAllowed),
  );
  const named = (alone.length > 0 ? alone : unread).map(({ name }) => `${name} is not known`);
  const dependsOnOwner = [FOR, AGAINST].some((choose) => new Set(asked.decide(choose).map(isAllowed)).size > 1);
  return [...(dependsOnOwner ? [`the owner of ${asked.place.name} is not known`] : []), ...new Set(named)];
}

/** A statement as the texts of conditions end with it. */
export function placeText({ policy, index, sid }: StatementRef): string {
  return `${policy}, statement ${sid ?? index}`;
}
