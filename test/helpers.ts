import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type Context, makeStyle } from '../src/cli/context.ts';
import { main } from '../src/cli/main.ts';

/** What a run of the command line left: exit code and the two streams. */
export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Journals of runs in tests, so that none is written to the user's own folder. */
const stateDirectory = join(tmpdir(), `channelmix-s3-test-${process.pid}`);
process.once('exit', () => rmSync(stateDirectory, { recursive: true, force: true }));

/** Runs the command line in this process, off a terminal, as a script would. */
export async function runCli(argv: readonly string[], changes: Partial<Context> = {}): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  const context: Context = {
    out: (text) => {
      stdout += text;
    },
    note: (line) => {
      stderr += `${line}\n`;
    },
    draw: (text) => {
      stderr += text;
    },
    readStdinLine: async () => '',
    readStdin: async () => '',
    streamStdin: () => Readable.from([]),
    askSecret: async () => '',
    askText: async () => '',
    askChoice: async (question) => {
      throw new Error(`nobody answers: ${question}`);
    },
    env: { CHANNELMIX_S3_STATE_DIR: stateDirectory },
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    stdinIsTerminal: false,
    columns: 80,
    rows: 24,
    style: makeStyle(false),
    outStyle: makeStyle(false),
    signal: new AbortController().signal,
    hurry: new AbortController().signal,
    unicode: true,
    ...changes,
  };
  const code = await main(argv, () => context);
  return { code, stdout, stderr };
}
