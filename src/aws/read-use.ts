import { setTimeout as delay } from 'node:timers/promises';
import pMap from 'p-map';
import type { Piece } from '../model/access-documents.ts';
import type { AccessKeyFacts, AuditPrincipal, ServiceAccess } from '../model/audit-documents.ts';
import type { IAM } from './clients.ts';
import { isoOf } from './iso.ts';
import { allPages, nextOf, notAsked, piece, type Read, ReadError, type Reader } from './reader.ts';

/** Keys of a user that are asked for at the same time; a user has two at most. */
const AT_ONCE = 2;

/** IAM takes some seconds to make the report of last use. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 3_000;
const PATIENCE_MS = 30_000;

interface LastUse {
  readonly user: string | undefined;
  readonly lastUsed: string | undefined;
}

/**
 * Whose key it is and when it was used last, asked once a key.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
 *
 * @throws ReadError
 */
export function readKeyUse(iam: IAM, reader: Reader, id: string): Promise<LastUse> {
  return reader.once(`access key ${id}`, async () => {
    const what: Read = { action: 'iam:GetAccessKeyLastUsed', of: `the last use of access key ${id}` };
    const { UserName, AccessKeyLastUsed } = await reader.call(what, (options) =>
      iam.getAccessKeyLastUsed({ AccessKeyId: id }, options),
    );
    return { user: UserName, lastUsed: isoOf(AccessKeyLastUsed?.LastUsedDate) };
  });
}

/** The access keys of a user, each with its last use. */
export async function readAccessKeys(iam: IAM, reader: Reader, user: string): Promise<AuditPrincipal['accessKeys']> {
  const what: Read = { action: 'iam:ListAccessKeys', of: `the access keys of user ${user}` };
  return piece(async () => {
    const keys = await allPages(what, async (Marker) => {
      const answer = await reader.call(what, (options) => iam.listAccessKeys({ UserName: user, Marker }, options));
      return {
        items: answer.AccessKeyMetadata ?? [],
        next: nextOf(answer),
      };
    });
    return pMap(
      keys,
      async ({ AccessKeyId: id = '', Status, CreateDate }): Promise<AccessKeyFacts> => ({
        id,
        active: Status === 'Active',
        created: isoOf(CreateDate) ?? '',
        lastUsed: await piece(async () => (await readKeyUse(iam, reader, id)).lastUsed),
      }),
      { concurrency: AT_ONCE },
    );
  });
}

/** Whether a user has a password. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetLoginProfile.html */
export async function readPassword(iam: IAM, reader: Reader, user: string): Promise<AuditPrincipal['password']> {
  const what: Read = { action: 'iam:GetLoginProfile', of: `the password of user ${user}` };
  const found = await piece(async () => {
    const { LoginProfile } = await reader.call(what, (options) => iam.getLoginProfile({ UserName: user }, options));
    const created = isoOf(LoginProfile?.CreateDate);
    return created === undefined ? {} : { created };
  });
  // Of a user that is not there IAM says the same by the same code, in other words.
  const none =
    found.state === 'unreadable' && found.why.code === 'NoSuchEntity' && /login profile/i.test(found.why.said);
  return none ? { state: 'absent' } : found;
}

/**
 * What a role or user called last of each service that its policies allow: one call that has IAM make a report, and one for each time that
 * IAM is asked whether it is done.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html
 *
 * @param wanted `false`: it is not asked for
 */
export async function readLastAccessed(
  iam: IAM,
  reader: Reader,
  arn: string,
  wanted: boolean,
  signal: AbortSignal,
): Promise<Piece<readonly ServiceAccess[]>> {
  const of = `what ${arn} called last`;
  const begin: Read = { action: 'iam:GenerateServiceLastAccessedDetails', of };
  const get: Read = { action: 'iam:GetServiceLastAccessedDetails', of };
  if (!wanted) return notAsked(of, begin.action, 'it was not wanted');
  return piece(async () => {
    const { JobId } = await reader.call(begin, (options) =>
      iam.generateServiceLastAccessedDetails({ Arn: arn, Granularity: 'ACTION_LEVEL' }, options),
    );
    const end = performance.now() + PATIENCE_MS;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const services = await allPages(get, async (Marker) => {
        const answer = await reader.call(get, (options) =>
          iam.getServiceLastAccessedDetails({ JobId, Marker }, options),
        );
        if (answer.JobStatus === 'FAILED') throw broken(get, `IAM could not make the report: ${answer.Error?.Message}`);
        const items = answer.JobStatus === 'COMPLETED' ? (answer.ServicesLastAccessed ?? []) : [undefined];
        return { items, next: nextOf(answer) };
      });
      const done = services.flatMap((service) => service ?? []);
      if (done.length === services.length) return done.map(serviceOf);
      if (performance.now() + pause > end) throw broken(get, `the report was not made within ${PATIENCE_MS / 1000} s`);
      // Ends early when the signal is aborted; the next call then says so.
      await delay(pause, undefined, { signal }).catch(() => undefined);
    }
  });
}

function broken({ action, of }: Read, said: string): ReadError {
  return new ReadError({ what: of, action, kind: 'server', said }, 'NoReport');
}

interface SdkService {
  readonly ServiceNamespace?: string | undefined;
  readonly LastAuthenticated?: Date | undefined;
  readonly TrackedActionsLastAccessed?:
    | readonly { readonly ActionName?: string | undefined; readonly LastAccessedTime?: Date | undefined }[]
    | undefined;
}

function serviceOf({ ServiceNamespace, LastAuthenticated, TrackedActionsLastAccessed }: SdkService): ServiceAccess {
  const actions = TrackedActionsLastAccessed?.flatMap(({ ActionName: name, LastAccessedTime: last }) =>
    name === undefined ? [] : [{ name, ...lastAccessed(last) }],
  );
  return {
    service: ServiceNamespace ?? '',
    ...lastAccessed(LastAuthenticated),
    ...(actions === undefined || actions.length === 0 ? {} : { actions }),
  };
}

function lastAccessed(date: Date | undefined): Pick<ServiceAccess, 'lastAccessed'> {
  const last = isoOf(date);
  return last === undefined ? {} : { lastAccessed: last };
}
