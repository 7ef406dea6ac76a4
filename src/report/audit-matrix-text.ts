import type { AuditCell } from '../model/audit.ts';
import { printable } from '../model/printable.ts';
import type { AuditAbout } from './audit-about.ts';
import { MARK_WORDS, MATRIX_MARKS, type MatrixMark, type MatrixPanel, marksOf, matrixPanels } from './audit-matrix.ts';
import { groupBy } from './group-by.ts';
import { partLines } from './matrix-text.ts';
import { plural } from './reporter.ts';
import type { TextStyle } from './text.ts';
import { wrapWords } from './wrap.ts';

const COLORS: Readonly<Record<MatrixMark, Parameters<TextStyle>[0]>> = {
  missing: 'red',
  excess: 'red',
  unknown: 'yellow',
  conditional: 'yellow',
  needed: 'green',
  tolerated: 'green',
  refused: 'dim',
};
const WIDTH = Math.max(...MATRIX_MARKS.map((mark) => mark.length));
const INDENT = ' '.repeat(WIDTH + 6);

/** The matrix for a terminal: for each resource the actions by what is said of them; what is refused and not needed is counted. */
export function matrixLines(
  cells: readonly AuditCell[],
  { accessOf }: AuditAbout,
  columns: number,
  style: TextStyle,
): readonly string[] {
  const used = new Set(cells.flatMap(marksOf));
  const legend = MATRIX_MARKS.filter((mark) => used.has(mark));
  return [
    ...legend.map((mark) => `  ${style(COLORS[mark], mark.padEnd(WIDTH))}  = ${MARK_WORDS[mark]}`),
    ...matrixPanels(cells, accessOf).flatMap((panel) => panelLines(panel, columns, style)),
  ];
}

function panelLines(panel: MatrixPanel, columns: number, style: TextStyle): readonly string[] {
  const { kind, title, resources, groups } = panel;
  const folded = groups.reduce((sum, group) => sum + group.folded.length, 0);
  return resources.flatMap((resource, place) => {
    const cells = groups.flatMap(({ rows }) => rows.flatMap((row) => row.cells[place] ?? []));
    const name = kind === 'none' ? title : `${title}: ${resource}`;
    const quiet = cells.filter((cell) => marksOf(cell)[0] === 'refused').length + folded;
    const unread = cells.filter(isRefusedAsRead);
    const told = cells.filter((cell) => !unread.includes(cell));
    return [
      '',
      `  ${style('bold', printable(name))}`,
      ...MATRIX_MARKS.filter((mark) => mark !== 'refused').flatMap((mark) => markLines(mark, told, columns, style)),
      ...(unread.length === 0
        ? []
        : [
            `    ${style(COLORS.unknown, 'unknown'.padEnd(WIDTH))}  ${plural(unread.length, 'action')}, refused by what could be read`,
          ]),
      ...(quiet === 0 ? [] : [`    ${style('dim', 'refused'.padEnd(WIDTH))}  ${plural(quiet, 'action')}`]),
    ];
  });
}

/** Not needed, and allowed at most by what could not be read: hundreds, of which nobody reads the names. */
function isRefusedAsRead({ needed, excess, missing }: AuditCell): boolean {
  return (
    !needed &&
    missing.length === 0 &&
    excess.length > 0 &&
    excess.every(({ decision, asRead }) => decision === 'unknown' && asRead === 'deny')
  );
}

function markLines(
  mark: MatrixMark,
  cells: readonly AuditCell[],
  columns: number,
  style: TextStyle,
): readonly string[] {
  const own = cells.filter((cell) => marksOf(cell).includes(mark));
  return [...groupBy(own, (cell) => JSON.stringify(detailsOf(mark, cell))).values()].flatMap((same) => {
    const [first = '', ...more] = wrapWords(
      same.map(({ action }) => printable(action)),
      Math.max(30, columns - INDENT.length),
    );
    const details = same.slice(0, 1).flatMap((cell) => detailsOf(mark, cell));
    return [
      `    ${style(COLORS[mark], mark.padEnd(WIDTH))}  ${first}`,
      ...[...more, ...details.map(printable)].map((line) => `${INDENT}${line}`),
    ];
  });
}

/** Of which resources the mark is, where not of all, and what it depends on. */
export function detailsOf(mark: MatrixMark, { resource, parts: all, excess, missing }: AuditCell): readonly string[] {
  const parts = {
    missing: missing.filter(({ decision }) => decision === 'deny'),
    excess: excess.filter(({ decision }) => decision === 'allow'),
    unknown: [...missing, ...excess].filter(({ decision }) => decision === 'unknown'),
    conditional: [...missing, ...excess].filter(({ decision }) => decision === 'conditional'),
    needed: [],
    tolerated: all,
    refused: [],
  }[mark];
  const lines = parts.flatMap((part) => [
    ...partLines(part, part.resources.length === 1 && part.resources[0] === resource),
    ...('expectedIf' in part ? (part.expectedIf ?? []).map((condition) => `needed only if ${condition}`) : []),
  ]);
  return [...new Set(lines)];
}
