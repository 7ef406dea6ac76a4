import type { Severity } from '../../../src/model/finding.ts';
import type { Grant } from '../../../src/model/grant.ts';
import type { JsonValue } from '../../../src/model/policy.ts';
import { BUCKET_ARN, bucketPolicy, type Changes } from '../documents.ts';

/** What is changed of an account in which all is well, and what is found then, beyond nothing. */
export interface HygieneCase {
  readonly name: string;
  readonly changes?: Changes;
  readonly grant?: Partial<Grant>;
  /** Severity and rule of each finding. */
  readonly finds?: readonly (readonly [Severity, string])[];
  /** Words that the findings must have. */
  readonly says?: readonly string[];
  /** What could not be judged. */
  readonly blind?: readonly string[];
}

/** The statement of the kit's bucket policy with other elements. */
export function denyHttp(more: Readonly<Record<string, JsonValue>>): Changes {
  const statement = {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [BUCKET_ARN, `${BUCKET_ARN}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
  return { bucket: { policy: bucketPolicy({ ...statement, ...more }) } };
}
