import { isSecretShaped } from '../documents/connection-labels.ts';
import { parseArn, parseRoleArn } from '../model/arn.ts';
import type { ConnectionField } from '../model/connection.ts';
import type { ConnectionRuleId } from './connection-rules.ts';

/** What a value looks like, whatever field it is in. */
export type ValueKind =
  | 'empty'
  | 'not-applicable'
  /** A secret that somebody took out before the text was sent on. */
  | 'hidden'
  | 'role-arn'
  | 'arn'
  | 'key-id'
  | 'temporary-key-id'
  | 'secret'
  | 'account'
  | 'other';

/** A field with what was typed into it. */
export interface FieldState {
  readonly field: ConnectionField;
  readonly typed: string;
  /** Without mistakes in how it is written. */
  readonly value: string;
  /** Which these were. */
  readonly writing: readonly ConnectionRuleId[];
  readonly kind: ValueKind;
}

/** Words for "does not apply". */
const NOT_APPLICABLE_WORDS = /^(n\s*[/\\.]?\s*a|none|null|nil|-+|[–—]|not\s+(applicable|used|needed|required))$/i;
const HIDDEN_WORDS = /^([*•●xX.]{3,}|[([<]\s*(secret|hidden|redacted|removed|masked|sensitive)\b.*[)\]>])$/i;

/** What a value looks like. */
export function kindOf(value: string): ValueKind {
  if (value === '') return 'empty';
  if (HIDDEN_WORDS.test(value)) return 'hidden';
  if (NOT_APPLICABLE_WORDS.test(value)) return 'not-applicable';
  if (parseRoleArn(value) !== undefined) return 'role-arn';
  if (parseArn(value) !== undefined) return 'arn';
  if (/^AKIA[A-Z0-9]{16}$/.test(value)) return 'key-id';
  if (/^ASIA[A-Z0-9]{16}$/.test(value)) return 'temporary-key-id';
  if (isSecretShaped(value)) return 'secret';
  return /^\d{4}[-. ]?\d{4}[-. ]?\d{4}$/.test(value) ? 'account' : 'other';
}

/** Whether something stands in a field that means to say something. */
export function isGiven(state: FieldState | undefined): boolean {
  return state !== undefined && state.kind !== 'empty' && state.kind !== 'not-applicable';
}
