import type { Caller } from '../aws/index.ts';
import { callAws, readAccessDocuments } from '../aws/index.ts';
import type { AccessDocuments } from '../model/access-documents.ts';
import { parseArn, parseRoleArn } from '../model/arn.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import type { Failure } from '../model/failure.ts';
import type { PolicyStatement } from '../model/policy.ts';
import { trustSid } from './journal-read.ts';
import type { VerifyPorts } from './ports.ts';
import { identify } from './prepare.ts';
import { type OpenedSession, openSession, sessionName } from './session.ts';
import type { VerifyTarget } from './target.ts';
import { openTrust } from './trust-edit.ts';

/** How long a temporary statement lets its caller in, in milliseconds. */
const TRUST_MS = 15 * 60_000;

/**
 * How the client gets a session of the role with their own credentials.
 *
 * - `own`: the credentials are a session of the role already
 * - `trusted`: the trust policy lets the caller in as it is
 * - `edit`: it has to be changed for some seconds; `principalArn` is who is let in
 */
export type ClientEntry =
  | { readonly kind: 'own' }
  | { readonly kind: 'trusted'; readonly session: OpenedSession }
  | { readonly kind: 'edit'; readonly principalArn: string; readonly trust: string };

/** What a verify with the client's own credentials will do. Nothing of it has been done. */
export interface ClientWay {
  readonly runId: string;
  readonly caller: Caller;
  readonly entry: ClientEntry;
  /** What could be read of the policies before anything was changed: tells whether ChannelMix can assume the role. */
  readonly documents: AccessDocuments;
}

/**
 * Finds out how the client can try the role with their own credentials. Changes nothing.
 *
 * @throws KitError `credentials` when these credentials cannot do it, in words; `input` when there is no such role; `network`, `service`
 */
export async function planClientWay(target: VerifyTarget, ports: VerifyPorts, signal: AbortSignal): Promise<ClientWay> {
  const roleArn = target.roleArn ?? '';
  const runId = ports.newId();
  const caller = await identify(ports, target, signal);
  checkAccount(caller, roleArn);
  const documents = readAccessDocuments(
    ports.clients,
    {
      principalArn: roleArn,
      bucket: target.bucket,
      caller,
      ...(target.kmsKeyArn === undefined ? {} : { kmsKeyArn: target.kmsKeyArn }),
      ...(target.otherBucket === undefined ? {} : { otherBucket: target.otherBucket }),
    },
    signal,
  );
  const [entry, read] = await Promise.all([findEntry(caller, roleArn, runId, ports, signal), documents]);
  return { runId, caller, entry, documents: read };
}

/**
 * The statement that lets one principal in, and nobody else, for 15 minutes.
 *
 * @param now the service's time in milliseconds since 1970
 */
export function temporaryStatement(
  runId: string,
  principalArn: string,
  now: number,
): PolicyStatement & { readonly Sid: string } {
  const expires = new Date(Math.floor((now + TRUST_MS) / 1_000) * 1_000).toISOString().replace('.000Z', 'Z');
  return {
    Sid: trustSid(runId),
    Effect: 'Allow',
    Principal: { AWS: principalArn },
    Action: 'sts:AssumeRole',
    Condition: {
      ArnEquals: { 'aws:PrincipalArn': principalArn },
      DateLessThan: { 'aws:CurrentTime': expires },
    },
  };
}

/** Only the role's own account can read and change its trust policy. */
function checkAccount({ arn, account }: Caller, roleArn: string): void {
  const resource = parseArn(arn)?.resource ?? '';
  const roleAccount = parseRoleArn(roleArn)?.account;
  if (account === CHANNELMIX_ACCOUNT_ID) {
    throw new KitError('credentials', `these are ChannelMix's credentials (${arn}), not the client's`, {
      hint: 'Leave out --as, or take --as channelmix.',
    });
  }
  if (account !== roleAccount) {
    throw new KitError(
      'credentials',
      `these credentials (${arn}) are of account ${account}, and the role is in ${roleAccount}: only credentials of the role's own account can read and change its trust policy`,
      { hint: 'Name credentials of that account with --profile NAME.' },
    );
  }
  if (resource === 'root') {
    throw new KitError('credentials', `the root user of account ${account} cannot assume a role`, {
      hint: 'Use a user or role of the account, or --as simulate, which assumes nothing.',
    });
  }
  if (resource.startsWith('federated-user/')) {
    throw new KitError('credentials', `${arn} is a federated user, which can neither call IAM nor assume a role`, {
      hint: 'Use a user or role of the account, or --as simulate, which assumes nothing.',
    });
  }
}

