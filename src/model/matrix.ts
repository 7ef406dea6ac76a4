import type { Layer, StatementRef } from './decision.ts';

/** What is answered for some of the resources; `unknown`: what could not be read decides. */
export type MatrixDecision = 'allow' | 'deny' | 'conditional' | 'unknown';

/** Some of the resources of a cell: all that one of `resources` matches and none of `except`. */
export interface MatrixArea {
  readonly resources: readonly string[];
  readonly except?: readonly string[];
}

/** What is not denied for certain. */
export interface MatrixPart extends MatrixArea {
  readonly decision: Exclude<MatrixDecision, 'deny'>;
  /** What the answer depends on, when it is conditional; what could not be read, when it is unknown. */
  readonly conditions?: readonly string[];
  /** The answer if there were none of the policies that could not be read, when it is unknown. */
  readonly asRead?: Exclude<MatrixDecision, 'unknown'>;
}

/**
 * One action on the resources of one row. `allow`: on all of them, whatever the context; `deny`: on none; `conditional`: on all, but
 * for conditions; `unknown`: what could not be read decides, and nothing else is allowed; `some`: on the resources of `parts` only.
 */
export interface MatrixCell {
  readonly action: string;
  /** Type of the resources as AWS's tables name it, `s3:object`; `none` for actions that take no resource. */
  readonly kind: string;
  /** An ARN with wildcards; `*` for actions that take no resource. */
  readonly resource: string;
  readonly decision: MatrixDecision | 'some';
  readonly parts: readonly MatrixPart[];
  /** The layer and statement that decide, where they are the same for the whole row. */
  readonly layer?: Layer;
  readonly statement?: StatementRef;
}

/** What is allowed and not expected; `decision` and `conditions` say how it is allowed. */
export interface ExcessPart extends MatrixPart {
  /** Part of it is expected: where these conditions hold. */
  readonly expectedIf?: readonly string[];
}

/** What is expected; `decision` and `conditions` say what there is instead of an allow. */
export interface MissingPart extends MatrixArea {
  readonly decision: Exclude<MatrixDecision, 'allow'>;
  readonly conditions?: readonly string[];
  /** As in `MatrixPart`. */
  readonly asRead?: Exclude<MatrixDecision, 'unknown'>;
}

/** A cell, and how it differs from what is expected. */
export interface ComparedCell extends MatrixCell {
  /** Whether it is expected on some of the resources. */
  readonly needed: boolean;
  /** What is allowed and not expected. */
  readonly excess: readonly ExcessPart[];
  /** What is expected and not allowed, or allowed under other conditions only. */
  readonly missing: readonly MissingPart[];
}
