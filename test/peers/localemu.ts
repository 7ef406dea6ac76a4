import { existsSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SCRIPTS } from './environment.ts';
import { freePort, startServer } from './processes.ts';

/** The accounts of the tests: the client, ChannelMix, a third that has no business here, and a client whose account is audited. */
export const ACCOUNTS = {
  client: '111122223333',
  channelMix: '031871504755',
  stranger: '444455556666',
  audited: '222233334444',
} as const;

/** LocalEmu as it runs for the tests. */
export interface LocalEmu {
  /** TLS, so that a bucket policy which refuses plain HTTP lets the clients in. */
  readonly endpoint: string;
  readonly plainEndpoint: string;
  /** Its certificate, which clients have to trust. */
  readonly certificate: string;
  readonly log: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

/**
 * Starts LocalEmu on loopback with IAM enforced; an account number as access key id and secret is that account's root user there.
 *
 * @param python of the environment that has LocalEmu
 */
export async function startLocalEmu(python: string): Promise<LocalEmu> {
  const home = await mkdtemp(join(tmpdir(), 'channelmix-localemu-'));
  const removeHome = (): void => rmSync(home, { recursive: true, force: true });
  process.once('exit', removeHome);
  const port = await freePort();
  const plainEndpoint = `http://localhost:${port}`;
  const certificate = join(home, 'server.pem');
  const log = join(home, 'localemu.log');
  const server = await startServer(python, [join(SCRIPTS, 'localemu_server.py')], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      TMPDIR: home,
      PYTHONUNBUFFERED: '1',
      // Kept from one run to the next, since nothing is compiled at installation, and out of the source tree.
      PYTHONPYCACHEPREFIX: join(dirname(dirname(python)), 'pycache'),
      GATEWAY_LISTEN: `127.0.0.1:${port}`,
      CUSTOM_SSL_CERT_PATH: certificate,
      IAM_ENFORCEMENT: '1',
      ROOT_ACCESS_KEYS: Object.values(ACCOUNTS).join(','),
    },
    log,
    probe: `http://127.0.0.1:${port}/_localemu/health`,
    seconds: 90,
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    process.off('exit', removeHome);
    removeHome();
  };
  if (!existsSync(`${certificate}.crt`)) {
    await stop();
    throw new Error('LocalEmu made no certificate: TLS cannot be used');
  }
  return {
    endpoint: `https://localhost:${port}`,
    plainEndpoint,
    certificate: `${certificate}.crt`,
    log,
    pid: server.pid,
    stop,
  };
}
