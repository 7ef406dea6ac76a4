import { Readable } from 'node:stream';
import { S3Client, type S3ClientConfig, S3ServiceException } from '@aws-sdk/client-s3';
import { compilePolicy } from '../../../src/evaluate/index.ts';
import type { JsonValue } from '../../../src/model/policy.ts';
import { createAuthorizer } from '../../../src/sandbox/authorize.ts';
import {
  AwsError,
  type AwsRequest,
  type Caller,
  type PrincipalDirectory,
  type ServiceModule,
} from '../../../src/sandbox/contract.ts';
import { s3ErrorAnswer } from '../../../src/sandbox/http/answer.ts';
import { createKeyStore, type KeyStore } from '../../../src/sandbox/kms/store.ts';
import { createS3 } from '../../../src/sandbox/s3/index.ts';
import { type Payload, readPayload } from '../../../src/sandbox/sigv4/payload.ts';

/** The client's account, that of ChannelMix, and a third. */
export const CLIENT = '111122223333';
export const CHANNELMIX = '031871504755';

const NO_ORGANIZATION = {
  control: { set: () => undefined },
  idOf: () => undefined,
  pathOf: () => undefined,
  tree: () => undefined,
  scps: () => undefined,
  rcps: () => undefined,
  generation: () => 0,
};

const principals: PrincipalDirectory = {
  accounts: [CLIENT, CHANNELMIX],
  idOf: () => undefined,
  arnOf: () => undefined,
  toStored: (document) => document,
  toShown: (document) => document,
};

export function rootOf(account: string): Caller {
  const arn = `arn:aws:iam::${account}:root`;
  return {
    kind: 'root',
    account,
    arn,
    userId: account,
    context: { 'aws:PrincipalArn': arn, 'aws:PrincipalAccount': account },
    identity: [],
  };
}

function userOf(account: string, name: string, policy: JsonValue): Caller {
  const arn = `arn:aws:iam::${account}:user/${name}`;
  return {
    kind: 'user',
    account,
    arn,
    userId: `AIDA${name.toUpperCase()}`,
    context: { 'aws:PrincipalArn': arn, 'aws:PrincipalAccount': account, 'aws:username': name },
    identity: [compilePolicy(policy, { name, kind: 'identity' })],
  };
}

const ANONYMOUS: Caller = {
  kind: 'anonymous',
  account: 'anonymous',
  arn: '*',
  userId: 'anonymous',
  context: {},
  identity: [],
};

/** S3 without a network: the SDK's requests go straight to the service, their signatures unchecked. */
export interface S3Bench {
  readonly service: ServiceModule;
  readonly keys: KeyStore;
  readonly clock: { now: Date };
  /** The root user of the client's account. */
  readonly rootCaller: Caller;
  /** A client that signs as the account's root user. */
  readonly root: (account?: string, config?: S3ClientConfig) => S3Client;
  /** A client that signs as a user with that identity policy. */
  readonly user: (policy: JsonValue, account?: string, config?: S3ClientConfig) => S3Client;
  /** Sends a request as it would come over HTTP; `caller` undefined is anonymous. */
  readonly send: (request: RawRequest, caller?: Caller) => Promise<RawAnswer>;
}

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly region?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

async function bytesOf(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  if (body instanceof ReadableStream || body instanceof Readable) {
    const pieces: Uint8Array[] = [];
    for await (const piece of body as AsyncIterable<Uint8Array>) pieces.push(piece);
    return Buffer.concat(pieces);
  }
  throw new TypeError('a body that the bench does not know');
}

