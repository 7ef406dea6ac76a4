import { isSecretShaped } from '../documents/connection-labels.ts';
import { roleArnProblem } from '../documents/read-role-arn.ts';
import {
  type ConnectionCheckReport,
  type ConnectionField,
  type ConnectionFinding,
  FIELD_NAMES,
  NOT_APPLICABLE,
  type TypedField,
} from '../model/connection.ts';
import { CHANNELMIX_ACCOUNT_ID, SCHEMA_VERSION } from '../model/constants.ts';
import { fillMessage } from '../model/fill-message.ts';
import { connectionFields } from './connection.ts';
import { readBucket } from './connection-bucket.ts';
import { type ConnectionHit, isSwapped, judgeField, type States } from './connection-fields.ts';
import { invisibleCodes, repair } from './connection-repairs.ts';
import { CONNECTION_RULES } from './connection-rules.ts';
import { type FieldState, isGiven, kindOf, type ValueKind } from './connection-values.ts';

/**
 * What is wrong with the fields of the connection form, found without any call. Whatever could be a secret stays out of the report, in
 * whichever field it was typed.
 *
 * @param typed the fields as somebody typed them
 * @param inArguments fields that were given on the command line, where a secret must not be
 */
export function checkConnection(
  typed: readonly TypedField[],
  inArguments: readonly ConnectionField[] = [],
): ConnectionCheckReport {
  const states = new Map<ConnectionField, FieldState>();
  const hits: ConnectionHit[] = [];
  for (const { field, value } of typed) {
    const known = states.get(field);
    if (known === undefined) states.set(field, stateOf(field, value));
    else if (stateOf(field, value).value !== known.value) hits.push({ id: 'given-twice', field });
  }
  const way = wayOf(states);
  for (const state of states.values()) hits.push(...writingHits(state), ...judgeField(state, states, way));
  hits.push(...formHits(states, way));
  for (const field of inArguments) {
    if (states.get(field)?.kind === 'secret') hits.push({ id: 'secret-in-arguments', field });
  }
  return report(way, states, hits);
}

/** Longer than any value of any field. */
const MAX_VALUE = 4_096;

function stateOf(field: ConnectionField, whole: string): FieldState {
  const typed = whole.slice(0, MAX_VALUE);
  const plain = { field, typed, value: typed.trim(), writing: [] };
  const kind = kindOf(plain.value);
  if (kind === 'hidden' || kind === 'empty') return { ...plain, kind };
  const { value, ids } = repair(field, typed);
  return { field, typed, value, writing: ids, kind: kindOf(value) };
}

/** A role that was typed into a field of the key counts as a role. */
function wayOf(states: States): ConnectionCheckReport['way'] {
  const typed = [...states.values()].filter(isGiven);
  const role = typed.some(({ field, kind }) => field === 'roleArn' || (isKeyField(field) && kind === 'role-arn'));
  const key = typed.some(({ field, kind }) => isKeyField(field) && !NOT_OF_A_KEY.includes(kind));
  if (role && key) return 'both';
  if (role) return 'role';
  return key ? 'key' : 'none';
}

const NOT_OF_A_KEY: readonly ValueKind[] = ['role-arn', 'arn', 'account'];

function isKeyField(field: ConnectionField): boolean {
  return field === 'accessKeyId' || field === 'secretAccessKey';
}

/** How a value is written. */
function writingHits({ field, typed, value, kind, writing }: FieldState): readonly ConnectionHit[] {
  const spelled = kind === 'not-applicable' && value.toLowerCase() !== NOT_APPLICABLE;
  return [
    ...writing.map((id): ConnectionHit => ({ id, field, data: { codes: invisibleCodes(typed) } })),
    ...(spelled ? [{ id: 'not-applicable-spelling' as const, field }] : []),
  ];
}

/** What is wrong with the fields together. */
function formHits(states: States, way: ConnectionCheckReport['way']): readonly ConnectionHit[] {
  return [
    ...(way === 'both' ? [{ id: 'both-ways' as const }] : []),
    ...(way === 'none' && isFormTyped(states) ? [{ id: 'nothing-given' as const }] : []),
    ...(isSwapped(states) ? [{ id: 'swapped' as const }] : []),
  ];
}

