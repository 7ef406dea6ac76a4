/** A file that was read. */
export interface SourceFile {
  /** As it was named: messages and places have it. */
  readonly path: string;
  readonly text: string;
}

/** Which of the things in a source the audit is about. */
export interface SourceChoice {
  /** ARN or name of the role or user; default: the only one that can be ChannelMix's. */
  readonly principal?: string;
  /** Buckets that are meant, whether or not the policies name them. */
  readonly buckets?: readonly string[];
  /** ARNs of KMS keys that are meant, as `buckets`. */
  readonly keys?: readonly string[];
}