async function findEntry(
  caller: Caller,
  roleArn: string,
  runId: string,
  ports: VerifyPorts,
  signal: AbortSignal,
): Promise<ClientEntry> {
  const role = parseRoleArn(roleArn);
  const session = /^assumed-role\/([^/]+)\//.exec(parseArn(caller.arn)?.resource ?? '')?.[1];
  // Names of roles are unique in an account, whatever their path.
  if (session !== undefined && session === role?.name) return { kind: 'own' };
  // Tried as the trust policy is; where that is refused, the run itself finds out why.
  const opened = await openSession(ports.clients(), roleArn, sessionName(runId), signal);
  if (opened !== undefined) return { kind: 'trusted', session: opened };
  const [principalArn, trust] = await Promise.all([
    session === undefined ? caller.arn : sessionRole(session, caller, ports, signal),
    readTrust(roleArn, ports, signal),
  ]);
  return { kind: 'edit', principalArn, trust };
}

/** The role behind a session, with its path, which the session's ARN does not have. */
async function sessionRole(RoleName: string, caller: Caller, ports: VerifyPorts, signal: AbortSignal): Promise<string> {
  const clients = ports.clients();
  const iam = await clients.iam();
  const answer = await callAws((options) => iam.getRole({ RoleName }, options), { signal, host: clients.host });
  if (!answer.ok)
    throw iamError(answer.failure, `the role ${RoleName}, whose session these credentials are`, 'iam:GetRole');
  const arn = answer.value.Role?.Arn ?? '';
  if (parseRoleArn(arn)?.account === caller.account) return arn;
  throw new KitError('service', `IAM described another role than ${RoleName}`);
}

async function readTrust(roleArn: string, ports: VerifyPorts, signal: AbortSignal): Promise<string> {
  const trust = await openTrust(ports.clients(), roleArn, signal);
  const text = await trust.read();
  if (text.ok) return text.value;
  throw iamError(text.failure, `the trust policy of ${roleArn}`, 'iam:GetRole');
}

/** Why the client's way is closed, and what to do. */
export function iamError(failure: Failure, what: string, action: string): KitError {
  const said = `${failure.code}: ${failure.message}`;
  if (failure.code.startsWith('LimitExceeded')) {
    return new KitError('service', `there is no room for a temporary statement in ${what} (${said})`, {
      hint: 'Run this again when no other run is on, or take --as simulate, which changes nothing.',
    });
  }
  if (failure.code.startsWith('MalformedPolicyDocument')) {
    return new KitError('service', `IAM does not take ${what} again as it stands, so it was not changed (${said})`, {
      hint: 'Often it names a user or role that was deleted: an id such as AIDA… or AROA… in place of an ARN. Mend that first, or take --as simulate.',
    });
  }
  switch (failure.kind) {
    case 'denied':
      return new KitError('credentials', `these credentials may not use ${what}: ${action} was refused (${said})`, {
        hint: 'This way takes iam:GetRole and iam:UpdateAssumeRolePolicy. --as simulate changes nothing.',
      });
    case 'not-found':
      return new KitError('input', `there is no ${what} (${said})`, { hint: 'Check the ARN. Nothing was changed.' });
    case 'network':
    case 'timeout':
      return new KitError('network', `IAM could not be reached for ${what} (${said})`);
    case 'interrupted':
      return new KitError('interrupted', 'interrupted before anything was changed');
    default:
      return new KitError('service', `IAM could not answer about ${what} (${said})`);
  }
}
