import type { AuditReport } from '../model/audit.ts';
import type { AuditAbout } from './audit-about.ts';
import {
  MARK_WORDS,
  MATRIX_MARKS,
  type MatrixGroup,
  type MatrixMark,
  type MatrixPanel,
  marksOf,
  matrixPanels,
  resourceName,
} from './audit-matrix.ts';
import { detailsOf } from './audit-matrix-text.ts';
import { auditSentence } from './audit-words.ts';
import { element, type Markup, markupText } from './markup.ts';

/** Style of the picture, on its own and in a page; the colours are those of a page's variables. */
export const MATRIX_COLORS = `
:root { --ink: #1c2430; --dim: #5a6472; --paper: #fff; --rule: #d8dde4; --stripe: #f4f6f9;
  --green: #1b6e2d; --red: #b3261e; --purple: #7b1fa2; --amber: #8a5300; --blue: #1a5fb4; --on: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaf0; --dim: #a3adba; --paper: #14181f; --rule: #39424e; --stripe: #1c222b;
    --green: #8fdc9b; --red: #ff8a80; --purple: #d9a5f5; --amber: #ffca6a; --blue: #8ab8ff; --on: #14181f; }
}
`;
export const MATRIX_STYLE = `
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); }
svg .head { font-weight: 600; font-size: 14px; } svg .group { font-weight: 600; } svg tspan { font-weight: 400; } svg .dim { fill: var(--dim); }
svg .stripe { fill: var(--stripe); } svg .rule { stroke: var(--rule); }
.mark-needed { fill: var(--green); } .mark-excess { fill: var(--red); } .mark-conditional { fill: var(--amber); stroke: var(--amber); }
.mark-missing { fill: none; stroke: var(--purple); stroke-width: 2; } .mark-unknown { fill: none; stroke: var(--blue); stroke-width: 1.6; stroke-dasharray: 2.6 1.8; }
.mark-tolerated { fill: none; stroke: var(--green); stroke-width: 2; }
.mark-refused { fill: var(--dim); } .mark-on { fill: none; stroke: var(--on); stroke-width: 2; } .mark-line { fill: none; stroke-width: 2; }
.mark-sign { fill: none; stroke: var(--blue); stroke-width: 1.5; } .mark-dot { fill: var(--blue); }
`;

/** Each mark is a shape of its own, so that nobody needs the colours. */
const SHAPES: Readonly<Record<MatrixMark, readonly Markup[]>> = {
  needed: [
    element('circle', { class: 'mark-needed', cx: 8, cy: 8, r: 7 }),
    element('path', { class: 'mark-on', d: 'M4.6 8.3l2.3 2.4 4.5-5' }),
  ],
  excess: [
    element('rect', { class: 'mark-excess', x: 1, y: 1, width: 14, height: 14, rx: 2 }),
    element('path', { class: 'mark-on', d: 'M8 4v8M4 8h8' }),
  ],
  missing: [
    element('path', { class: 'mark-missing', d: 'M8 1.2L14.8 8 8 14.8 1.2 8z' }),
    element('path', { class: 'mark-missing', d: 'M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4' }),
  ],
  conditional: [
    element('circle', { class: 'mark-conditional mark-line', cx: 8, cy: 8, r: 6, fill: 'none' }),
    element('path', { class: 'mark-conditional', d: 'M8 2a6 6 0 0 1 0 12z' }),
  ],
  unknown: [
    element('rect', { class: 'mark-unknown', x: 1.2, y: 1.2, width: 13.6, height: 13.6, rx: 6.8 }),
    element('path', { class: 'mark-sign', d: 'M5.9 6.3a2.1 2.1 0 1 1 3.3 1.7c-.8.6-1.2.9-1.2 1.8' }),
    element('circle', { class: 'mark-dot', cx: 8, cy: 12, r: 1 }),
  ],
  tolerated: [element('circle', { class: 'mark-tolerated', cx: 8, cy: 8, r: 6 })],
  refused: [element('circle', { class: 'mark-refused', cx: 8, cy: 8, r: 1.6 })],
};

const ROW = 22;
const MARK = 16;
const HEAD = 26;
const LETTER = 6.8;
/** Digits and bold letters are wider. */
const NAME_LETTER = 7.6;
/** Slanted names of the resources: 35 degrees. */
const SLOPE = 0.574;
const LEAN = 0.819;

/** The shapes, to be used by pictures of the same page. */
export function matrixSymbols(): Markup {
  return element(
    'defs',
    {},
    MATRIX_MARKS.map((mark) => element('symbol', { id: `mark-${mark}`, viewBox: '0 0 16 16' }, SHAPES[mark])),
  );
}

/** A mark at a place. */
export function markShape(mark: MatrixMark, x: number, y: number): Markup {
  return element('use', { href: `#mark-${mark}`, x, y, width: MARK, height: MARK });
}

/** A part of the picture, and how much room it takes, in pixels. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Markup[];
}

/** The picture of one kind of resources: a row an action, a column a resource. */
export function panelPicture(panel: MatrixPanel): Picture {
  const { title, resources, groups } = panel;
  const labels = groups.flatMap(({ rows }) => rows.map(({ action }) => nameOf(action).length));
  const titles = groups.map((group) => groupWords(group).length * NAME_LETTER);
  const names = resources.map((resource) => resourceName(resource));
  const marks = Math.max(
    1,
    ...groups.flatMap(({ rows }) =>
      rows.flatMap(({ cells }) => cells.map((cell) => (cell === undefined ? 0 : marksOf(cell).length))),
    ),
  );
  const step = marks * (MARK + 2) + 14;
  const left = step * resources.length;
  const right = Math.ceil(Math.max(left + 140, ...titles, ...labels.map((length) => left + length * LETTER + 16)));
  const longest = Math.max(0, ...names.map((name) => name.length)) * NAME_LETTER;
  const top = HEAD + Math.ceil(longest * SLOPE) + 14;
  const width = Math.ceil(Math.max(right, left + longest * LEAN, title.length * 9 + 8));
  const heads = names.map((name, place) => {
    const x = place * step + step / 2;
    return element('text', { x, y: top - 8, transform: `rotate(-35 ${x} ${top - 8})` }, [name]);
  });
  const shapes: Markup[] = [element('text', { class: 'head', x: 0, y: 16 }, [title]), ...heads];
  let y = top;
  for (const group of groups) {
    shapes.push(...groupShapes(group, panel, y, { step, left, right }));
    y += groupHeight(group);
  }
  return { width, height: y + 8, shapes };
}

