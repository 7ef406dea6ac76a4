import { audit, auditExitCode, expectationOf, readLive, readSource } from '../audit/index.ts';
import { readAuditText } from '../audit/read-file.ts';
import { type AwsClients, type AwsConnector, type AwsCredentials, callAws } from '../aws/index.ts';
import type { AcceptedFinding, AuditReport } from '../model/audit.ts';
import type { AuditDocuments } from '../model/audit-documents.ts';
import { SESSION_SECONDS } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import type { Failure } from '../model/failure.ts';
import type { FleetStatus } from '../model/fleet.ts';
import { readSession } from '../verify/index.ts';
import type { AuditUnit } from './units.ts';

/** What all audits of a fleet have in common. */
export interface FleetAudit {
  readonly failOn: 'error' | 'warning' | 'suggestion';
  readonly accepted: readonly AcceptedFinding[];
  /** Ask IAM what was used, too. */
  readonly lastAccessed: boolean;
}

/**
 * Audits one client. The matrix, which is most of a report, is left out.
 *
 * @param connector with the credentials that assume the auditor's role, or that read themselves where there is none
 * @throws KitError when nothing could be read
 */
export async function runAudit(
  unit: AuditUnit,
  settings: FleetAudit,
  connector: () => AwsConnector,
  signal: AbortSignal,
): Promise<AuditReport> {
  const { access, buckets, source } = unit;
  const documents =
    source.kind === 'file'
      ? readSource([await readAuditText(source.path)], {}).documents
      : await fromAws(source, unit, settings, connector(), signal);
  const expected = expectationOf(documents, access, buckets);
  const report = audit({ documents, expected, now: new Date().toISOString(), accepted: settings.accepted });
  return { ...report, matrix: [] };
}

/** What an audit comes to. */
export function auditStatus(report: AuditReport, { failOn }: FleetAudit): FleetStatus {
  return ({ 0: 'passed', 1: 'failed', 3: 'unknown' } as const)[auditExitCode(report, failOn)];
}

async function fromAws(
  source: Extract<AuditUnit['source'], { readonly kind: 'aws' }>,
  { region, buckets }: AuditUnit,
  { lastAccessed }: FleetAudit,
  connector: AwsConnector,
  signal: AbortSignal,
): Promise<AuditDocuments> {
  const own = region === undefined ? {} : { region };
  const auditor = source.auditorRole;
  const session =
    auditor === undefined ? {} : { credentials: await assumeAuditor(connector.clients(own), auditor, signal) };
  return readLive(
    {
      ...(source.roleArn === undefined ? {} : { roleArn: source.roleArn }),
      ...(source.accessKeyId === undefined ? {} : { accessKeyId: source.accessKeyId }),
      buckets: buckets.map(({ name }) => name),
      kmsKeyArns: buckets.flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []),
      lastAccessed,
    },
    (overrides) => connector.clients({ ...own, ...session, ...overrides }),
    signal,
  );
}

/** The session of the auditor's role. @throws KitError that says why there is none */
async function assumeAuditor(clients: AwsClients, RoleArn: string, signal: AbortSignal): Promise<AwsCredentials> {
  const sts = await clients.sts();
  const request = { RoleArn, RoleSessionName: 'channelmix-s3-audit', DurationSeconds: SESSION_SECONDS };
  const answer = await callAws((options) => sts.assumeRole(request, options), { signal, host: clients.host });
  if (!answer.ok) throw auditorError(answer.failure, RoleArn, clients.host);
  const session = readSession(answer.value);
  if (session !== undefined) return session.credentials;
  throw new KitError('service', `${clients.host} gave no session of ${RoleArn}`);
}

function auditorError({ kind, code, message }: Failure, role: string, host: string): KitError {
  const said = `${code}: ${message}`;
  switch (kind) {
    case 'interrupted':
      return new KitError('interrupted', 'interrupted before the role of the auditor was assumed');
    case 'denied':
    case 'not-found':
      return new KitError('credentials', `the role of the auditor cannot be assumed: ${role} (${said})`, {
        hint: 'Its trust policy has to name the account of these credentials, and they need sts:AssumeRole on it.',
      });
    case 'credentials':
    case 'expired':
    case 'clock-skew':
      return new KitError('credentials', `these credentials cannot be used (${said})`, {
        hint: 'Sign in again, or name a profile with --profile.',
      });
    case 'network':
    case 'timeout':
      return new KitError('network', `${host} could not be reached (${said})`);
    default:
      return new KitError('service', `${host} could not answer when ${role} was assumed (${said})`);
  }
}
