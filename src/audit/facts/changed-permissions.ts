import { compareMatrix } from '../../evaluate/matrix/index.ts';
import type { AuditReport } from '../../model/audit.ts';
import type { MatrixArea, MatrixCell, MatrixPart } from '../../model/matrix.ts';
import { covers } from '../../model/wildcard-compare.ts';
import { subjectOf } from '../matrix.ts';
import type { AuditContext } from '../types.ts';
import { formerDocuments, isSameSubject } from './former.ts';
import { grouped } from './words.ts';

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
}

/** What the principal can do now and could not by the baseline, and the other way round; `undefined` where there is nothing to compare with. */
export function changedPermissions(context: AuditContext): ChangedPermissions | undefined {
  return context.once(changedPermissions, () => {
    const { baseline, documents, expected, now } = context;
    if (baseline === undefined) return undefined;
    if (baseline.kind === 'audit') {
      return isSameSubject(baseline, documents) ? byCells(baseline.report, context.matrix()) : undefined;
    }
    const former = formerDocuments(context);
    if (former === undefined) return undefined;
    const cells = compareMatrix(subjectOf(documents, expected, now), { needed: subjectOf(former, expected, now) });
    return {
      added: cells.flatMap((cell) => changed(cell, cell.excess)),
      gone: cells.flatMap((cell) => changed(cell, cell.missing)),
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
function byCells({ matrix: former }: AuditReport, now: readonly MatrixCell[]): ChangedPermissions {
  return { added: beyond(now, former), gone: beyond(former, now) };
}

function beyond(cells: readonly MatrixCell[], others: readonly MatrixCell[]): readonly ChangedPermission[] {
  const partsOf = grouped(others, cellKey);
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
