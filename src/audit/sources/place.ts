import { itemsOf, type JsonNode, memberValue, type Span } from '../../documents/json-node.ts';
import type { Position } from '../../documents/policy-source.ts';
import type { DocumentPlace, Place, Region } from '../../model/place.ts';

/** A file, and how its offsets become lines and columns. */
export interface Located {
  readonly path: string;
  readonly locate: (offset: number) => Position;
}

/** Where a stretch of a file is. */
export function placeOf({ path, locate }: Located, span: Span): Place {
  return { path, ...regionOf(locate, span) };
}

/** Where a policy document is, with its statements. */
export function documentPlace({ path, locate }: Located, root: JsonNode): DocumentPlace {
  const statements = itemsOf(memberValue(root, 'Statement')).map((statement) => regionOf(locate, statement));
  return { path, ...regionOf(locate, root), statements };
}

function regionOf(locate: Located['locate'], { start, end }: Span): Region {
  const from = locate(start);
  const to = locate(end);
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}
