import type { MatrixArea, MatrixCell, MatrixPart } from '../model/matrix.ts';
import { groupBy } from './group-by.ts';
import { wrapWords } from './wrap.ts';

/** How a matrix is shown. */
export interface MatrixTextOptions {
  /** Width in columns. */
  readonly columns: number;
  /** Name every action; otherwise those that are denied, and whole rows that are answered alike, are counted. */
  readonly all: boolean;
  /** Marks the decision; returns the text unchanged where colours are off. */
  readonly style: (format: 'green' | 'red' | 'yellow' | 'bold', text: string) => string;
}

const DECISIONS: readonly MatrixCell['decision'][] = ['allow', 'conditional', 'some', 'unknown', 'deny'];
const COLORS = { allow: 'green', conditional: 'yellow', some: 'yellow', unknown: 'yellow', deny: 'red' } as const;
const WIDTH = 'conditional'.length;
const INDENT = ' '.repeat(WIDTH + 4);

/**
 * Of which resources a part of a cell is, and under which conditions.
 *
 * @param whole it is of all resources of the row
 */
export function partLines(
  { resources, except = [], conditions = [], asRead }: MatrixArea & Pick<MatrixPart, 'conditions' | 'asRead'>,
  whole: boolean,
): readonly string[] {
  const read = asRead === undefined ? [] : [`by what could be read: ${asRead}`];
  return [
    ...(whole ? [] : resources.map((resource) => `on ${resource}`)),
    ...except.map((resource) => `   except ${resource}`),
    ...[...conditions, ...read].map((line) => (whole ? line : `   ${line}`)),
  ];
}

/** Cells that say the same, in one entry. */
function group(cells: readonly MatrixCell[]): readonly (readonly MatrixCell[])[] {
  const groups = groupBy(cells, ({ decision, parts }) => JSON.stringify([DECISIONS.indexOf(decision), parts]));
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, same]) => same);
}

function entry(cells: readonly MatrixCell[], whole: boolean, { columns, style }: MatrixTextOptions): readonly string[] {
  const [first] = cells;
  if (first === undefined) return [];
  const [line = '', ...more] = wrapWords(
    whole ? [`all ${cells.length} actions`] : cells.map(({ action }) => action),
    Math.max(30, columns - INDENT.length),
  );
  const details = first.parts.flatMap((part) => partLines(part, first.decision !== 'some'));
  return [
    `  ${style(COLORS[first.decision], first.decision.padEnd(WIDTH))}  ${line}`,
    ...[...more, ...details.map((detail) => `  ${detail}`)].map((text) => `${INDENT}${text}`),
  ];
}

/** The matrix as text: a block for the resources of each row, in it a line for all actions that are answered alike. */
export function renderMatrix(cells: readonly MatrixCell[], options: MatrixTextOptions): string {
  const rows = groupBy(cells, ({ kind, resource }) =>
    kind === 'none' ? 'actions that take no resource' : `${resource}  (${kind})`,
  );
  const blocks = [...rows].map(([name, row]) => {
    const told = options.all ? row : row.filter(({ decision }) => decision !== 'deny');
    const rest = row.length - told.length;
    const others = `  ${options.style('red', 'deny'.padEnd(WIDTH))}  ${told.length === 0 ? `all ${rest} actions` : `${rest} others`}`;
    return [
      options.style('bold', name),
      ...group(told).flatMap((same) => entry(same, same.length === row.length && !options.all, options)),
      ...(rest === 0 ? [] : [others]),
    ].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}
