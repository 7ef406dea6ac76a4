import type { Piece, Pieces, Unreadable } from '../model/access-documents.ts';
import { KitError } from '../model/errors.ts';
import type { JsonValue } from '../model/policy.ts';
import { callAws } from './call.ts';

/** More pages than this has no list that IAM, KMS or Organizations give of one role, key or account. */
const MOST_PAGES = 100;

/** Documents are some kilobytes; a value that is longer is no policy of AWS's. */
const MOST_CHARACTERS = 200_000;

/** What one read is: the permission that it takes, and what it is of, for messages. */
export interface Read {
  readonly action: string;
  readonly of: string;
}

/** Reads something by a call of the SDK. */
export interface Reader {
  /** Who is asked, for messages. */
  readonly host: string;
  /** The answer. @throws ReadError; KitError `interrupted` */
  readonly call: <T>(what: Read, send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>) => Promise<T>;
  /** What a reading gave or gives that several want: made when it is first asked for. One name is always of one kind. */
  readonly once: <T>(name: string, read: () => Promise<T>) => Promise<T>;
}

/** A read that gave nothing. Stays inside of src/aws: `piece` makes data of it. */
export class ReadError extends Error {
  readonly why: Unreadable;
  readonly awsCode: string;
  /** The bucket's region, which S3 tells with a refusal, too. */
  readonly bucketRegion: string | undefined;
  constructor(why: Unreadable, awsCode: string, bucketRegion?: string) {
    super(why.said);
    this.why = why;
    this.awsCode = awsCode;
    this.bucketRegion = bucketRegion;
  }
}

/** A reader that is stopped by the signal. */
export function createReader(host: string, signal: AbortSignal): Reader {
  const known = new Map<string, Promise<unknown>>();
  return {
    host,
    once: <T>(name: string, read: () => Promise<T>) => {
      const found = known.get(name) ?? read();
      known.set(name, found);
      return found as Promise<T>;
    },
    call: async ({ action, of }, send) => {
      const answer = await callAws(send, { signal, host });
      if (answer.ok) return answer.value;
      const { kind, code, message, bucketRegion } = answer.failure;
      if (kind === 'interrupted') throw new KitError('interrupted', `stopped while reading ${of}`);
      throw new ReadError({ what: of, action, kind, said: `${code}: ${message}`, code }, code, bucketRegion);
    },
  };
}

/** The outcome of a read as data: `undefined` and the codes of AWS that mean "there is none" are absent, other failures unreadable. */
export async function piece<T>(
  read: () => Promise<T | undefined>,
  absentCodes: readonly string[] = [],
): Promise<Piece<T>> {
  try {
    const value = await read();
    return value === undefined ? { state: 'absent' } : { state: 'read', value };
  } catch (error) {
    if (!(error instanceof ReadError)) throw error;
    return absentCodes.includes(error.awsCode) ? { state: 'absent' } : { state: 'unreadable', why: error.why };
  }
}

/** Several reads, of which some may fail. */
export async function pieces<T>(
  reads: readonly (Piece<T> | Pieces<T> | Promise<Piece<T> | Pieces<T>>)[],
): Promise<Pieces<T>> {
  const all = await Promise.all(reads);
  return {
    read: all.flatMap((one) => ('state' in one ? (one.state === 'read' ? [one.value] : []) : one.read)),
    unreadable: all.flatMap((one) => ('state' in one ? (one.state === 'unreadable' ? [one.why] : []) : one.unreadable)),
  };
}

/** Something that is not asked for, and why not. */
export function notAsked(what: string, action: string, said: string): Extract<Piece<never>, { state: 'unreadable' }> {
  return { state: 'unreadable', why: { what, action, kind: 'not-asked', said } };
}

/** Where the next page of one of IAM's lists begins; `undefined` behind the last one. */
export function nextOf(answer: {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}): string | undefined {
  return answer.IsTruncated === true ? answer.Marker : undefined;
}

/** All pages of a list, in order. @throws ReadError when it does not end, or begins again */
export async function allPages<T>(
  { action, of }: Read,
  page: (marker: string | undefined) => Promise<{ readonly items: readonly T[]; readonly next: string | undefined }>,
): Promise<readonly T[]> {
  const found: T[] = [];
  const seen = new Set<string>();
  let marker: string | undefined;
  for (let count = 0; count < MOST_PAGES; count++) {
    const { items, next } = await page(marker);
    found.push(...items);
    if (next === undefined) return found;
    if (seen.has(next)) break;
    seen.add(next);
    marker = next;
  }
  throw new ReadError({ what: of, action, kind: 'unknown', said: 'the list does not come to an end' }, 'EndlessList');
}

/** A document as JSON. IAM encodes its own by RFC 3986. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
export function parseDocument(what: Read, text: string | undefined, encoded: boolean): JsonValue {
  const { action, of } = what;
  const broken = (said: string) => new ReadError({ what: of, action, kind: 'unknown', said }, 'NoDocument');
  if (text === undefined) throw broken('the answer has no document');
  if (text.length > MOST_CHARACTERS) throw broken(`the document has ${text.length} characters`);
  try {
    return JSON.parse(encoded ? decodeURIComponent(text) : text) as JsonValue;
  } catch {
    throw broken('the document is no JSON');
  }
}
