import { LineCounter, parseDocument } from 'yaml';
import { inputError, type Problem } from '../model/errors.ts';
import type { Grant } from '../model/grant.ts';
import { defaultLabel, readGrant } from './read-grant.ts';

const MAX_BYTES = 65_536;
const MAX_DEPTH = 64;

/**
 * Reads the text of a `channelmix.yaml`.
 *
 * @param text the file's content
 * @param name the file's name, for errors
 * @throws KitError `input` with file, line and column of each problem
 */
export function readGrantYaml(text: string, name: string): Grant {
  const limit = limitProblem(text);
  if (limit !== undefined) throw inputError(`${name} cannot be read:`, [limit]);
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ''), { lineCounter: lines, stringKeys: true });
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
  const place = (path: readonly string[]): string => {
    const node = nearestNode(document, path);
    const at = lines.linePos(node?.range?.[0] ?? 0);
    return `${name}:${at.line}:${at.col} ${defaultLabel(path)}`;
  };
  return readGrant(document.toJS({ maxAliasCount: 10 }) ?? {}, { name, label: place });
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
function limitProblem(text: string): Problem | undefined {
  if (text.length > MAX_BYTES)
    return { field: 'size', rule: `must be at most ${MAX_BYTES} bytes, this has ${text.length}` };
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