function groupHeight({ rows }: MatrixGroup): number {
  return (1 + rows.length) * ROW;
}

function groupShapes(
  group: MatrixGroup,
  { resources }: MatrixPanel,
  top: number,
  { step, left, right }: { readonly step: number; readonly left: number; readonly right: number },
): readonly Markup[] {
  const shapes: Markup[] = [
    element('path', { class: 'rule', d: `M0 ${top + 0.5}H${right}` }),
    element('text', { class: 'group', x: 0, y: top + 15 }, [
      group.title,
      element('tspan', { class: 'dim' }, [foldedWords(group)]),
    ]),
  ];
  for (const [index, { action, cells }] of group.rows.entries()) {
    const y = top + (index + 1) * ROW;
    if (index % 2 === 0) shapes.push(element('rect', { class: 'stripe', x: 0, y, width: right, height: ROW }));
    shapes.push(element('text', { x: left + 4, y: y + 15 }, [nameOf(action)]));
    for (const [place, cell] of cells.entries()) {
      if (cell === undefined) continue;
      const marks = marksOf(cell);
      const x = place * step + (step - marks.length * (MARK + 2) + 2) / 2;
      const told = marks.map((mark) => [MARK_WORDS[mark], ...detailsOf(mark, cell)].join(' ')).join('; ');
      const signs = marks.map((mark, nth) => markShape(mark, x + nth * (MARK + 2), y + (ROW - MARK) / 2));
      const title = element('title', {}, [`${action} on ${resources[place] ?? ''}: ${told}`]);
      shapes.push(...(marks[0] === 'refused' ? signs : [element('g', {}, [title, ...signs])]));
    }
  }
  return shapes;
}

function foldedWords({ folded, rows }: MatrixGroup): string {
  return folded.length === 0 ? '' : `: ${folded.length}${rows.length === 0 ? '' : ' more'} refused everywhere`;
}

function groupWords(group: MatrixGroup): string {
  return `${group.title}${foldedWords(group)}`;
}

/** The service stands in the heading of the group. */
function nameOf(action: string): string {
  return action.slice(action.indexOf(':') + 1);
}

const GAP = 32;
const MARGIN = 24;

/** The matrix as one picture that needs nothing else: the answer, what the shapes mean, and the panels in two columns. */
export function auditSvg(report: AuditReport, about: AuditAbout): string {
  const panels = matrixPanels(report.matrix, about.accessOf).map(panelPicture);
  const columns = layOut(panels);
  const marks = MATRIX_MARKS.filter((mark) => report.matrix.some((cell) => marksOf(cell).includes(mark)));
  const top = MARGIN + 48 + marks.length * ROW + 16;
  const width = Math.max(640, MARGIN * 2 + columns.reduce((sum, column) => sum + column.width + GAP, -GAP));
  const height = top + Math.max(0, ...columns.map((column) => column.height)) + MARGIN;
  let x = MARGIN;
  const placed = columns.flatMap((column) => {
    const own = column.pictures.map(({ picture, y }) =>
      element('g', { transform: `translate(${x} ${top + y})` }, picture.shapes),
    );
    x += column.width + GAP;
    return own;
  });
  const legend = marks.flatMap((mark, place) => {
    const y = MARGIN + 52 + place * ROW;
    return [markShape(mark, MARGIN, y), element('text', { x: MARGIN + 24, y: y + 12 }, [MARK_WORDS[mark]])];
  });
  const svg = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': 'matrix-title matrix-desc',
    },
    [
      element('title', { id: 'matrix-title' }, [`What ChannelMix can do with ${report.subject.name}`]),
      element('desc', { id: 'matrix-desc' }, [auditSentence(report)]),
      element('style', {}, [MATRIX_COLORS + MATRIX_STYLE]),
      matrixSymbols(),
      element('rect', { width, height, fill: 'var(--paper)' }),
      element('text', { class: 'head', x: MARGIN, y: MARGIN + 14 }, [auditSentence(report)]),
      element('text', { class: 'dim', x: MARGIN, y: MARGIN + 34 }, [shortArn(report.subject.arn)]),
      ...legend,
      ...placed,
    ],
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${markupText(svg, 'xml')}\n`;
}

function shortArn(arn: string): string {
  return arn.length > 90 ? `${Array.from(arn).slice(0, 89).join('')}…` : arn;
}

/** Panels in at most two columns, each where there is more room. */
function layOut(pictures: readonly Picture[]) {
  const columns = pictures
    .slice(0, 2)
    .map(() => ({ width: 0, height: 0, pictures: [] as { picture: Picture; y: number }[] }));
  for (const picture of pictures) {
    const column = columns.reduce((best, one) => (one.height < best.height ? one : best));
    column.pictures.push({ picture, y: column.height });
    column.height += picture.height + GAP;
    column.width = Math.max(column.width, picture.width);
  }
  return columns;
}
