import { connect, type Socket } from 'node:net';

/** What to send, and for how long. The requests are complete, headers and all. */
export interface LoadJob {
  readonly port: number;
  readonly requests: readonly string[];
  readonly connections: number;
  readonly seconds: number;
}

/** Times in milliseconds. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly errors: number;
  readonly firstError: string;
}

/** Sends the requests over keep-alive connections, one at a time on each, until the time is over. Anything but 200 with 1 KiB is an error. */
export async function runLoad(job: LoadJob): Promise<LoadResult> {
  const times: number[] = [];
  const state = { next: 0, errors: 0, firstError: '', until: performance.now() + job.seconds * 1000 };
  const fail = (text: string): void => {
    state.errors += 1;
    if (state.firstError === '') state.firstError = text.slice(0, 400);
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: job.connections }, () => drive(job, state, times, fail)));
  const elapsed = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number): number =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
  return {
    perSecond: times.length / elapsed,
    p50: at(0.5),
    p99: at(0.99),
    errors: state.errors,
    firstError: state.firstError,
  };
}

/** One connection at a time; a server that closes it after an answer, as moto does, gets the next. */
async function drive(
  job: LoadJob,
  state: { next: number; readonly until: number },
  times: number[],
  fail: (text: string) => void,
): Promise<void> {
  while (performance.now() < state.until) await connection(job, state, times, fail);
}

function connection(
  job: LoadJob,
  state: { next: number; readonly until: number },
  times: number[],
  fail: (text: string) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect(job.port, '127.0.0.1');
    let buffer = '';
    let began = 0;
    const send = (): void => {
      began = performance.now();
      if (began >= state.until) {
        socket.destroy();
        return;
      }
      state.next = (state.next + 1) % job.requests.length;
      socket.write(job.requests[state.next] ?? '');
    };
    socket.setNoDelay(true);
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer for 10 s')));
    socket.on('connect', send);
    socket.on('data', (bytes) => {
      buffer += bytes.toString('latin1');
      const end = buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/^content-length: *(\d+)/im.exec(buffer.slice(0, end))?.[1] ?? 0);
      if (buffer.length < end + 4 + length) return;
      if (!buffer.startsWith('HTTP/1.1 200') || length !== 1024) fail(buffer);
      times.push(performance.now() - began);
      const closes = /^connection: *close/im.test(buffer.slice(0, end));
      buffer = '';
      if (closes) socket.destroy();
      else send();
    });
    socket.on('error', (error) => fail(String(error)));
    socket.on('close', () => resolve());
  });
}
