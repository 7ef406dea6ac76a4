import { limitOf } from '../../lint/facts/limits.ts';
import type { NamedPolicy } from '../../model/access-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { accountOf, conditionsOf, type NamedPrincipal, principalsOf, type Stated, statementsOf } from './statements.ts';
import { limitsOf } from './strangers.ts';

/** Somebody else whom a resource's policy lets in. */
export interface Other {
  readonly kind: 'account' | 'channelmix' | 'organization' | 'canonical' | 'distribution' | 'service' | 'federated';
  /** Tells it apart: an account, an organization, the name of a service. */
  readonly id: string;
  /** As the policy names it. */
  readonly name: string;
  readonly stated: Stated;
}

/** Whom a policy lets in beside the own accounts and everybody: by principal, and by what limits a statement for everybody. */
export function othersOf(policy: NamedPolicy, own: ReadonlySet<string>): readonly Other[] {
  return statementsOf(policy)
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((stated) => principalsOf(stated.statement).flatMap((principal) => others(stated, principal, own)));
}

function others(stated: Stated, { type, value }: NamedPrincipal, own: ReadonlySet<string>): readonly Other[] {
  switch (type) {
    case '*':
    case 'Not':
      return isForServices(stated) ? serviceOthers(stated, 'every AWS service', own) : limitedOthers(stated, own);
    case 'Service':
      return serviceOthers(stated, value, own);
    case 'Federated':
      return [{ kind: 'federated', id: value, name: value, stated }];
    case 'CanonicalUser':
      return [{ kind: 'canonical', id: value, name: value, stated }];
    default:
      return isDistribution(value)
        ? [{ kind: 'distribution', id: value, name: value, stated }]
        : accounts(stated, [value], own);
  }
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html */
function isDistribution(principal: string): boolean {
  return principal.includes(':iam::cloudfront:user/');
}

function accounts(stated: Stated, names: readonly string[], own: ReadonlySet<string>): readonly Other[] {
  return names.flatMap((name): readonly Other[] => {
    const id = accountOf(name);
    if (id === undefined || own.has(id)) return [];
    return [{ kind: id === CHANNELMIX_ACCOUNT_ID ? 'channelmix' : 'account', id, name, stated }];
  });
}

/** Of everybody the accounts that a condition names; else the organization, where nothing narrower limits the statement. */
function limitedOthers(stated: Stated, own: ReadonlySet<string>): readonly Other[] {
  const limits = limitsOf(stated);
  const byAccount = limits.filter(({ to }) => to === 'account');
  const found = byAccount.map(({ names }) => accounts(stated, names, own));
  // All conditions must hold: the narrowest says who is left.
  const [narrowest] = found.sort((one, other) => one.length - other.length);
  if (narrowest !== undefined) return narrowest;
  if (limits.some(({ to }) => to === 'other')) return [];
  return limits
    .slice(0, 1)
    .flatMap(({ names }) => names.map((id): Other => ({ kind: 'organization', id, name: id, stated })));
}

/** Whether a statement for everybody is for services only. */
function isForServices({ statement }: Stated): boolean {
  return conditionsOf(statement).some(
    ({ operator, key, values }) =>
      operator === 'Bool' && key === 'aws:principalisawsservice' && values.every((value) => value === 'true'),
  );
}

/** Keys by which a service says for whose sake it comes. */
const SOURCE = /^aws:source(?:arn|account|owner|orgid|orgpaths)$/;

/**
 * A service that comes for whoever asks it to; bound to a source, the account of that source. Access logs come from buckets of the own
 * account only. https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
function serviceOthers(stated: Stated, name: string, own: ReadonlySet<string>): readonly Other[] {
  const isBound = conditionsOf(stated.statement).some((one) => SOURCE.test(one.key) && limitOf(one) !== undefined);
  if (isBound) return limitedOthers(stated, own).filter(({ kind }) => kind !== 'organization');
  return name === 'logging.s3.amazonaws.com' ? [] : [{ kind: 'service', id: name, name, stated }];
}
