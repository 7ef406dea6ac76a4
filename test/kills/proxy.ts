import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** At which moment of a request something happens to it, or to the process that sent it. */
export const PHASES = ['before', 'effect', 'after'] as const;
export type Phase = (typeof PHASES)[number];

/** What happens to requests, counted from 1 since the last `arm`. */
export interface Trap {
  readonly at: number;
  readonly phase: Phase;
  /** `kill`: `spring` is called, and the request goes on; the others are done to `times` requests from the `at`-th on. */
  readonly kind: 'kill' | 'drop' | 'error' | 'throttle';
  readonly times: number;
  readonly spring: () => void;
}

/** A proxy between the command and the sandbox. */
export interface KillProxy {
  readonly endpoint: string;
  /** Sets a trap, or none, and counts from 1 again. */
  readonly arm: (trap: Trap | undefined) => void;
  readonly count: () => number;
  /** Requests with these methods that reached the sandbox since the last `arm`. */
  readonly writes: () => number;
  /** Resolves when no request is on its way any more. */
  readonly idle: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** An answer as the sandbox gave it. */
interface Answer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

/** Starts a proxy that hands every request on, byte for byte, and springs the trap. */
export async function startProxy(target: string): Promise<KillProxy> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  let trap: Trap | undefined;
  let count = 0;
  let writes = 0;
  let busy = 0;

  const forward = (message: IncomingMessage, body: Buffer): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method, url: path, rawHeaders } = message;
      const headers = pairs(rawHeaders).filter(([name]) => !/^(connection|transfer-encoding|expect)$/i.test(name));
      const length = headers.some(([name]) => /^content-length$/i.test(name))
        ? []
        : [['Content-Length', String(body.length)]];
      const out = request({
        hostname,
        port,
        method,
        path,
        agent,
        setHost: false,
        headers: [...headers, ...length].flat() as never,
      });
      out.on('response', (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 500, headers: answer.rawHeaders, body: Buffer.concat(chunks) }),
        );
      });
      out.on('error', reject);
      out.end(body);
    });

  async function serve(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    count += 1;
    const now = count;
    const body = Buffer.concat(chunks);
    const due = trap !== undefined && now >= trap.at && now < trap.at + trap.times ? trap : undefined;
    const strike = (phase: Phase): boolean => {
      if (due?.phase !== phase) return false;
      if (due.kind === 'kill') due.spring();
      return due.kind === 'drop';
    };
    if (strike('before')) return void message.socket.destroy();
    if (due?.kind === 'error' || due?.kind === 'throttle') {
      if (due.phase === 'before') return fault(message, response, due.kind);
    }
    if (isWrite(message)) writes += 1;
    const answer = await forward(message, body);
    if (strike('effect')) return void message.socket.destroy();
    if (due?.phase !== 'before' && due !== undefined && (due.kind === 'error' || due.kind === 'throttle')) {
      return fault(message, response, due.kind);
    }
    response.on('finish', () => {
      if (strike('after')) message.socket.destroy();
    });
    response.writeHead(answer.status, headersOf(answer.headers));
    response.end(message.method === 'HEAD' ? undefined : answer.body);
  }

  const server = createServer((message, response) => {
    busy += 1;
    // Whoever was killed has gone, and takes no answer any more.
    void serve(message, response)
      .catch(() => message.socket.destroy())
      .finally(() => {
        busy -= 1;
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arm: (next) => {
      trap = next;
      count = 0;
      writes = 0;
    },
    count: () => count,
    writes: () => writes,
    idle: async () => {
      while (busy > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    },
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** In S3 by the method; IAM and STS post everything, and of that nothing but the edit of a trust policy is made here. */
function isWrite({ method = '', headers }: IncomingMessage): boolean {
  const toS3 = /\/s3\/aws4_request/.test(headers.authorization ?? '');
  return toS3 && ['PUT', 'POST', 'DELETE'].includes(method);
}

/** What S3 or IAM and STS answer when they cannot, or do not want to. */
function fault(message: IncomingMessage, response: ServerResponse, kind: 'error' | 'throttle'): void {
  const toS3 = /\/s3\/aws4_request/.test(message.headers.authorization ?? '');
  const code = kind === 'error' ? 'InternalError' : toS3 ? 'SlowDown' : 'Throttling';
  const status = kind === 'error' ? 500 : toS3 ? 503 : 400;
  const inner = `<Code>${code}</Code><Message>later</Message>`;
  const text = toS3
    ? `<Error>${inner}<RequestId>0</RequestId></Error>`
    : `<ErrorResponse><Error><Type>Sender</Type>${inner}</Error><RequestId>0</RequestId></ErrorResponse>`;
  response.writeHead(status, { 'content-type': 'text/xml', 'x-amz-request-id': '0', 'x-amzn-requestid': '0' });
  response.end(message.method === 'HEAD' ? undefined : text);
}

function pairs(raw: readonly string[]): (readonly [string, string])[] {
  return Array.from(
    { length: raw.length / 2 },
    (_, index) => [raw[2 * index] ?? '', raw[2 * index + 1] ?? ''] as const,
  );
}

function headersOf(raw: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of pairs(raw)) {
    if (/^(connection|transfer-encoding|keep-alive)$/i.test(name)) continue;
    headers[name] = [...(headers[name] ?? []), value];
  }
  return Object.fromEntries(
    Object.entries(headers).map(([name, all]) => [name, all.length === 1 ? (all[0] ?? '') : all]),
  );
}
