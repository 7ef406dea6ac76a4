import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { SCRIPTS } from './environment.ts';
import { NO_PROFILE } from './generated-script.ts';

/** The AWS CLI as shell scripts call it in the tests. */
export interface ForkedCli {
  /** Folder in which it is `aws`. */
  readonly path: string;
  readonly stop: () => Promise<void>;
}

/**
 * Loads the AWS CLI into a process of which each call is a fork: a script of thirty calls would wait half a minute for the imports. The
 * process ends with `stop`, and with this one.
 *
 * @param python of the environment that has the AWS CLI
 * @throws Error with its own words when it cannot be loaded
 */
export async function startForkedCli(python: string): Promise<ForkedCli> {
  const path = await mkdtemp(join(tmpdir(), 'channelmix-cli-'));
  const socket = join(path, 'socket');
  const server = spawn(python, [join(SCRIPTS, 'aws_server.py'), socket], {
    env: { PATH: process.env.PATH ?? '', ...NO_PROFILE },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stop = async (): Promise<void> => {
    server.kill();
    await rm(path, { recursive: true, force: true });
  };
  const words: string[] = [];
  server.stderr.on('data', (chunk: Buffer) => words.push(chunk.toString()));
  const [ready] = await Promise.race([once(createInterface(server.stdout), 'line'), once(server, 'close')]);
  if (ready !== 'ready') {
    await stop();
    throw new Error(`the AWS CLI could not be loaded:\n${words.join('')}`);
  }
  const client = `#!/bin/sh\nexec '${python}' -IS '${join(SCRIPTS, 'aws_client.py')}' '${socket}' "$@"\n`;
  await writeFile(join(path, 'aws'), client, { mode: 0o755 });
  return { path, stop };
}
