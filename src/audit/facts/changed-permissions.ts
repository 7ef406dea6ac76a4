import { compareMatrix } from '../../evaluate/matrix/index.ts';
import type { Unreadable } from '../../model/access-documents.ts';
import type { AuditReport } from '../../model/audit.ts';
import type { MatrixArea, MatrixCell, MatrixPart } from '../../model/matrix.ts';
import { covers } from '../../model/wildcard-compare.ts';
import { groupBy } from '../../report/group-by.ts';
import { subjectOf } from '../matrix.ts';
import type { AuditContext } from '../types.ts';
import { formerDocuments, isSameSubject } from './former.ts';

/** An action on resources that was not allowed before, or is not any more. */
export interface ChangedPermission {
  readonly action: string;
  /** The resources of the matrix's row. */
  readonly resource: string;
  readonly part: MatrixArea;
}

export interface ChangedPermissions {
  readonly added: readonly ChangedPermission[];
  readonly gone: readonly ChangedPermission[];
  /** What could not be read, now or then, and may decide otherwise. */
  readonly unread: readonly Unreadable[];
}

/** What the principal can do now and could not by the baseline, and the other way round; `undefined` where there is nothing to compare with. */
export function changedPermissions(context: AuditContext): ChangedPermissions | undefined {
  return context.once(changedPermissions, () => {
    const { baseline, documents, expected, now } = context;
    if (baseline === undefined) return undefined;
    if (baseline.kind === 'audit') {
      return isSameSubject(baseline, documents) ? byCells(baseline.report, context) : undefined;
    }
    const former = formerDocuments(context);
    if (former === undefined) return undefined;
    const { read, unreadable: then } = former.principal.identity;
    const known = { ...former, principal: { ...former.principal, identity: { read, unreadable: [] } } };
    const cells = compareMatrix(subjectOf(documents, expected, now), { needed: subjectOf(known, expected, now) });
    return {
      // A policy of then that nobody can read may have allowed it.
      added: then.length > 0 ? [] : cells.flatMap((cell) => changed(cell, cell.excess)),
      gone: cells.flatMap((cell) => changed(cell, cell.missing)),
      unread: [...documents.principal.identity.unreadable, ...then],
    };
  });
}

function changed(
  { action, resource }: Pick<MatrixCell, 'action' | 'resource'>,
  parts: readonly (MatrixArea & { readonly decision: string })[],
): readonly ChangedPermission[] {
  // What could not be read decides: that is told elsewhere.
  return parts.filter(({ decision }) => decision !== 'unknown').map((part) => ({ action, resource, part }));
}

/** Two matrices of which only the cells are known: what no part of the other takes in is told. */
function byCells({ matrix: former }: AuditReport, { documents, matrix }: AuditContext): ChangedPermissions {
  const { identity } = documents.principal;
  if (former.length === 0) {
    const said = 'the report has none, as those of fleet audit';
    const why: Unreadable = { what: 'the matrix of the former audit', action: 'none', kind: 'not-asked', said };
    return { added: [], gone: [], unread: [why] };
  }
  return { added: beyond(matrix(), former), gone: beyond(former, matrix()), unread: identity.unreadable };
}

function beyond(cells: readonly MatrixCell[], others: readonly MatrixCell[]): readonly ChangedPermission[] {
  const partsOf = groupBy(others, cellKey);
  return cells.flatMap((cell) => {
    const known = (partsOf.get(cellKey(cell)) ?? []).flatMap(({ parts }) => parts);
    return changed(
      cell,
      cell.parts.filter((part) => !part.resources.every((one) => known.some((other) => takesIn(other, part, one)))),
    );
  });
}

function cellKey({ action, kind }: MatrixCell): string {
  return `${action} ${kind}`;
}

function takesIn(wide: MatrixPart, narrow: MatrixPart, resource: string): boolean {
  const same = JSON.stringify(wide.conditions ?? []) === JSON.stringify(narrow.conditions ?? []);
  const excepted = (narrow.except ?? []).join('\n');
  const exceptions = (wide.except ?? []).every((one) => excepted.split('\n').includes(one));
  return (wide.decision !== 'conditional' || same) && exceptions && wide.resources.some((one) => covers(one, resource));
}
