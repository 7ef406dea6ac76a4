import { type Connect, readAuditDocuments, readCaller } from '../../aws/index.ts';
import type { AuditDocuments } from '../../model/audit-documents.ts';

/** What is audited at AWS: a role, or a user by its ARN, its name or one of its access keys. */
export interface LiveTarget {
  readonly roleArn?: string;
  readonly user?: string;
  readonly accessKeyId?: string;
  /** Empty: those that the policies name. */
  readonly buckets: readonly string[];
  readonly kmsKeyArns: readonly string[];
  /** Whether IAM is asked what was called last, which takes some seconds. */
  readonly lastAccessed: boolean;
}

/**
 * Reads what an audit judges from AWS, by calls that change nothing; what they need is `auditPermissions`.
 *
 * @param connect makes clients of one set of credentials, of the account that is audited
 * @throws KitError `input` when there is no such principal; `credentials`, `network` or `service` when nothing can be read; `interrupted`
 */
export async function readLive(target: LiveTarget, connect: Connect, signal: AbortSignal): Promise<AuditDocuments> {
  const { roleArn, user, accessKeyId, ...wanted } = target;
  const caller = await readCaller(connect(), signal);
  const principalArn = roleArn ?? user ?? accessKeyId ?? caller.arn;
  return readAuditDocuments(connect, { ...wanted, principalArn, caller }, signal);
}
