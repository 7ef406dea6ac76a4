import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a program left behind. `code` is -1 where it could not be started or was ended by a signal. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  /** The whole environment; the process's own when left out. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ends the program after this many seconds. */
  readonly seconds: number;
}

/** Runs a program to its end. Never rejects: what went wrong is in `code` and `stderr`. */
export function run(command: string, args: readonly string[], { env, seconds }: RunOptions): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    // Not `spawn`'s own limit: its timer stays when the program could not be started.
    const limit = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    const finish = (code: number, more = ''): void => {
      clearTimeout(limit);
      resolve({ code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() + more });
    };
    child.once('error', (error) => finish(-1, error.message));
    child.once('close', (code, signal) => finish(code ?? -1, signal === null ? '' : `\nended by ${signal}`));
  });
}

/** A port of the loopback interface that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** A server program that was started and answers. */
export interface ServerProcess {
  readonly pid: number;
  /** Ends the program and everything that it started. */
  readonly stop: () => Promise<void>;
}

interface ServerOptions {
  readonly env: Readonly<Record<string, string>>;
  /** Where stdout and stderr go. */
  readonly log: string;
  /** Answers once the server is ready. */
  readonly probe: string;
  readonly seconds: number;
}

/**
 * Starts a server in a process group of its own and waits until its probe answers. The group ends with `stop`, and with this
 * process; its standard input is a pipe that closes however this process dies, for programs that watch it.
 *
 * @throws Error with the end of the log when the server dies or is not ready in time
 */
export async function startServer(
  command: string,
  args: readonly string[],
  options: ServerOptions,
): Promise<ServerProcess> {
  const log = createWriteStream(options.log);
  const child = spawn(command, args, { env: options.env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const endWithUs = (): void => signalGroup(child, 'SIGKILL');
  process.once('exit', endWithUs);
  const stop = async (): Promise<void> => {
    signalGroup(child, 'SIGTERM');
    await Promise.race([ended, sleep(3_000)]);
    signalGroup(child, 'SIGKILL');
    await ended;
    process.off('exit', endWithUs);
    log.end();
  };
  const deadline = Date.now() + options.seconds * 1000;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    if (child.pid !== undefined && (await answers(options.probe))) return { pid: child.pid, stop };
    await sleep(100);
  }
  await stop();
  const end = (await readFile(options.log, 'utf8')).slice(-2000);
  throw new Error(`${command} was not ready after ${options.seconds} s or ended:\n${end}`);
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await answer.arrayBuffer();
    return true;
  } catch {
    // Not listening yet: the caller asks again until its deadline.
    return false;
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // No such process group: it is over already.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
