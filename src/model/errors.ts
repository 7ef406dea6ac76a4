/**
 * Expected failures, a closed set. Each code has one exit code (design, section 5); whatever is not a `KitError` is a bug.
 *
 * - `usage`: wrong flag or argument
 * - `input`: a document, grant or config that is not right; names the place
 * - `credentials`: missing, expired or wrong credentials
 * - `network`: could not reach the service, or it did not answer in time
 * - `service`: the service answered with a fault (throttling, 5xx, anything that is not an answer)
 * - `state`: the folder for what must outlive the run cannot be used
 * - `interrupted`: a signal stopped the run
 * - `leftover`: done, but something could not be removed
 * - `internal`: a bug
 */
export type ErrorCode =
  | 'usage'
  | 'input'
  | 'credentials'
  | 'network'
  | 'service'
  | 'state'
  | 'interrupted'
  | 'leftover'
  | 'internal';

/** One thing that is wrong with an input: where (a field or place), what was found, which rule it breaks, how to mend it. */
export interface Problem {
  readonly field: string;
  /** The offending value, already shortened and free of secrets; absent when nothing was given. */
  readonly value?: string;
  readonly rule: string;
  readonly docs?: string;
}

/** An expected failure with everything that the one place which prints errors needs. */
export class KitError extends Error {
  override readonly name = 'KitError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly problems: readonly Problem[];

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; hint?: string; problems?: readonly Problem[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.problems = options.problems ?? [];
  }
}

/** The one-line form of a problem: `field: value: rule`. */
function formatProblem(problem: Problem): string {
  const value = problem.value === undefined ? '' : ` ${JSON.stringify(problem.value)}`;
  return `${problem.field}:${value} ${problem.rule}`;
}

/** An `input` error that lists every problem, one a line. */
export function inputError(what: string, problems: readonly Problem[], hint?: string): KitError {
  const lines = problems.map((problem) => `  ${formatProblem(problem)}`).join('\n');
  return new KitError('input', `${what}\n${lines}`, { problems, ...(hint === undefined ? {} : { hint }) });
}

const READ_REASONS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
]);

/** The error for a file that the system could not read. */
export function cannotRead(path: string, cause: unknown): KitError {
  const code = (cause as { readonly code?: string }).code ?? String(cause);
  return new KitError('input', `cannot read ${path}: ${READ_REASONS.get(code) ?? code}`, { cause });
}
