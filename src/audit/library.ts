/** `channelmix-s3/audit`: what ChannelMix can do, as the command `audit` says it. */
import { type AwsCredentials, createAwsConnector } from '../aws/index.ts';
import { readAccepted } from '../documents/read-accepted.ts';
import { readGrant } from '../documents/read-grant.ts';
import { readAuditRoleArn } from '../documents/read-role-arn.ts';
import type { AcceptedFinding, AuditReport } from '../model/audit.ts';
import type { Grant } from '../model/grant.ts';
import { type AuditFormat, auditReporters } from '../report/audit-formats.ts';
import { auditAbout } from './about.ts';
import { audit } from './audit.ts';
import { readBaseline } from './baseline.ts';
import { expectationOf } from './expectation.ts';
import { readLive } from './sources/aws.ts';
import type { Baseline } from './types.ts';

export type { AuditFinding, AuditReport, Unjudged } from '../model/audit.ts';
export { auditExitCode } from './exit-code.ts';
export type { AcceptedFinding, Baseline };
export { readAccepted, readBaseline, readGrant };

/** Whose access is audited, and what is meant. Credentials are found as the AWS CLI finds them, unless they are given. */
export interface AuditAccessOptions {
  /** The role, or the user whose access key ChannelMix has, by name, ARN, or the id of that key. */
  readonly roleArn?: string;
  readonly user?: string;
  /** What ChannelMix is meant to have; default: minimal access to the buckets that the policies name. */
  readonly grant?: Grant;
  /** Also ask IAM what was used of what is allowed. Default false. */
  readonly lastAccessed?: boolean;
  /** What changed since. */
  readonly baseline?: Baseline;
  readonly accepted?: readonly AcceptedFinding[];
  readonly profile?: string;
  readonly region?: string;
  readonly endpointUrl?: string;
  readonly credentials?: AwsCredentials;
  readonly signal?: AbortSignal;
}

/**
 * Audits a role or a user as it is in AWS, by calls that change nothing.
 *
 * @throws KitError `input` when there is no such principal, or `roleArn` is none; `credentials`, `network` or `service` when nothing can be read; `interrupted`
 */
export async function auditAccess(options: AuditAccessOptions): Promise<AuditReport> {
  const { roleArn, user, grant, lastAccessed = false, baseline, accepted, signal, ...aws } = options;
  // A name would be looked for among the users.
  if (roleArn !== undefined) readAuditRoleArn(roleArn, 'roleArn');
  const connector = createAwsConnector(aws);
  try {
    const buckets = grant?.buckets ?? [];
    const documents = await readLive(
      {
        ...(roleArn === undefined ? {} : { roleArn }),
        ...(user === undefined ? {} : { user }),
        buckets: buckets.map(({ name }) => name),
        kmsKeyArns: buckets.flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []),
        lastAccessed,
      },
      connector.clients,
      signal ?? new AbortController().signal,
    );
    return audit({
      documents,
      expected: expectationOf(documents, grant?.access ?? 'minimal', buckets),
      now: new Date().toISOString(),
      ...(baseline === undefined ? {} : { baseline }),
      ...(accepted === undefined ? {} : { accepted }),
    });
  } finally {
    connector.close();
  }
}

/** A report in one of the formats of `--output`. @param region of the Security Hub that takes `asff` */
export function renderAudit(
  report: AuditReport,
  format: AuditFormat,
  options: { readonly failOn?: 'error' | 'warning' | 'suggestion'; readonly region?: string } = {},
): string {
  const { failOn = 'error', region } = options;
  return auditReporters[format](report, auditAbout({ failOn, ...(region === undefined ? {} : { region }) }));
}
