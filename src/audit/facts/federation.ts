import { limitOf } from '../../lint/facts/limits.ts';
import { compileGlob } from '../../model/wildcard.ts';
import { isWild } from '../../model/wildcard-compare.ts';
import { conditionsOf, type Stated } from './statements.ts';

/** Identity providers where everybody can have an account: a token says little until it says whose it is. */
const PUBLIC: ReadonlySet<string> = new Set(['token.actions.githubusercontent.com', 'gitlab.com', 'app.terraform.io']);

/** Claims of these that say whose a token is. */
const OWNER_CLAIMS: ReadonlySet<string> = new Set([
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'enterprise',
  'enterprise_id',
]);

/** The same in the subject of a token, with an owner to whose name nothing can be added: `repo:acme/…`. */
const OWNER_IN_SUBJECT =
  /(?:^|:)(?:repo(?:sitory)?|repository_id|repository_owner(?:_id)?|enterprise(?:_id)?|project_path|organization):[^:/]+[:/]/;

/** Claims that say for whom a token is, or whose word it is: not of whom. */
const NOT_WHO: ReadonlySet<string> = new Set(['aud', 'oaud', 'azp', 'iss', 'doc', 'namequalifier', 'sub_type']);

/** Operators that only hold for one of the values; with `IfExists` too, since every token has a subject. */
const POSITIVE = /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like))(?:IfExists)?$/;

/**
 * Whether a statement for an identity provider says who of those is meant that the provider vouches for.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
 */
export function saysWho({ statement }: Stated, provider: string): boolean {
  const isPublic = PUBLIC.has(provider.replace(/^.*:oidc-provider\//, ''));
  return conditionsOf(statement).some((condition) => {
    const { operator, key, values } = condition;
    if (limitOf(condition) !== undefined) return true;
    if (!POSITIVE.test(operator) || /^(?:sts|aws):(?!requesttag\/)/.test(key)) return false;
    const claim = key.slice(key.lastIndexOf(':') + 1);
    return values.every((value) => isSomebody(claim, value, operator.includes('Like'), isPublic));
  });
}

function isSomebody(claim: string, value: string, isPattern: boolean, isPublic: boolean): boolean {
  // Guests of Cognito: https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html
  if (claim === 'amr') return !compileGlob(value)('unauthenticated');
  if (NOT_WHO.has(claim)) return false;
  const isOpen = isPattern && isWild(value);
  if (!isPublic) return !isOpen || /[^*?]/.test(value);
  const start = isOpen ? value.slice(0, value.search(/[*?]/)) : `${value}:`;
  return claim === 'sub' ? OWNER_IN_SUBJECT.test(start) : OWNER_CLAIMS.has(claim) && /[:/]/.test(start);
}