/** A bucket alone can be checked, too. */
function isFormTyped(states: States): boolean {
  return !states.has('bucket') || states.size > 1;
}

function report(
  way: ConnectionCheckReport['way'],
  states: States,
  hits: readonly ConnectionHit[],
): ConnectionCheckReport {
  const secrets = secretsIn(states);
  const certain = new Map([...states].map(([field, state]) => [field, certainValue(state, states, way)]));
  const findings = hits.map(({ id, field, data = {} }): ConnectionFinding => {
    const { message, docs } = CONNECTION_RULES[id];
    const corrected = field === undefined ? undefined : certain.get(field);
    const safe = corrected !== undefined && !secrets.some((secret) => corrected.includes(secret));
    return {
      id,
      ...(field === undefined ? {} : { field: FIELD_NAMES[field] }),
      message: hide(fillMessage(message, data), secrets),
      ...(safe ? { corrected } : {}),
      docs,
    };
  });
  const form = formOf(way, certain, findings);
  const shown =
    form !== undefined && !Object.values(form).some((value) => secrets.some((secret) => value.includes(secret)));
  return {
    schemaVersion: SCHEMA_VERSION,
    command: 'connection check',
    ok: findings.length === 0,
    way,
    findings,
    ...(shown ? { form } : {}),
  };
}

/** What the field has to say, where that follows from what was typed. */
function certainValue(state: FieldState, states: States, way: ConnectionCheckReport['way']): string | undefined {
  const { field, value, kind } = state;
  const applies = field === 'accountId' || field === 'roleArn' ? way === 'role' : way === 'key';
  if (kind === 'not-applicable' && way !== 'both' && !applies) return NOT_APPLICABLE;
  switch (field) {
    case 'roleArn':
      if (way === 'key') return NOT_APPLICABLE;
      return roleArnProblem(value) === undefined ? value : undefined;
    case 'accessKeyId': {
      if (isSwapped(states)) return states.get('secretAccessKey')?.value;
      return kind === 'key-id' ? value : undefined;
    }
    case 'accountId':
      if (way === 'role') return CHANNELMIX_ACCOUNT_ID;
      return way === 'key' ? NOT_APPLICABLE : undefined;
    case 'bucket':
      return readBucket(value).name;
    default:
      return undefined;
  }
}

/** The form as it should be, unless something in it is a guess. */
function formOf(
  way: ConnectionCheckReport['way'],
  certain: ReadonlyMap<ConnectionField, string | undefined>,
  findings: readonly ConnectionFinding[],
): ConnectionCheckReport['form'] {
  const open = findings.some(({ id, corrected }) => corrected === undefined && id !== 'swapped');
  if (open) return undefined;
  const [roleArn, accessKeyId] = [certain.get('roleArn'), certain.get('accessKeyId')];
  if (way === 'role' && roleArn !== undefined) return connectionFields({ auth: 'role', roleArn });
  return way === 'key' && accessKeyId !== undefined ? connectionFields({ auth: 'key', accessKeyId }) : undefined;
}

/** Every text that is or may be a secret. */
function secretsIn(states: States): readonly string[] {
  const typed = [...states.values()].filter(({ field, kind }) => {
    return kind === 'secret' || ((isKeyField(field) || field === 'sessionToken') && kind === 'other');
  });
  const words = [...states.values()].flatMap(({ typed: text }) => text.split(/[^A-Za-z0-9/+]+/).flatMap(candidates));
  return [...typed.map(({ value }) => value), ...words.filter(isSecretShaped)].filter((text) => text.length > 3);
}

/** A secret may have slashes in it, and so have paths: each 40 characters between two slashes, or from one to the end. */
function candidates(word: string): readonly string[] {
  const starts = [...word.matchAll(/(?<![^/])(?=[^/])/g)].map(({ index }) => index);
  return starts.filter((at) => /^(\/|$)/.test(word.slice(at + 40, at + 41))).map((at) => word.slice(at, at + 40));
}

function hide(text: string, secrets: readonly string[]): string {
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, '(hidden)'), text);
}
