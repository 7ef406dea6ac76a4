import type { Span } from './json-node.ts';
import { MAX_DEPTH } from './limits.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const SLASH = 47;
const STAR = 42;
const NEWLINE = 10;
const RETURN = 13;

/** A stretch of text from an opening brace or bracket to the one that closes it. */
export interface Region extends Span {
  /** The closing bracket is missing: the region goes on to the end of the text. */
  readonly open: boolean;
  /** Where it nests deeper than the limit. */
  readonly tooDeepAt: number | undefined;
}

/**
 * The balanced region that begins with the bracket at `start`, found without a parser. Strings and comments are skipped as
 * jsonc-parser skips them, so that no text nests deeper for it than counted here.
 */
export function bracketRegion(text: string, start: number, limit = text.length): Region {
  const stack: number[] = [];
  // How many of each are open: what closes none must not be looked for again and again.
  const open = { braces: 0, brackets: 0 };
  const ends = commentEnds(text);
  let ignored = 0;
  let tooDeepAt: number | undefined;
  for (let at = start; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(text, at, limit);
    } else if (code === SLASH) {
      at = skipComment(text, at, limit, ends);
    } else if (code === 123 || code === 91) {
      stack.push(code + 2);
      if (code === 123) open.braces++;
      else open.brackets++;
      if (stack.length + ignored > MAX_DEPTH) tooDeepAt ??= at;
    } else if (code === 125 || code === 93) {
      if ((code === 125 ? open.braces : open.brackets) === 0) continue;
      // The parser takes a bracket that closes no innermost one for none at all.
      const inner = stack.length;
      for (let closed = 0; closed !== code; ) {
        closed = stack.pop() ?? code;
        if (closed === 125) open.braces--;
        else open.brackets--;
      }
      if (stack.length < inner - 1) ignored += inner - stack.length;
      if (stack.length === 0) return { start, end: at + 1, open: false, tooDeepAt };
    }
  }
  return { start, end: limit, open: true, tooDeepAt };
}

/** The offset of the quote that closes a string, or of the end of its line. */
function skipString(text: string, start: number, limit: number): number {
  for (let at = start + 1; at < limit; at++) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at++;
    else if (code === QUOTE || code === NEWLINE || code === RETURN) return at;
  }
  return limit;
}

/** Where the comments of a text end. */
interface CommentEnds {
  /** The end of the line that an offset is in. */
  readonly line: (from: number) => number;
  /** The next star with a slash; infinity when there is none. */
  readonly block: (from: number) => number;
}

/** Of the comment that was asked for last the end is known: whoever looks at many places of it walks along it once. */
export function commentEnds(text: string): CommentEnds {
  return {
    line: remembered((from) => {
      let at = from;
      while (at < text.length && text.charCodeAt(at) !== NEWLINE && text.charCodeAt(at) !== RETURN) at++;
      return at;
    }),
    block: remembered((from) => {
      const at = text.indexOf('*/', from);
      return at === -1 ? Number.POSITIVE_INFINITY : at;
    }),
  };
}

/** What is the next one for an offset is the next one for all between, too. */
function remembered(next: (from: number) => number): (from: number) => number {
  let known = { from: 0, to: -1 };
  return (from) => {
    if (from < known.from || from > known.to) known = { from, to: next(from) };
    return known.to;
  };
}

/** The offset of the last character of a comment; the slash itself when it begins none. */
function skipComment(text: string, start: number, limit: number, ends: CommentEnds): number {
  const next = text.charCodeAt(start + 1);
  if (next === SLASH) return Math.min(ends.line(start + 2), limit) - 1;
  if (next !== STAR) return start;
  const end = ends.block(start + 2);
  return end + 2 > limit ? limit : end + 1;
}

/** The offset of the first character that is neither white space nor in a comment; `limit` when there is none. */
export function skipTrivia(text: string, start: number, limit = text.length, ends = commentEnds(text)): number {
  let at = start;
  while (at < limit) {
    if (/\s/.test(text[at] ?? '')) {
      at++;
      continue;
    }
    if (text.charCodeAt(at) !== SLASH) return at;
    const end = skipComment(text, at, limit, ends);
    if (end === at) return at;
    at = end + 1;
  }
  return limit;
}
