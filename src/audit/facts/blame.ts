import { placeText } from '../../diagnose/index.ts';
import { decideBounded } from '../../evaluate/index.ts';
import type { StatementRef } from '../../model/decision.ts';
import { covers, intersects } from '../../model/wildcard-compare.ts';
import type { AuditContext } from '../types.ts';
import { type Placed, policiesOf, statementOf } from './policies.ts';
import { standingOf } from './standing.ts';
import { type Stated, statementsOf, textsOf } from './statements.ts';

/** A statement that may allow the principal something. */
interface Allowing {
  readonly ref: StatementRef;
  /** Whether the actions that a pattern of resources and an action have in common are among those that it allows. */
  readonly takes: (action: string, resource: string) => boolean;
}

/**
 * The statement to blame for what is allowed: that of the matrix, where its policy was read and it is the same for all resources; else the
 * first that is about it and in force, of the principal's own policies before those of buckets and keys.
 */
export function blame(
  context: AuditContext,
  action: string,
  resource: string,
  decided: StatementRef | undefined,
): StatementRef | undefined {
  const { documents, once } = context;
  const read = once(blame, () => new Set(policiesOf(documents).map(({ policy }) => policy.name)));
  if (decided !== undefined && read.has(decided.policy)) return decided;
  return allowingOf(context).find(({ takes }) => takes(action, resource))?.ref;
}

/** Whether one statement allows any of what is allowed. */
export function allowsAny(
  context: AuditContext,
  { policy, index }: StatementRef,
  allowed: readonly { readonly action: string; readonly resource: string }[],
): boolean {
  const one = allowingOf(context).find(({ ref }) => ref.policy === policy && ref.index === index);
  return one !== undefined && allowed.some(({ action, resource }) => one.takes(action, resource));
}

/** The statements that allow, own ones first. */
function allowingOf(context: AuditContext): readonly Allowing[] {
  return context.once(allowingOf, () => {
    const all = policiesOf(context.documents);
    const of = (kind: Placed['kind']) => all.filter((one) => one.kind === kind);
    return [...of('identity'), ...of('bucket'), ...of('key')].flatMap((placed) =>
      statementsOf(placed.policy).flatMap((stated) => toAllowing(context, placed, stated)),
    );
  });
}

function toAllowing(context: AuditContext, placed: Placed, stated: Stated): readonly Allowing[] {
  const { ref, effect, statement } = stated;
  if (effect !== 'Allow') return [];
  const actions = textsOf(statement.Action).map((pattern) => pattern.toLowerCase());
  const others = textsOf(statement.NotAction).map((pattern) => pattern.toLowerCase());
  const resources = textsOf(statement.Resource);
  const isNegated = statement.NotAction !== undefined;
  const hasAction = (action: string): boolean =>
    isNegated ? !others.some((pattern) => covers(pattern, action)) : actions.some((pattern) => covers(pattern, action));
  const hasResource = (resource: string): boolean =>
    placed.kind === 'key' ||
    statement.NotResource !== undefined ||
    resources.some((pattern) => intersects(pattern, resource));
  const isAlways = placed.kind === 'identity' && statement.Condition === undefined;
  const inForce = new Map<string, boolean>();
  const isInForceFor = (action: string, resource: string): boolean => {
    const known = inForce.get(action) ?? isInForce(context, placed, stated, action, resource);
    inForce.set(action, known);
    return known;
  };
  return [
    {
      ref,
      takes: (action, resource) =>
        hasAction(action.toLowerCase()) && hasResource(resource) && (isAlways || isInForceFor(action, resource)),
    },
  ];
}

/** Whether a statement can mean the principal, and its conditions can hold: asked of it alone, as if it allowed everything. */
function isInForce(
  context: AuditContext,
  { kind, policy }: Placed,
  { statement }: Stated,
  action: string,
  resource: string,
): boolean {
  const { account } = context.documents.principal;
  const { knownFor, ...who } = standingOf(context, account);
  const { Action: _, NotAction: __, Resource: ___, NotResource: ____, ...rest } = statement;
  const document = { Version: '2012-10-17', Statement: { ...rest, Action: '*', Resource: '*' } };
  const source = { name: policy.name, document };
  const isResource = kind === 'bucket' || kind === 'key';
  const { decision } = decideBounded(
    {
      ...who,
      // What nobody else has to allow, too.
      action: isResource ? action : 'example:Anything',
      resource,
      resourceAccount: account,
    },
    isResource ? { identity: [], resource: { kind, ...source } } : { identity: [source] },
    { isKnown: knownFor(action) },
  );
  return decision !== 'deny';
}

/**
 * Where what is allowed is written, for whoever takes it out: `the policies of NAME`, and each statement of other policies, such as that of
 * the bucket. `isOwn`: in the principal's own policies, as far as is known.
 */
export function writtenIn(
  { documents }: AuditContext,
  statements: readonly (StatementRef | undefined)[],
): { readonly written: string; readonly isOwn: boolean } {
  const { name, identity } = documents.principal;
  const own = new Set(identity.read.map((policy) => policy.name));
  const known = statements.filter((ref) => ref !== undefined);
  const others = known.filter(({ policy }) => !own.has(policy));
  const isOwn = others.length < known.length || others.length === 0;
  const places = others.map((ref) =>
    // The grants of a key count as statements after those of its policy.
    statementOf(documents, ref) === undefined ? `a grant beside the ${ref.policy}` : placeText(ref),
  );
  return { written: [...(isOwn ? [`the policies of ${name}`] : []), ...new Set(places)].join(' and '), isOwn };
}
