import { LineCounter, parseDocument } from 'yaml';
import { inputError, type Problem } from '../model/errors.ts';
import type { Region } from '../model/place.ts';
import { MAX_DEPTH } from './limits.ts';
import { defaultLabel } from './schema-problems.ts';

/** A YAML text as plain data. */
export interface YamlData {
  readonly input: unknown;
  /** Where a value stands: `fleet.yaml:12:5`; what holds it, where it is missing. */
  readonly position: (path: readonly string[]) => string;
  /** Position and name: `fleet.yaml:12:5 clients[1].bucket`. */
  readonly place: (path: readonly string[]) => string;
  /** The stretch of text of a value; of what holds it, where it is missing. */
  readonly region: (path: readonly string[]) => Region;
}

/**
 * Parses a YAML text that a user wrote by hand or by program. JSON is YAML, too.
 *
 * @param text the file's content
 * @param name the file's name, for errors
 * @param maxBytes the largest text that is read
 * @throws KitError `input` with file, line and column of each problem
 */
export function parseYaml(text: string, name: string, maxBytes: number): YamlData {
  const limit = limitProblem(text, maxBytes);
  if (limit !== undefined) throw inputError(`${name} cannot be read:`, [limit]);
  const lines = new LineCounter();
  // Pretty errors take time in the square of their number.
  const options = { lineCounter: lines, stringKeys: true, prettyErrors: false };
  const document = parseDocument(text.replace(/^\uFEFF/, ''), options);
  const mistakes = [...document.errors, ...document.warnings];
  if (mistakes.length > 0) {
    const problems = mistakes.slice(0, 5).map((mistake): Problem => {
      const at = lines.linePos(mistake.pos[0]);
      return {
        field: `${name}:${at.line}:${at.col}`,
        rule: mistake.message.split('\n')[0]?.replace(/ at line.*$/, '') ?? '',
      };
    });
    throw inputError(`${name} is not valid YAML:`, problems);
  }
  const position = (path: readonly string[]): string => {
    const node = nearestNode(document, path);
    const at = lines.linePos(node?.range?.[0] ?? 0);
    return `${name}:${at.line}:${at.col}`;
  };
  return {
    input: plainData(document, name) ?? {},
    position,
    place: (path) => `${position(path)} ${defaultLabel(path)}`,
    region: (path) => {
      const [start = 0, end = start] = nearestNode(document, path)?.range ?? [];
      const [first, last] = [lines.linePos(start), lines.linePos(end)];
      return { line: first.line, column: first.col, endLine: last.line, endColumn: last.col };
    },
  };
}

/** The parser throws a ReferenceError when aliases come to far more than the text. @throws KitError `input` */
function plainData(document: ReturnType<typeof parseDocument>, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 10 });
  } catch (cause) {
    if (!(cause instanceof ReferenceError)) throw cause;
    throw inputError(`${name} cannot be read:`, [
      { field: 'aliases', rule: 'must not multiply: write the values out' },
    ]);
  }
}

interface Ranged {
  readonly range?: readonly [number, number, number] | null;
}

function nearestNode(document: ReturnType<typeof parseDocument>, path: readonly string[]): Ranged | undefined {
  for (let length = path.length; length > 0; length--) {
    const steps = path.slice(0, length).map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    const node = document.getIn(steps, true);
    if (typeof node === 'object' && node !== null) return node as Ranged;
  }
  return undefined;
}

/** Size and depth, counted before any parser sees the text: a deep enough document ends the process, which no `catch` can mend. */
function limitProblem(text: string, maxBytes: number): Problem | undefined {
  if (text.length > maxBytes)
    return { field: 'size', rule: `must be at most ${maxBytes} bytes, this has ${text.length}` };
  let flow = 0;
  for (const line of text.split('\n')) {
    const block = /^(?:[ ]|[-?:] )*/.exec(line)?.[0].length ?? 0;
    if (block > MAX_DEPTH * 4) return { field: 'depth', rule: `must nest at most ${MAX_DEPTH} levels` };
    for (const character of line) {
      if (character === '[' || character === '{') flow++;
      if (character === ']' || character === '}') flow--;
      if (flow > MAX_DEPTH) return { field: 'depth', rule: `must nest at most ${MAX_DEPTH} levels` };
    }
  }
  return undefined;
}
