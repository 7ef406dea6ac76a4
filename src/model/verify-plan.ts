import type { CheckId, VerifyReport } from './check.ts';
import type { AccessLevel } from './grant.ts';

/** An API call that a check makes. */
export interface PlannedCallReport {
  /** `STS AssumeRole`, `S3 PutObject`. */
  readonly call: string;
  /** Whose credentials: the caller's, those of the role's session or the key (`subject`), or of the third account. */
  readonly as: 'caller' | 'subject' | 'third-party';
  readonly detail?: string;
  /** What it needs, all of it. In ARNs, zeros stand for the random part of a key. */
  readonly permissions: readonly { readonly action: string; readonly resource: string }[];
}

/** A check as it is planned. */
export interface PlannedCheckReport {
  readonly id: CheckId;
  readonly prefix?: string;
  readonly expect: 'allow' | 'deny';
  /** Only `false`: for information. */
  readonly required?: false;
  /** `kms`: only where the bucket turns out to encrypt with a KMS key. */
  readonly only?: 'kms';
  /** Checks that come before; everything else runs beside. */
  readonly after: readonly string[];
  readonly calls: readonly PlannedCallReport[];
}

/** What `verify --plan` prints: what a run would call and write. */
export interface VerifyPlanReport {
  readonly schemaVersion: number;
  readonly command: 'verify';
  readonly plan: true;
  readonly mode: VerifyReport['mode'];
  readonly roleArn?: string;
  readonly bucket: string;
  readonly prefixes: readonly string[];
  readonly access: AccessLevel;
  /** Calls beside the checks. */
  readonly beside: readonly PlannedCallReport[];
  readonly checks: readonly PlannedCheckReport[];
  /** What is put, all of it removed at the end. In keys, `<id>` stands for 32 random hexadecimal digits. */
  readonly writes: { readonly objects: number; readonly bytes: number; readonly keys: readonly string[] };
  /** Requests of a run in which each is answered at once, by the classes of S3's price list; deletions and STS cost nothing. */
  readonly requests: {
    readonly total: number;
    readonly writeAndList: number;
    readonly read: number;
    readonly free: number;
  };
}
