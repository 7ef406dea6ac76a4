import type { AuditCell, AuditReport } from '../model/audit.ts';
import type { AuditAbout } from './audit-about.ts';
import { MARK_WORDS, MATRIX_MARKS, type MatrixPanel, marksOf, matrixPanels } from './audit-matrix.ts';
import { detailsOf } from './audit-matrix-text.ts';
import { markShape, matrixSymbols, panelPicture } from './audit-svg.ts';
import { element, type Markup } from './markup.ts';

/** The matrix in a page: what the shapes mean, a picture a kind of resources, and the same as tables. */
export function matrixSection(report: AuditReport, about: AuditAbout): readonly Markup[] {
  if (report.matrix.length === 0) return [];
  const panels = matrixPanels(report.matrix, about.accessOf);
  const marks = MATRIX_MARKS.filter((mark) => report.matrix.some((cell) => marksOf(cell).includes(mark)));
  return [
    element('h2', { id: 'matrix' }, ['What ChannelMix can do']),
    element('svg', { class: 'symbols', 'aria-hidden': 'true' }, [matrixSymbols()]),
    element(
      'ul',
      { class: 'legend' },
      marks.map((mark) =>
        element('li', {}, [
          element('svg', { width: 16, height: 16, viewBox: '0 0 16 16', 'aria-hidden': 'true' }, [
            markShape(mark, 0, 0),
          ]),
          MARK_WORDS[mark],
        ]),
      ),
    ),
    element('div', { class: 'panels' }, panels.map(figure)),
    element('details', {}, [element('summary', {}, ['The same as tables']), ...panels.map(table)]),
  ];
}

function figure(panel: MatrixPanel, place: number): Markup {
  const { width, height, shapes } = panelPicture(panel);
  const [title, desc] = [`panel-${place}-title`, `panel-${place}-desc`];
  const svg = element(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-labelledby': `${title} ${desc}` },
    [
      element('title', { id: title }, [`Matrix: ${panel.title}`]),
      element('desc', { id: desc }, [`${countWords(panel)}. All of it is in the table "${panel.title}" below.`]),
      ...shapes,
    ],
  );
  const scroll = { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Picture: ${panel.title}` };
  return element('figure', {}, [element('div', scroll, [svg])]);
}

/** `2 needed, and refused; 5 allowed, and not needed`. */
function countWords({ groups }: MatrixPanel): string {
  const cells = groups.flatMap(({ rows }) => rows.flatMap((row) => row.cells.filter((cell) => cell !== undefined)));
  const counts = MATRIX_MARKS.flatMap((mark) => {
    const count = cells.filter((cell) => marksOf(cell).includes(mark)).length;
    return count === 0 || mark === 'refused' ? [] : [`${count} ${MARK_WORDS[mark]}`];
  });
  return counts.length === 0 ? 'Everything is refused' : counts.join('; ');
}

function table({ title, resources, groups }: MatrixPanel): Markup {
  const heads = ['Action', ...resources].map((name) => element('th', { scope: 'col' }, [name]));
  const span = resources.length + 1;
  const rows = groups.flatMap(({ title: name, rows: own, folded }) => [
    element('tr', {}, [element('th', { class: 'group', scope: 'rowgroup', colspan: span }, [name])]),
    ...own.map(({ action, cells }) =>
      element('tr', {}, [element('th', { scope: 'row' }, [action]), ...cells.map(cellOf)]),
    ),
    ...(folded.length === 0
      ? []
      : [element('tr', {}, [element('td', { colspan: span }, [`${MARK_WORDS.refused}: ${folded.join(', ')}`])])]),
  ]);
  const scroll = { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Table: ${title}` };
  return element('div', scroll, [
    element('table', { class: 'cells' }, [
      element('caption', {}, [title]),
      element('thead', {}, [element('tr', {}, heads)]),
      element('tbody', {}, rows),
    ]),
  ]);
}

function cellOf(cell: AuditCell | undefined): Markup {
  if (cell === undefined) return element('td', {}, ['']);
  const marks = marksOf(cell);
  return element(
    'td',
    {},
    marks.map((mark) =>
      element('div', {}, [
        MARK_WORDS[mark],
        ...detailsOf(mark, cell).map((detail) => element('p', {}, [detail.trim()])),
      ]),
    ),
  );
}
