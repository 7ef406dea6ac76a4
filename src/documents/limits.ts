import type { Remark } from './policy-source.ts';

/** The largest text that is read, in bytes of UTF-8. */
export const MAX_BYTES = 1_048_576;

/** How deep documents may nest. IAM policies nest below 8 levels, templates below 32. */
export const MAX_DEPTH = 64;

/** How many documents of one text are checked. */
export const MAX_DOCUMENTS = 500;

/** How many statements of one document are checked; no policy that AWS takes has a tenth of them. */
export const MAX_STATEMENTS = 20_000;

/**
 * The longest YAML text that is read, in UTF-16 units and in lines: its parser takes more than a second for more when it is full of
 * mistakes. CloudFormation's templates are mostly far below (51,200 bytes when they are not in S3).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
 */
export const MAX_YAML = 262_144;
const MAX_YAML_LINES = 20_000;

/** The remark about YAML that is too long; `undefined` when it is not. */
export function yamlSizeRemark(text: string, at: number): Remark | undefined {
  const lines = text.length > MAX_YAML ? 0 : text.split('\n').length;
  if (text.length <= MAX_YAML && lines <= MAX_YAML_LINES) return undefined;
  const detail = `of YAML at most ${MAX_YAML} characters and ${MAX_YAML_LINES} lines are read; as JSON, four times as many characters are`;
  return { code: 'input-limit', start: at, end: at, detail };
}

/** A remark when the text is too large; counted before any parser sees it. */
export function sizeRemark(text: string): Remark | undefined {
  // A UTF-16 unit takes one to three bytes.
  const bytes = text.length * 3 <= MAX_BYTES ? text.length : new TextEncoder().encode(text).length;
  if (bytes <= MAX_BYTES) return undefined;
  const detail = `the text has ${bytes} bytes; at most ${MAX_BYTES} (1 MiB) are read`;
  return { code: 'input-limit', start: 0, end: 0, detail };
}

/** The remark about a document that nests too deep at this offset. */
export function depthRemark(at: number): Remark {
  const detail = `the document nests deeper than ${MAX_DEPTH} levels from here on; it is not read`;
  return { code: 'input-limit', start: at, end: at + 1, detail };
}

/**
 * Where YAML text nests deeper than `MAX_DEPTH`, counted without a parser, since yaml ends the process on deep text, which no `catch`
 * mends. Never less than the real depth: indentation and indicators count in block scalars and strings, too.
 */
export function yamlTooDeepAt(text: string): number | undefined {
  const columns: number[] = [];
  let flow = 0;
  let offset = 0;
  for (const line of text.split('\n')) {
    for (const column of blockColumns(line)) {
      while (columns.length > 0 && (columns.at(-1) ?? 0) >= column) columns.pop();
      columns.push(column);
    }
    for (let at = 0; at < line.length; at++) {
      const character = line[at];
      if (character === '[' || character === '{') flow++;
      else if ((character === ']' || character === '}') && flow > 0) flow--;
      if (flow + columns.length > MAX_DEPTH) return offset + at;
    }
    if (columns.length > MAX_DEPTH) return offset;
    offset += line.length + 1;
  }
  return undefined;
}

/** The columns at which a line opens a collection: its indentation, and what follows each of its leading `-`, `?`, `:`; tags and anchors between them. */
function blockColumns(line: string): readonly number[] {
  const columns: number[] = [];
  let at = 0;
  while (at < line.length) {
    while (line[at] === ' ' || line[at] === '\t') at++;
    if (at >= line.length || line[at] === '\r' || line[at] === '#') break;
    columns.push(at);
    const character = line[at] ?? '';
    const next = line[at + 1] ?? ' ';
    if ('-?:'.includes(character) && /\s/.test(next)) {
      at += 1;
    } else if (character === '!' || character === '&') {
      while (at < line.length && !/\s/.test(line[at] ?? ' ')) at++;
    } else break;
  }
  return columns;
}
