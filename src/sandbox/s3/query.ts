import { invalidUri } from './errors.ts';

/** The parameters of a query string, by name; a name without `=` has the value ''. The first of several wins. */
export type Query = ReadonlyMap<string, string>;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** Nothing to decode: the most keys. */
const PLAIN = /^[\x21-\x24\x26-\x7e]*$/;

/**
 * Percent-decodes text from a URL: exact, `+` stays `+`. Throws InvalidURI for a broken escape and for bytes that are not UTF-8,
 * of which no key consists.
 */
export function percentDecode(text: string): string {
  if (PLAIN.test(text)) return text;
  const bytes = Buffer.from(text, 'utf8');
  let end = 0;
  for (let index = 0; index < bytes.length; index += 1) {
    let byte = bytes[index] ?? 0;
    if (byte === 37) {
      const high = hexDigit(bytes[index + 1] ?? 0);
      const low = hexDigit(bytes[index + 2] ?? 0);
      if (high < 0 || low < 0) throw invalidUri();
      byte = high * 16 + low;
      index += 2;
    }
    bytes[end] = byte;
    end += 1;
  }
  try {
    return decoder.decode(bytes.subarray(0, end));
  } catch {
    throw invalidUri();
  }
}

/** Splits a raw query string. In a query, `+` is a space. */
export function parseQuery(rawQuery: string): Query {
  const query = new Map<string, string>();
  if (rawQuery === '') return query;
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue;
    const cut = pair.indexOf('=');
    const name = percentDecode((cut < 0 ? pair : pair.slice(0, cut)).replaceAll('+', ' '));
    const value = cut < 0 ? '' : percentDecode(pair.slice(cut + 1).replaceAll('+', ' '));
    if (!query.has(name)) query.set(name, value);
  }
  return query;
}

/** Encodes a key for `encoding-type=url` as S3 does: like a URL path, with `+` for a space. */
export function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+');
}
