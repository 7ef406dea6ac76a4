import type { AwsClients } from '../aws/index.ts';
import { parseRoleArn } from '../model/arn.ts';
import type { Leftover } from '../model/check.ts';
import type { Failure } from '../model/failure.ts';
import { awsCommand } from './commands.ts';
import type { FoundJournal } from './journal-read.ts';
import type { VerifyPorts } from './ports.ts';
import { openTrust, removeTemporary, type TrustPatience } from './trust-edit.ts';
import { temporaryStatements } from './trust-text.ts';

/** What came of temporary statements. */
export interface SweptTrust {
  readonly removed: number;
  readonly left: readonly Leftover[];
}

/** A trust policy that is full of statements of live runs has room again soon. */
const WAIT_MS = 5_000;

/**
 * The temporary statements in a role's trust policy that no live run needs: those that have expired, and those of dead runs.
 *
 * @param isDead whether a run's journal says that it is over; `undefined` where there is none: then only the expiry counts
 */
export async function deadStatements(
  clients: AwsClients,
  roleArn: string,
  isDead: (runId: string) => boolean | undefined,
  signal: AbortSignal,
): Promise<{ readonly sids: readonly string[] } | { readonly left: readonly Leftover[] }> {
  const trust = await openTrust(clients, roleArn, signal);
  const text = await trust.read();
  if (!text.ok) {
    if (text.failure.kind === 'not-found') return { sids: [] };
    return { left: [trustLeft(roleArn, undefined, text.failure)] };
  }
  const dead = temporaryStatements(text.value).filter(
    ({ runId, expires }) => isDead(runId) ?? (expires !== undefined && expires < trust.now()),
  );
  return { sids: dead.map(({ sid }) => sid) };
}

/** Takes temporary statements out of a role's trust policy, and nothing else. */
export async function sweepStatements(
  clients: AwsClients,
  roleArn: string,
  sids: readonly string[],
  ports: TrustPatience['ports'],
  signal: AbortSignal,
  original?: string,
): Promise<SweptTrust> {
  const trust = await openTrust(clients, roleArn, signal);
  const patience = { ports, signal, waitMs: WAIT_MS };
  const edit = await removeTemporary(trust, (sid) => sids.includes(sid), patience, original);
  if (edit.ok) return { removed: edit.changed ? sids.length : 0, left: [] };
  return { removed: 0, left: sids.map((sid) => trustLeft(roleArn, sid, edit.failure)) };
}

/** Takes a dead run's statement out of the trust policy that its journal names. */
export async function sweepJournalTrust(
  journal: FoundJournal,
  clients: AwsClients,
  callerAccount: string,
  ports: Pick<VerifyPorts, 'sleep' | 'random' | 'now'>,
  signal: AbortSignal,
): Promise<SweptTrust> {
  const { trust } = journal;
  if (trust === undefined) return { removed: 0, left: [] };
  if (parseRoleArn(trust.roleArn)?.account !== callerAccount) {
    return { removed: 0, left: [trustLeft(trust.roleArn, trust.sid)] };
  }
  return sweepStatements(clients, trust.roleArn, [trust.sid], ports, signal, trust.original);
}

/** A temporary statement that is, or may be, still there; it allows nothing any more 15 minutes after it was made. */
export function trustLeft(roleArn: string, sid: string | undefined, failure?: Failure): Leftover {
  const name = parseRoleArn(roleArn)?.name ?? '';
  const reason = failure === undefined || failure.kind === 'denied' ? 'refused' : 'failed';
  return sid === undefined
    ? {
        kind: 'statement',
        what: `may be there: temporary statements (ChannelMixVerify…) in the trust policy of role ${roleArn}, which expire by themselves`,
        command: awsCommand('iam', 'get-role', '--role-name', name),
        reason: 'unsure',
      }
    : {
        kind: 'statement',
        what: `statement ${sid} in the trust policy of role ${roleArn}, which expires by itself`,
        command: `channelmix-s3 sweep --role-arn ${roleArn}`,
        reason,
      };
}
