import { isPrivate, readIpRange } from './ip.ts';
import { variablesOf } from './variables.ts';

/** One key of one operator of a Condition block, as texts. */
export interface ConditionTexts {
  /** As written, with qualifier and `IfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** To whom a condition limits a statement for everybody. */
export interface Limit {
  /** `other`: something fixed that only some have, such as an address, a VPC or an id. */
  readonly to: 'account' | 'organization' | 'other';
  /** The account or organization of each value; `${aws:ResourceAccount}` is the owner's own. */
  readonly names: readonly string[];
}

/** Operators that only hold when the request has the key, with one of the values. */
const POSITIVE = /^(?:ForAnyValue:)?(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like)|IpAddress)$/;

/** The part of a value that says who is meant. */
type Part = (value: string) => string;

const whole: Part = (value) => value;
/** The account of an ARN; of those of S3, which have none, the bucket. */
const ofArn: Part = (value) => {
  const parts = value.split(':');
  return parts.length < 6 ? value : parts[4] || parts.slice(5).join(':');
};
/** An organization, whatever the path in it; a role or user, whatever its session is called. */
const ofPath: Part = (value) => value.split('/')[0] ?? '';
const ofId: Part = (value) => value.split(':')[0] ?? '';

function keys<K extends string>(part: Part, to: Limit['to'], ...names: readonly K[]) {
  return names.map((name) => [name, { part, to }] as const);
}

/**
 * Keys that say who calls, or from where, and that nobody can choose for oneself: not aws:username and aws:PrincipalTag, since every
 * account names and tags its users as it likes.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
const LIMITING: ReadonlyMap<string, { readonly part: Part; readonly to: Limit['to'] }> = new Map([
  ...keys(whole, 'account', 'aws:principalaccount', 'aws:sourceaccount', 'aws:sourceowner', 'aws:vpceaccount'),
  ...keys(whole, 'account', 's3:dataaccesspointaccount', 'kms:calleraccount'),
  ...keys(ofArn, 'account', 'aws:principalarn', 'aws:sourcearn', 's3:dataaccesspointarn'),
  ...keys(whole, 'organization', 'aws:principalorgid', 'aws:sourceorgid', 'aws:vpceorgid'),
  ...keys(ofPath, 'organization', 'aws:principalorgpaths', 'aws:sourceorgpaths', 'aws:vpceorgpaths'),
  ...keys(ofArn, 'other', 'aws:sourcevpcarn'),
  ...keys(ofId, 'other', 'aws:userid'),
  ...keys(whole, 'other', 'aws:sourcevpc', 'aws:sourcevpce', 'aws:sourceip', 'sts:externalid'),
  ...keys(whole, 'other', 's3:x-amz-server-side-encryption-aws-kms-key-id'),
]);

/** Whether a condition key (in lower case) can limit who is meant. */
export function isLimitingKey(key: string): boolean {
  return LIMITING.has(key);
}

/** Variables that stand for the owner of what is asked for, whoever asks. */
const OWN: ReadonlySet<string> = new Set(['aws:resourceaccount', 'aws:resourceorgid', 'aws:resourceorgpaths']);

/** Whether a text stands for one thing only. Variables of the request are whatever the request makes them. */
function isFixed(text: string, hasWildcards: boolean): boolean {
  if (text === '' || (hasWildcards && /[*?]/.test(text))) return false;
  return variablesOf(text).every(({ kind, key }) => kind !== 'key' || OWN.has(key.toLowerCase()));
}

/** Whether a range is for a few: S3 takes those wider than /8 (IPv4) and /32 (IPv6) for everybody, but for private ones. */
function isNarrow(text: string): boolean {
  const range = readIpRange(text);
  return range === undefined || isPrivate(range) || range.bits >= (range.version === 4 ? 8 : 32);
}

/** Whom a condition leaves of everybody; `undefined` for one that anybody can meet. */
export function limitOf({ operator, key, values }: ConditionTexts): Limit | undefined {
  const name = key.toLowerCase();
  const limiting = LIMITING.get(name);
  if (limiting === undefined || !POSITIVE.test(operator)) return undefined;
  const { part, to } = limiting;
  const hasWildcards = /Like$|Arn/.test(operator);
  const names = values.map(part);
  const isLimited =
    name === 'aws:sourceip' ? values.every(isNarrow) : names.every((text) => isFixed(text, hasWildcards));
  if (!isLimited) return undefined;
  const isNamed = to !== 'account' || names.every((text) => /^\d{12}$|^\$\{/.test(text));
  return { to: isNamed ? to : 'other', names };
}
