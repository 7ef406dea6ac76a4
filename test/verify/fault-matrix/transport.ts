import { Readable } from 'node:stream';
import type { AwsClients } from '../../../src/aws/index.ts';
import type { VerifyPorts } from '../../../src/verify/index.ts';

/** An HTTP answer as the SDK has it before it reads it. */
export interface WireAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** One HTTP request of a run, as the last thing before it is sent. */
export interface SentRequest {
  /** `s3:PutObject`. */
  readonly operation: string;
  /** Which call of its operation it belongs to, from 1; the client's own retries belong to the same call. */
  readonly nth: number;
  readonly method: string;
  /** What it asks for, for comparison: the same for a call that is made again. */
  readonly target: string;
  /** The client makes no further attempt at this call. */
  readonly last: boolean;
}

/** What stands between a client and the network: may answer itself, not send, or drop what came. */
export type Interceptor = (request: SentRequest, send: () => Promise<WireAnswer>) => Promise<WireAnswer>;

interface Wire {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query?: Readonly<Record<string, unknown>>;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
}

type Next = (args: never) => Promise<{ readonly response: WireAnswer }>;

/** The ports with all their clients behind an interceptor, which sees every request that is sent, retries and cleanup included. */
export function intercepted(ports: VerifyPorts, intercept: Interceptor): VerifyPorts {
  const calls = new Map<string, number>();
  const counts = new Map<string, number>();
  const nthOf = (operation: string, invocation: string): number => {
    const known = calls.get(invocation);
    if (known !== undefined) return known;
    const nth = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, nth);
    calls.set(invocation, nth);
    return nth;
  };
  const middleware =
    (service: string) =>
    (next: Next, context: { readonly commandName?: string }): Next =>
    async (args) => {
      const { request } = args as unknown as Wire;
      const operation = `${service}:${(context.commandName ?? '').replace(/Command$/, '')}`;
      const { headers, body } = request;
      const [, attempt, most] = /attempt=(\d+); max=(\d+)/.exec(headers['amz-sdk-request'] ?? '') ?? [];
      const form = service === 's3' ? undefined : String(body);
      const sent = {
        operation,
        nth: nthOf(operation, headers['amz-sdk-invocation-id'] ?? ''),
        method: request.method,
        target: JSON.stringify([request.path, request.query, headers.range, headers['if-none-match'], form]),
        last: attempt === most || body instanceof Readable,
      };
      return { response: await intercept(sent, async () => (await next(args)).response) };
    };
  const watch = <C extends { readonly middlewareStack: { readonly add: (one: never, options: never) => void } }>(
    client: C,
    service: string,
  ): C => {
    const options = { step: 'deserialize', priority: 'low', name: 'interceptRequests', override: true };
    client.middlewareStack.add(middleware(service) as never, options as never);
    return client;
  };
  return {
    ...ports,
    clients: (overrides) => {
      const clients = ports.clients(overrides);
      const watched: AwsClients = {
        ...clients,
        s3: async () => watch(await clients.s3(), 's3'),
        sts: async () => watch(await clients.sts(), 'sts'),
      };
      return watched;
    },
  };
}

/** A text as the body of an answer. */
function bodyOf(text: string): Readable {
  return Readable.from([Buffer.from(text)]);
}

const PAGE = '<html><head><title>Bad Gateway</title></head><body>The upstream server did not answer.</body></html>';

/** What AWS, or what stands before it, answers when it cannot or will not serve: a proxy's pages for 502 and 504, without a request id. */
export function serviceFault(
  status: number,
  { operation, method }: Pick<SentRequest, 'operation' | 'method'>,
): WireAnswer {
  if (status === 502 || status === 504) {
    return {
      statusCode: status,
      headers: { 'content-type': 'text/html' },
      body: bodyOf(method === 'HEAD' ? '' : PAGE),
    };
  }
  const isS3 = operation.startsWith('s3:');
  const code = { 429: 'TooManyRequests', 500: 'InternalError', 503: isS3 ? 'SlowDown' : 'ServiceUnavailable' }[status];
  const inner = `<Code>${code}</Code><Message>Please try again.</Message>`;
  const text = isS3
    ? `<Error>${inner}<RequestId>F1</RequestId></Error>`
    : `<ErrorResponse><Error><Type>Receiver</Type>${inner}</Error><RequestId>F1</RequestId></ErrorResponse>`;
  const headers = { 'content-type': 'application/xml', 'x-amz-request-id': 'F1', 'x-amzn-requestid': 'F1' };
  return { statusCode: status, headers, body: bodyOf(method === 'HEAD' ? '' : text) };
}

/** A connection that broke before or after the request had its effect; or one that TLS never let be. */
export async function brokenConnection(
  how: 'before' | 'after' | 'tls',
  send: () => Promise<WireAnswer>,
): Promise<never> {
  if (how === 'tls') {
    throw Object.assign(new Error('certificate has expired'), { code: 'CERT_HAS_EXPIRED' });
  }
  if (how === 'after') {
    const { body } = await send();
    if (body instanceof Readable) body.destroy();
  }
  throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' });
}

/** Strikes one call of a run: its first `times` requests, and those of calls that ask for the same again once it has failed. */
export function strikeCall(
  { operation, nth }: Pick<SentRequest, 'operation' | 'nth'>,
  times: number,
  strike: Interceptor,
): { readonly intercept: Interceptor; readonly struck: () => number } {
  let struck = 0;
  let current: Pick<SentRequest, 'nth' | 'target' | 'last'> | undefined;
  const isMeant = (request: SentRequest): boolean => {
    if (request.operation !== operation || struck >= times) return false;
    if (current === undefined) return request.nth === nth;
    return request.nth === current.nth || (current.last && request.target === current.target);
  };
  return {
    intercept: (request, send) => {
      if (!isMeant(request)) return send();
      current = request;
      struck += 1;
      return strike(request, send);
    },
    struck: () => struck,
  };
}