export function createBench(): S3Bench {
  const clock = { now: new Date('2026-11-24T12:00:00Z') };
  const now = (): Date => clock.now;
  const keys = createKeyStore({ now, principals, grantDelayMs: () => 0, partition: 'aws' });
  const environment = { now, region: 'us-east-1', principals, keys };
  const service = createS3(environment);
  const callers = new Map<string, Caller>();
  let requests = 0;
  let users = 0;

  const send = async (raw: RawRequest, caller: Caller = ANONYMOUS): Promise<RawAnswer> => {
    requests += 1;
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(raw.headers ?? {})) headers[name.toLowerCase()] = value;
    let payload: Payload | undefined;
    const request: AwsRequest = {
      id: String(requests),
      method: raw.method,
      host: raw.host ?? 'localhost',
      rawPath: raw.path,
      rawQuery: raw.query ?? '',
      headers,
      body: async () => {
        async function* source() {
          yield raw.body ?? Buffer.alloc(0);
        }
        const isComplete = service.operationOf(request) === 'CompleteMultipartUpload';
        const checked = isComplete
          ? Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('x-amz-checksum-')))
          : headers;
        payload ??= await readPayload(source(), {
          headers: checked,
          payloadHash: headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD',
          maxBytes: 1 << 30,
        });
        return payload.bytes;
      },
      trailers: () => payload?.trailers ?? {},
      sourceIp: '127.0.0.1',
      ...(caller.kind === 'anonymous'
        ? {}
        : { signature: { type: 'header' as const, region: raw.region ?? 'us-east-1', accessKeyId: 'AKIA' } }),
    };
    const base = { 'aws:SourceIp': '127.0.0.1', 'aws:SecureTransport': 'true' };
    const { authorize, isAllowed } = createAuthorizer(() => base, NO_ORGANIZATION);
    let answer: Awaited<ReturnType<ServiceModule['handle']>>;
    try {
      answer = await service.handle(request, {
        caller,
        authorize,
        isAllowed,
        now: environment.now,
        region: 'us-east-1',
      });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      answer = s3ErrorAnswer(error, { id: request.id, hostId: 'host' }, raw.path);
    }
    const bodiless = raw.method === 'HEAD' || answer.status === 304 || answer.status === 204;
    const body = bodiless ? Buffer.alloc(0) : await bytesOf(answer.body);
    return { status: answer.status, headers: { 'content-length': String(body.length), ...answer.headers }, body };
  };

  const clientOf = (caller: Caller, config: S3ClientConfig): S3Client => {
    users += 1;
    const accessKeyId = `AKIA${users}`;
    callers.set(accessKeyId, caller);
    return new S3Client({
      endpoint: 'http://localhost:4566',
      region: 'us-east-1',
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId, secretAccessKey: 'secret' },
      ...config,
      requestHandler: {
        handle: async (request: {
          method: string;
          path: string;
          hostname: string;
          query?: Record<string, string | string[] | null>;
          headers: Record<string, string>;
          body?: unknown;
        }) => {
          const query = Object.entries(request.query ?? {})
            .map(([name, value]) =>
              value === null
                ? encodeURIComponent(name)
                : `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
            )
            .join('&');
          const scope = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(request.headers.authorization ?? '');
          const answer = await send(
            {
              method: request.method,
              path: request.path,
              query,
              host: request.hostname,
              headers: request.headers,
              body: await bytesOf(request.body),
              region: scope?.[2] ?? 'us-east-1',
            },
            callers.get(scope?.[1] ?? ''),
          );
          return {
            response: {
              statusCode: answer.status,
              headers: { ...answer.headers },
              body: Readable.from(answer.body.length === 0 ? [] : [answer.body]),
            },
          };
        },
      } as unknown as NonNullable<S3ClientConfig['requestHandler']>,
    });
  };

  return {
    service,
    keys,
    clock,
    rootCaller: rootOf(CLIENT),
    send,
    root: (account = CLIENT, config = {}) => clientOf(rootOf(account), config),
    user: (policy, account = CLIENT, config = {}) => clientOf(userOf(account, `user${users}`, policy), config),
  };
}

/** Code and status with which a call fails; the test fails when it does not. */
export async function failure(
  call: Promise<unknown>,
): Promise<{ code: string; status: number | undefined; message: string }> {
  try {
    await call;
  } catch (error) {
    if (error instanceof S3ServiceException) {
      return { code: error.name, status: error.$metadata.httpStatusCode, message: error.message };
    }
    throw error;
  }
  throw new Error('the call succeeded');
}

/** A statement of a policy as a test writes it. */
export type Statement = { readonly [element: string]: JsonValue };

/** A policy of these statements. */
export const document = (...statements: Statement[]): JsonValue => ({ Version: '2012-10-17', Statement: statements });
/** A statement that allows. */
export const allow = (Action: string | string[], Resource: string | string[], Condition?: JsonValue): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

/** A refusal as `failure` gives it. */
export const denied = (code = 'AccessDenied') => ({ code, status: 403 });
