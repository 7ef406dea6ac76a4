/**
 * Policy variables and placeholders in a text.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export interface Variable {
  /** In units of the text, with `${` and `}`. */
  readonly start: number;
  readonly end: number;
  /** What stands between the braces. */
  readonly body: string;
  /**
   * - `special`: `${*}`, `${?}`, `${$}`
   * - `key`: a variable as AWS writes it
   * - `malformed`: like a variable, but with a space, or a default without quotes
   * - `empty`: `${}`
   * - `open`: no closing brace
   * - `placeholder`: a name without a service prefix: meant to be replaced before use
   */
  readonly kind: 'special' | 'key' | 'malformed' | 'empty' | 'open' | 'placeholder';
  /** The key of a `key`, without a default. */
  readonly key: string;
  readonly hasDefault: boolean;
}

const KEY = /^[\w.-]+:[^\s,${}']+$/;
const DEFAULT = /^, '[^']*'$/;

/** No element that AWS takes is longer; behind it nothing is read, so that no text keeps lint busy. */
const MAX_LENGTH = 8192;

const NONE: readonly Variable[] = [];

/** The variables of a text, in its order; those of its first 8,192 units. */
export function variablesOf(whole: string): readonly Variable[] {
  const text = whole.length > MAX_LENGTH ? whole.slice(0, MAX_LENGTH) : whole;
  let at = text.indexOf('${');
  if (at < 0) return NONE;
  const found: Variable[] = [];
  while (at >= 0) {
    const close = text.indexOf('}', at);
    const next = text.indexOf('${', at + 2);
    if (close < 0 || (next >= 0 && next < close)) {
      const end = next < 0 ? text.length : next;
      found.push({ start: at, end, body: text.slice(at + 2, end), kind: 'open', key: '', hasDefault: false });
      at = next;
      continue;
    }
    found.push(read(text.slice(at + 2, close), at, close + 1));
    at = text.indexOf('${', close + 1);
  }
  return found;
}

function read(body: string, start: number, end: number): Variable {
  const comma = body.indexOf(',');
  const key = comma < 0 ? body : body.slice(0, comma);
  const kind = kindOf(body, key);
  if (kind === 'key') return { start, end, body, kind, key, hasDefault: comma >= 0 };
  return { start, end, body, kind, key: kind === 'malformed' ? key.trim() : '', hasDefault: false };
}

function kindOf(body: string, key: string): Variable['kind'] {
  if (body === '*' || body === '?' || body === '$') return 'special';
  if (body.trim() === '') return 'empty';
  if (!key.includes(':')) return 'placeholder';
  const valid = KEY.test(key) && (key.length === body.length || DEFAULT.test(body.slice(key.length)));
  return valid ? 'key' : 'malformed';
}

/** A text in which each variable stands for any text: a pattern for comparisons. */
export function withoutVariables(text: string, instead = '*'): string {
  if (!text.includes('${')) return text;
  let plain = '';
  let at = 0;
  for (const { start, end, kind, body } of variablesOf(text)) {
    plain += text.slice(at, start);
    plain += kind === 'special' ? body : instead;
    at = end;
  }
  return plain + text.slice(at);
}
