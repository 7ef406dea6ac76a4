import { roleArnProblem } from '../documents/read-role-arn.ts';
import { parseRoleArn } from '../model/arn.ts';
import type { ConnectionCheckReport, ConnectionField } from '../model/connection.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';
import { readBucket } from './connection-bucket.ts';
import type { ConnectionRuleId } from './connection-rules.ts';
import { type FieldState, isGiven, type ValueKind } from './connection-values.ts';

/** What a check found, before it is put into words. */
export interface ConnectionHit {
  readonly id: ConnectionRuleId;
  /** Absent where it is about the fields together. */
  readonly field?: ConnectionField;
  readonly data?: Readonly<Record<string, string | number>>;
}

export type States = ReadonlyMap<ConnectionField, FieldState>;

type Way = ConnectionCheckReport['way'];
type Judged = readonly Omit<ConnectionHit, 'field'>[];

/** What is wrong with the value of one field, its writing apart. */
export function judgeField(state: FieldState, states: States, way: Way): readonly ConnectionHit[] {
  return JUDGES[state.field](state, states, way).map((hit) => ({ ...hit, field: state.field }));
}

const JUDGES: Readonly<Record<ConnectionField, (state: FieldState, states: States, way: Way) => Judged>> = {
  roleArn: judgeRole,
  accessKeyId: judgeKeyId,
  secretAccessKey: judgeSecret,
  sessionToken: (state) => (isGiven(state) ? [{ id: 'session-token' }] : []),
  accountId: judgeAccount,
  bucket: judgeBucket,
};

/** Values that belong into another field, by what they look like. */
const FOR_OTHER: Readonly<Partial<Record<ValueKind, ConnectionRuleId>>> = {
  'role-arn': 'role-for-other',
  arn: 'arn-for-other',
  'key-id': 'key-id-for-other',
  'temporary-key-id': 'key-id-for-other',
  secret: 'secret-for-other',
  account: 'account-for-other',
};

/** The finding for a value that belongs elsewhere, as long as the field is not the one for it. */
function forOther(kind: ValueKind, own: readonly ValueKind[]): Judged {
  const id = own.includes(kind) ? undefined : FOR_OTHER[kind];
  return id === undefined ? [] : [{ id }];
}

function judgeRole({ value, kind }: FieldState): Judged {
  if (kind === 'empty' || kind === 'not-applicable') return [];
  const other = forOther(kind, ['role-arn', 'arn']);
  if (other.length > 0) return other;
  if (/^https?:\/\//i.test(value)) return [{ id: 'role-url' }];
  const problem = roleArnProblem(value);
  return problem === undefined ? [] : [{ id: problem.id, data: { rule: problem.rule } }];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids */
const UNIQUE_IDS: Readonly<Record<string, string>> = {
  AIDA: 'a user',
  AROA: 'a role',
  AGPA: 'a group',
  ANPA: 'a managed policy',
  AIPA: 'an instance profile',
};

function judgeKeyId({ value, kind }: FieldState, states: States): Judged {
  const secret = states.get('secretAccessKey');
  const secretGiven = isGiven(secret) && secret?.kind !== 'role-arn' && secret?.kind !== 'arn';
  if (kind === 'empty')
    return secretGiven ? [{ id: 'missing', data: { why: 'the secret of a key is filled in' } }] : [];
  if (kind === 'not-applicable') {
    return secretGiven ? [{ id: 'not-applicable-misplaced', data: { why: 'the secret of a key is filled in' } }] : [];
  }
  if (kind === 'key-id' || isSwapped(states)) return [];
  if (kind === 'temporary-key-id') return [{ id: 'temporary-key' }];
  const other = forOther(kind, []);
  if (other.length > 0) return other;
  const what = UNIQUE_IDS[value.slice(0, 4)];
  if (what !== undefined && /^[A-Z0-9]{16,128}$/.test(value)) return [{ id: 'unique-id', data: { what } }];
  return [{ id: 'key-id-shape', data: { found: `this has ${value.length} characters` } }];
}

function judgeSecret({ value, kind }: FieldState, states: States): Judged {
  if (kind === 'empty' || kind === 'hidden' || kind === 'secret' || isSwapped(states)) return [];
  if (kind === 'not-applicable') {
    const id = states.get('accessKeyId');
    const needed = isGiven(id) && id?.kind !== 'role-arn' && id?.kind !== 'arn' && id?.kind !== 'account';
    return needed ? [{ id: 'not-applicable-misplaced', data: { why: 'the id of a key is filled in' } }] : [];
  }
  const other = forOther(kind, []);
  return other.length > 0 ? other : [{ id: 'secret-shape', data: { length: value.length } }];
}

/** The secret in the field of the id, and the id in the field of the secret. */
export function isSwapped(states: States): boolean {
  const [id, secret] = [states.get('accessKeyId')?.kind, states.get('secretAccessKey')?.kind];
  return (id === 'secret' && secret === 'key-id') || (id === 'other' && secret === 'key-id');
}

function judgeAccount({ value, kind }: FieldState, states: States, way: Way): Judged {
  if (kind === 'empty') return [];
  if (kind === 'not-applicable') {
    const why = 'with a role it names the account that the role trusts';
    return way === 'role' ? [{ id: 'not-applicable-misplaced', data: { why } }] : [];
  }
  const other = forOther(kind, ['account', 'arn']);
  if (other.length > 0) return other;
  if (way === 'key') return [{ id: 'account-with-key' }];
  if (value === CHANNELMIX_ACCOUNT_ID) return [];
  const digits = value.replaceAll(/[-. ]/g, '');
  if (digits === CHANNELMIX_ACCOUNT_ID) return [{ id: 'account-format' }];
  if (isAsNumber(value)) return [{ id: 'account-lost-zero' }];
  if (!/^\d{12}$/.test(digits)) return [{ id: 'account-shape' }];
  const own = parseRoleArn(states.get('roleArn')?.value ?? '')?.account;
  return [{ id: digits === own ? 'account-of-role' : 'account-other' }];
}

/** What a spreadsheet makes of the account: 31871504755, 31871504755.0, 3.18715E+10. */
function isAsNumber(value: string): boolean {
  const number = value.replace(',', '.');
  if (!/^\d+(\.\d+)?(e\+?\d+)?$/i.test(number)) return false;
  const expected = Number(CHANNELMIX_ACCOUNT_ID);
  const shown = /\.(\d+)e/i.exec(number)?.[1]?.length;
  return Number(number) === (shown === undefined ? expected : Number(expected.toExponential(shown)));
}

function judgeBucket({ value, kind }: FieldState): Judged {
  if (kind === 'empty' || kind === 'not-applicable') return [];
  const other = forOther(kind, ['arn', 'account']);
  return other.length > 0 ? other : readBucket(value).problems;
}
