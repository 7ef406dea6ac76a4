/** Which calls a fault is for: every call, those of a service, or one operation (`s3:PutObject`). Names without regard to case. */
export interface FaultTarget {
  readonly service?: string;
  readonly operation?: string;
}

/** When a fault strikes among the calls that it is for: at a rate from 0 to 1, or from the `at`-th call on, `times` times. */
export type FaultWhen = { readonly rate: number } | { readonly at: number; readonly times: number };

/**
 * What becomes of an answer whose effect was well:
 *
 * - `truncated`: half of it, then the connection closes; `long`: Content-Length promises more than comes, and the connection stays open;
 *   `short`: half of it, as if that were all
 * - `corrupt`: one byte is another; `checksum`, `etag`: the header is of other bytes
 * - `empty`: 200 with nothing in it; `html`: 200 with the page of a proxy; `blocked`: 403 with one, and without a
 *   request id; `error`: 200 with an `<Error>` document
 * - `slow`: one byte a second; `silent`: never; `endless`: spaces behind it without an end
 * - `redirect`: 307 to the same address, again and again; `elsewhere`: 301, the bucket is always in another region
 */
export const ANSWER_SHAPES = [
  'truncated',
  'long',
  'short',
  'corrupt',
  'checksum',
  'etag',
  'empty',
  'html',
  'blocked',
  'error',
  'slow',
  'silent',
  'endless',
  'redirect',
  'elsewhere',
] as const;
export type AnswerShape = (typeof ANSWER_SHAPES)[number];

/** What becomes of a listing: `repeat` says that there is more, always behind the same token; `empty` does so with nothing in the page. */
export const PAGE_SHAPES = ['repeat', 'empty'] as const;
export type PageShape = (typeof PAGE_SHAPES)[number];

/**
 * A fault of single calls. `drop` closes the connection before the effect, or after it and before the answer. `expire` lets the temporary
 * credentials expire that sign the call, `unknown-session` is a server that does not know them yet: they are counted, calls with keys of
 * users and root are not.
 */
export type FaultRule = { readonly target: FaultTarget; readonly when: FaultWhen } & (
  | { readonly kind: 'throttle' }
  | { readonly kind: 'error'; readonly status: 500 | 502 | 503 | 504 }
  | { readonly kind: 'drop'; readonly phase: 'before' | 'after' }
  | { readonly kind: 'latency'; readonly ms: number }
  | { readonly kind: 'answer'; readonly shape: AnswerShape }
  | { readonly kind: 'page'; readonly shape: PageShape }
  | { readonly kind: 'expire' }
  | { readonly kind: 'unknown-session' }
);

/**
 * A fault of the sandbox as a whole. `iam-delay`: changes of IAM reach authorization later; `iam-flap`: for so long after they have
 * reached it, every second request is decided as before them. `grant-delay`: a new grant of a KMS key counts later.
 */
export type FaultSetting =
  | { readonly kind: 'iam-delay'; readonly ms: number }
  | { readonly kind: 'iam-flap'; readonly ms: number }
  | { readonly kind: 'grant-delay'; readonly ms: number }
  | { readonly kind: 'clock-skew'; readonly ms: number }
  | { readonly kind: 'seed'; readonly seed: number };

export type Fault = FaultRule | FaultSetting;
