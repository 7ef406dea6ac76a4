/** A file of a generated artefact. */
export interface GeneratedFile {
  /** Relative to the folder that is asked for, with `/` between folders. */
  readonly path: string;
  readonly text: string;
}
