import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPython, PYTHON_HELP, prepareEnvironment, SCRIPTS } from '../peers/environment.ts';
import { startLocalEmu } from '../peers/localemu.ts';
import { freePort, startServer } from '../peers/processes.ts';

/** An emulator that the sandbox is compared with. */
export interface PeerServer {
  readonly name: 'localemu' | 'moto';
  /** Plain HTTP. */
  readonly endpoint: string;
  readonly pid: number;
  /** Switches authorization on, after what it needs was created. */
  readonly enforce: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts the peers of the benchmark, each from a virtual environment of its own, which is made when it is missing. Empty, with a word about
 * it, where there is no Python for them.
 */
export async function startPeerServers(note: (line: string) => void): Promise<readonly PeerServer[]> {
  const python = await findPython();
  if (python === undefined) {
    note(PYTHON_HELP);
    return [];
  }
  return [
    await localEmu(await prepareEnvironment('localemu', python, note)),
    await moto(await prepareEnvironment('moto', python, note)),
  ];
}

/** IAM is enforced from the start. */
async function localEmu(python: string): Promise<PeerServer> {
  const { plainEndpoint, pid, stop } = await startLocalEmu(python);
  const endpoint = plainEndpoint.replace('localhost', '127.0.0.1');
  return { name: 'localemu', endpoint, pid, enforce: async () => undefined, stop };
}

/** moto authorizes from the moment that it is told to. https://docs.getmoto.org/en/latest/docs/iam.html */
async function moto(python: string): Promise<PeerServer> {
  const home = await mkdtemp(join(tmpdir(), 'channelmix-moto-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const script = join(SCRIPTS, 'moto_server.py');
  const server = await startServer(python, [script, '--host', '127.0.0.1', '--port', String(port)], {
    env: { PATH: process.env.PATH ?? '', HOME: home, PYTHONDONTWRITEBYTECODE: '1' },
    log: join(home, 'moto.log'),
    probe: `${endpoint}/moto-api/`,
    seconds: 60,
  });
  const enforce = async (): Promise<void> => {
    const answer = await fetch(`${endpoint}/moto-api/reset-auth`, { method: 'POST', body: '0' });
    if (!answer.ok) throw new Error(`moto did not switch authorization on: ${answer.status}`);
  };
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  };
  return { name: 'moto', endpoint, pid: server.pid, enforce, stop };
}
