import type { AccessKeyLastUsed, AccessKeyMetadata, User } from '@aws-sdk/client-iam';
import { type CallResult, callAws } from './call.ts';
import { type AwsClients, type AwsCredentials, type AwsOptions, createAwsClients } from './clients.ts';
import { isoOf } from './iso.ts';
import { watchServerClock } from './server-clock.ts';

/** An access key as IAM lists it. Times in ISO 8601, UTC. https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyMetadata.html */
export interface ListedKey {
  readonly id: string;
  /** `Active`, `Inactive` or `Expired`. */
  readonly status: string;
  readonly created: string;
}

/** When a key last signed a request, and of which service. https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html */
export interface KeyUsage {
  /** The user whose key it is. */
  readonly userName: string;
  /** Absent: never, or before AWS noted it (April 2015). */
  readonly last?: { readonly at: string; readonly service: string; readonly region: string };
}

/** A key that was made just now: the only time that its secret is known. */
export interface MadeKey extends ListedKey {
  readonly secretAccessKey: string;
}

/** A user of IAM. */
export interface KeyOwner {
  readonly name: string;
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** IAM's calls on the access keys of users, each bounded in time, none of which throws. */
export interface AccessKeyCalls {
  /** Whom they ask, for messages. */
  readonly host: string;
  /** Id of the key that signs them. */
  readonly signedBy: string;
  /** The service's time in milliseconds since 1970; `undefined` before it answered. */
  readonly serverTime: () => number | undefined;
  readonly user: (name: string, signal: AbortSignal) => Promise<CallResult<KeyOwner>>;
  readonly list: (userName: string, signal: AbortSignal) => Promise<CallResult<readonly ListedKey[]>>;
  readonly usage: (keyId: string, signal: AbortSignal) => Promise<CallResult<KeyUsage>>;
  /** One request, never repeated: whoever loses its answer has to look before another key is made. */
  readonly create: (userName: string, signal: AbortSignal) => Promise<CallResult<MadeKey>>;
  readonly setActive: (
    userName: string,
    keyId: string,
    active: boolean,
    signal: AbortSignal,
  ) => Promise<CallResult<unknown>>;
  readonly remove: (userName: string, keyId: string, signal: AbortSignal) => Promise<CallResult<unknown>>;
}

/**
 * The calls with these clients.
 *
 * @param options what the clients were made with
 * @throws what the SDK throws where there are no credentials: ask who the caller is first
 */
export async function accessKeyCalls(clients: AwsClients, options: AwsOptions): Promise<AccessKeyCalls> {
  const iam = await clients.iam();
  const credentials: AwsCredentials = await iam.config.credentials();
  const single = await createAwsClients({ ...options, credentials, maxAttempts: 1 }).iam();
  const serverTime = watchServerClock(iam);
  const { host } = clients;
  return {
    host,
    signedBy: credentials.accessKeyId,
    serverTime,
    user: async (UserName, signal) =>
      whole(await callAws((to) => iam.getUser({ UserName }, to), { signal, host }), ({ User }) => ownerOf(User)),
    list: async (UserName, signal) =>
      whole(await callAws((to) => iam.listAccessKeys({ UserName }, to), { signal, host }), (answer) => {
        // A user has two keys at most: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        const keys = answer.IsTruncated === true ? undefined : answer.AccessKeyMetadata?.map(listedKey);
        return keys?.every((key) => key !== undefined) === true ? keys : undefined;
      }),
    usage: async (AccessKeyId, signal) =>
      whole(
        await callAws((to) => iam.getAccessKeyLastUsed({ AccessKeyId }, to), { signal, host }),
        ({ UserName, AccessKeyLastUsed: last }) =>
          UserName === undefined || last === undefined ? undefined : { userName: UserName, ...lastUse(last) },
      ),
    create: async (UserName, signal) =>
      whole(await callAws((to) => single.createAccessKey({ UserName }, to), { signal, host }), ({ AccessKey }) => {
        const key = listedKey(AccessKey ?? {});
        const secretAccessKey = AccessKey?.SecretAccessKey;
        return key === undefined || secretAccessKey === undefined ? undefined : { ...key, secretAccessKey };
      }),
    setActive: (UserName, AccessKeyId, active, signal) =>
      callAws((to) => iam.updateAccessKey({ UserName, AccessKeyId, Status: active ? 'Active' : 'Inactive' }, to), {
        signal,
        host,
      }),
    remove: (UserName, AccessKeyId, signal) =>
      callAws((to) => iam.deleteAccessKey({ UserName, AccessKeyId }, to), { signal, host }),
  };
}

/** What an answer says; one that lacks what IAM always sends is no answer. */
function whole<A, T>(answer: CallResult<A>, read: (value: A) => T | undefined): CallResult<T> {
  if (!answer.ok) return answer;
  const value = read(answer.value);
  const { attempts } = answer;
  if (value !== undefined) return { ok: true, value, attempts };
  const message = 'the answer lacks what IAM always sends';
  return { ok: false, failure: { kind: 'unknown', code: 'IncompleteAnswer', message, attempts }, attempts };
}

function listedKey({ AccessKeyId: id, Status: status, CreateDate }: AccessKeyMetadata): ListedKey | undefined {
  const created = isoOf(CreateDate);
  return id === undefined || status === undefined || created === undefined ? undefined : { id, status, created };
}

function lastUse({ LastUsedDate, ServiceName = 'N/A', Region = 'N/A' }: AccessKeyLastUsed): Pick<KeyUsage, 'last'> {
  const at = isoOf(LastUsedDate);
  return at === undefined ? {} : { last: { at, service: ServiceName, region: Region } };
}

function ownerOf(user: User | undefined): KeyOwner | undefined {
  const { UserName: name, Arn: arn, Tags = [] } = user ?? {};
  if (name === undefined || arn === undefined) return undefined;
  return { name, arn, tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])) };
}
