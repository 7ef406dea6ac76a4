import type { Layer, StatementRef } from './decision.ts';

/** Some of the resources of a cell: all that one of `resources` matches and none of `except`. */
export interface MatrixPart {
  readonly resources: readonly string[];
  readonly except?: readonly string[];
  readonly decision: 'allow' | 'conditional';
  /** What the answer depends on, when it is conditional. */
  readonly conditions?: readonly string[];
}

/**
 * One action on the resources of one row. `allow`: on all of them, whatever the context; `deny`: on none; `conditional`: on all, but
 * for conditions; `some`: on the resources of `parts` only.
 */
export interface MatrixCell {
  readonly action: string;
  /** Type of the resources as AWS's tables name it, `s3:object`; `none` for actions that take no resource. */
  readonly kind: string;
  /** An ARN with wildcards; `*` for actions that take no resource. */
  readonly resource: string;
  readonly decision: 'allow' | 'deny' | 'conditional' | 'some';
  readonly parts: readonly MatrixPart[];
  /** The layer and statement that decide, where they are the same for the whole row. */
  readonly layer?: Layer;
  readonly statement?: StatementRef;
}
