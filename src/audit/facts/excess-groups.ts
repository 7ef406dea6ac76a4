import { inLevel } from '../../lint/facts/channelmix.ts';
import type { StatementRef } from '../../model/decision.ts';
import { plural } from '../../report/reporter.ts';
import type { AuditContext, AuditHit, Blind } from '../types.ts';
import { writtenIn } from './blame.ts';
import { adminOf } from './effective.ts';
import { type Risk, riskOf, s3ExcessOf } from './s3-excess.ts';
import { blindTo, blindToAny, listed } from './words.ts';

/** What is allowed and not needed in the buckets that are meant, and in the account, of one risk. */
export interface ExcessGroup {
  /** Names with their service, in the order of the catalogue. */
  readonly actions: readonly string[];
  /** `bucket a, b and the account`. */
  readonly where: string;
  readonly about: string;
  readonly key: string;
  readonly statement?: StatementRef;
  /** Where it is written: `the policies of NAME`, or statements of other policies. */
  readonly written: string;
}

/** One group for a risk, where there is any: a role that may do everything has few findings, not one for each action and bucket. */
export function excessOf(context: AuditContext, risk: Risk): readonly ExcessGroup[] {
  const { access } = context.expected;
  const found = s3ExcessOf(context).filter(({ where, facts }) => {
    // What leads elsewhere is told by where it leads, and so is what the level has in the bucket that is meant.
    if (where === 'outside' || where === 'beside' || where === 'access-point') return false;
    if (where === 'inside' && inLevel(facts, access)) return false;
    return (access === 'minimal' && inLevel(facts, 'extended') ? 'level' : riskOf(facts)) === risk;
  });
  // Who can do everything can do these, too.
  const isSmall = risk === 'read' || risk === 'level' || risk === 'list-buckets';
  if (found.length === 0 || (isSmall && adminOf(context) !== undefined)) return [];
  const buckets = [...new Set(found.flatMap(({ bucket }) => (bucket === '' ? [] : [bucket])))];
  const [only] = buckets;
  const places = [
    ...(only === undefined ? [] : [`bucket ${listed(buckets, 3)}`]),
    ...(found.some(({ where }) => where === 'account') ? ['the account'] : []),
  ];
  const statement = found.find((one) => one.statement !== undefined)?.statement;
  const isOne = only !== undefined && buckets.length === 1 && places.length === 1;
  return [
    {
      actions: [...new Set(found.map(({ facts }) => facts.action))],
      where: places.join(' and '),
      about: isOne ? context.arnOf({ name: only }) : context.documents.principal.arn,
      key: risk,
      ...writtenIn(
        context,
        found.map((one) => one.statement),
      ),
      ...(statement === undefined ? {} : { statement }),
    },
  ];
}

/** The hits of a rule about one risk, and what decides about it and was not read. */
export function* excessHits(context: AuditContext, risk: Risk): Iterable<AuditHit<'more'> | Blind> {
  yield* blindToExcess(context);
  const { name } = context.documents.principal;
  for (const { actions, where, written, ...rest } of excessOf(context, risk)) {
    const count = plural(actions.length, 'action');
    yield { message: 'more', data: { name, where, count, written, actions: listed(actions) }, ...rest };
  }
}

/** What decides about excess and was not read. */
export function blindToExcess({ documents }: AuditContext): readonly Blind[] {
  const { principal, organization } = documents;
  const { identity, boundary } = principal;
  return [...blindToAny(identity), ...blindTo(boundary, organization.scps)];
}
