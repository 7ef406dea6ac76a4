import type { AuditCell } from '../model/audit.ts';
import { printable } from '../model/printable.ts';
import { groupBy } from './group-by.ts';

/** What a cell says, in a word; the worst first. */
export const MATRIX_MARKS = ['missing', 'excess', 'unknown', 'conditional', 'needed', 'tolerated', 'refused'] as const;

export type MatrixMark = (typeof MATRIX_MARKS)[number];

/** What a mark means. */
export const MARK_WORDS: Readonly<Record<MatrixMark, string>> = {
  missing: 'needed, and refused',
  excess: 'allowed, and not needed',
  unknown: 'what could not be read decides',
  conditional: 'under conditions only',
  needed: 'needed, and allowed',
  tolerated: 'not needed, and allowed without harm',
  refused: 'not needed, and refused',
};

/** What a cell says: one mark, or several when the resources of its row differ. */
export function marksOf({ decision, needed, excess, missing }: AuditCell): readonly MatrixMark[] {
  const has = (decisions: readonly string[]) =>
    [...excess, ...missing].some((part) => decisions.includes(part.decision));
  const marks = MATRIX_MARKS.filter((mark) => {
    if (mark === 'missing') return missing.some((part) => part.decision === 'deny');
    if (mark === 'excess') return excess.some((part) => part.decision === 'allow');
    if (mark === 'unknown') return has(['unknown']) || decision === 'unknown';
    return mark === 'conditional' && has(['conditional']);
  });
  if (marks.length > 0) return marks;
  return [needed ? 'needed' : decision === 'deny' ? 'refused' : 'tolerated'];
}

/** An action, and what is said of it for each resource of its panel. */
export interface MatrixRow {
  readonly action: string;
  /** In the order of the panel's resources; `undefined`: it takes none of that. */
  readonly cells: readonly (AuditCell | undefined)[];
}

/** Actions of one service and access level. */
export interface MatrixGroup {
  /** `s3 Write`. */
  readonly title: string;
  readonly rows: readonly MatrixRow[];
  /** Actions that are refused and not needed on every resource: they are told by their number. */
  readonly folded: readonly string[];
}

/** All that is said of one kind of resources. */
export interface MatrixPanel {
  /** `s3:object`. */
  readonly kind: string;
  /** `Objects`. */
  readonly title: string;
  readonly resources: readonly string[];
  readonly groups: readonly MatrixGroup[];
}

const KINDS: Readonly<Record<string, string>> = {
  's3:object': 'Objects',
  's3:bucket': 'Buckets',
  'kms:key': 'KMS keys',
  'sts:role': 'Roles that it may assume',
  none: 'Actions that take no resource',
};
const KIND_ORDER = Object.keys(KINDS);

/** From the harmless to the worst, as AWS's Service Authorization Reference names them. */
const LEVELS = ['List', 'Read', 'Write', 'Tagging', 'Permissions management'];

/**
 * The matrix as it is shown: a panel a kind of resource, in it a group a service and access level, in it a row an action that somebody
 * may call or should. 300 actions on ten resources stay readable: what is refused everywhere is one line a group.
 *
 * @param accessOf access level of an action
 */
export function matrixPanels(
  cells: readonly AuditCell[],
  accessOf: (action: string) => string | undefined,
): readonly MatrixPanel[] {
  const kinds = groupBy(cells, ({ kind }) => kind);
  return [...kinds]
    .sort(([a], [b]) => placeIn(KIND_ORDER, a) - placeIn(KIND_ORDER, b))
    .map(([kind, own]) => {
      const named = [...new Set(own.map(({ resource }) => resource))];
      const resources = [...named.filter((one) => !isAny(one)), ...named.filter(isAny)];
      const services = [...new Set(own.map(({ action }) => serviceOf(action)))];
      const rank = (title: string) =>
        services.indexOf(serviceOf(title)) * (LEVELS.length + 1) + placeIn(LEVELS, title.slice(title.indexOf(' ') + 1));
      const groups = [...groupBy(own, ({ action }) => `${serviceOf(action)} ${accessOf(action) ?? 'other'}`)]
        .sort(([a], [b]) => rank(a) - rank(b))
        .map(([title, members]) => groupOf(title, members, resources));
      return { kind, title: KINDS[kind] ?? kind, resources, groups };
    });
}

/** Of an action, or of the title of a group. */
function serviceOf(text: string): string {
  return text.split(/[: ]/, 1)[0] ?? '';
}

function groupOf(title: string, cells: readonly AuditCell[], resources: readonly string[]): MatrixGroup {
  const rows = [...groupBy(cells, ({ action }) => action)].map(([action, own]) => {
    const byResource = new Map(own.map((cell) => [cell.resource, cell]));
    return { action, cells: resources.map((resource) => byResource.get(resource)) };
  });
  const quiet = (row: MatrixRow) => row.cells.every((cell) => cell === undefined || marksOf(cell)[0] === 'refused');
  return {
    title,
    rows: rows.filter((row) => !quiet(row)),
    folded: rows.filter(quiet).map(({ action }) => action),
  };
}

function placeIn(order: readonly string[], name: string): number {
  const place = order.indexOf(name);
  return place < 0 ? order.length : place;
}

const NAME_LENGTH = 26;

/**
 * A resource as the head of a column: its name without what all ARNs have, long ones without their middle.
 */
export function resourceName(resource: string): string {
  if (isAny(resource)) return 'any';
  const name = resource.replace(/^arn:[^:]*:s3:::/, '').replace(/^arn:(?:[^:]*:){4}/, '');
  const letters = Array.from(printable(name));
  if (letters.length <= NAME_LENGTH) return letters.join('');
  return [...letters.slice(0, NAME_LENGTH / 2), '…', ...letters.slice(1 - NAME_LENGTH / 2)].join('');
}

/** All of a kind: `key/*` and `role/*` are, `acme/*` of S3 is one bucket's. */
function isAny(resource: string): boolean {
  return /^(?:\*|arn:[^:]*:s3:::\*(?:\/\*)?|arn:[^:]*:(?:kms|iam):.*:[a-z]+\/\*)$/.test(resource);
}
