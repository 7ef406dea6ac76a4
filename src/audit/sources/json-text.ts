import { bracketRegion, skipTrivia } from '../../documents/json-scan.ts';
import { lineIndex } from '../../documents/line-index.ts';
import type { RemarkCode } from '../../documents/policy-source.ts';
import { readJsonText } from '../../documents/read-json.ts';
import { KitError } from '../../model/errors.ts';
import type { JsonValue } from '../../model/policy.ts';
import type { SourceFile } from './types.ts';

/** The longest file of an account that is read, in UTF-16 units: the authorization details of the largest accounts have some tens of MB. */
const MAX_SOURCE = 134_217_728;

/**
 * The JSON of a file that a program wrote.
 *
 * @param hint how to write such a file
 * @throws KitError `input` that says where it is cut off or broken
 */
export function parseJsonFile({ path, text }: SourceFile, hint: string): JsonValue {
  const start = startOfJson({ path, text }, hint);
  const { open, tooDeepAt } = bracketRegion(text, start);
  if (tooDeepAt !== undefined) throw brokenAt({ path, text }, tooDeepAt, 'it nests too deep', hint);
  try {
    return JSON.parse(start === 0 ? text : text.slice(start)) as JsonValue;
  } catch (cause) {
    if (open) throw cutOff({ path, text }, hint, cause);
    throw broken(path, `is not JSON${mistake(text, start)}`, hint, cause);
  }
}

/** Where the JSON of a file begins. @throws KitError `input` for a file that is empty, too long, or something else */
export function startOfJson({ path, text }: SourceFile, hint: string): number {
  if (text.length > MAX_SOURCE) throw broken(path, `is longer than ${MAX_SOURCE} characters`, hint);
  const start = skipTrivia(text, text.startsWith('\uFEFF') ? 1 : 0);
  if (start >= text.length) throw broken(path, 'is empty', hint);
  if (!'{['.includes(text[start] ?? '~')) throw broken(path, 'is not JSON: it does not begin with a brace', hint);
  return start;
}

/** The error about a file that ends too early. */
export function cutOff({ path, text }: SourceFile, hint: string, cause?: unknown): KitError {
  return broken(path, `is cut off: it ends at ${position(text, text.length)}, in the middle of the JSON`, hint, cause);
}

/** The error about a mistake at an offset. */
export function brokenAt({ path, text }: SourceFile, offset: number, what: string, hint: string): KitError {
  return broken(path, `cannot be read at ${position(text, offset)}: ${what}`, hint);
}

function broken(path: string, what: string, hint: string, cause?: unknown): KitError {
  return new KitError('input', `${path} ${what}`, { hint, ...(cause === undefined ? {} : { cause }) });
}

/** An offset in words. */
function position(text: string, offset: number): string {
  const { line, column } = lineIndex(text)(offset);
  return `line ${line}, column ${column}`;
}

/** The first mistake in JSON, and where it is: JSON.parse says neither in every version of Node. */
function mistake(text: string, start: number): string {
  const first = readJsonText(text.slice(start), start).remarks.find(({ code }) => MISTAKES.includes(code));
  return first === undefined ? '' : ` at ${position(text, first.start)}: ${first.detail}`;
}

const MISTAKES: readonly RemarkCode[] = ['syntax-error', 'comment', 'trailing-comma', 'smart-quotes'];
