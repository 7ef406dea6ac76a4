/** A stretch of text in a file. Lines and columns count from 1, columns in UTF-16 units; the end is the first unit after it. */
export interface Region {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Where something is written. */
export interface Place extends Region {
  readonly path: string;
}

/** Where a policy document is written, and its statements, by their index. */
export interface DocumentPlace extends Place {
  readonly statements: readonly Region[];
}
