import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shellWord } from '../../src/model/shell.ts';

const bin = fileURLToPath(new URL('../../src/cli/bin.ts', import.meta.url));
const tsx = pathToFileURL(fileURLToPath(new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url))).href;
// util-linux: part of every Linux system, and absent or different elsewhere.
const hasTerminal = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true;

const ENTER = '\r';
const DOWN = '\x1b[B';
const CTRL_C = '\x03';

let folder: string;
const children = new Set<ChildProcess>();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'channelmix-init-'));
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  rmSync(folder, { recursive: true });
});

/** The command line on a terminal of its own; keys are pressed once a question shows. */
function onTerminal(args: readonly string[]) {
  // A new terminal has no size, and everything would be one column wide.
  const command = `stty cols 100 rows 40 && exec ${[process.execPath, '--import', tsx, bin, ...args].map(shellWord).join(' ')}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '1' },
  });
  children.add(child);
  let shown = '';
  child.stdout.on('data', (data) => {
    shown += stripVTControlCharacters(String(data));
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  let from = 0;
  /** Waits until this is shown after what was waited for before. */
  const until = async (text: string) => {
    while (!shown.includes(text, from)) await new Promise((resolve) => setTimeout(resolve, 10));
    from = shown.indexOf(text, from) + text.length;
  };
  const press = (keys: string) => child.stdin.write(keys);
  return { until, press, exit, shown: () => shown };
}

describe.skipIf(!hasTerminal)('init on a real terminal', () => {
  it('asks, says what is wrong with an answer, shows the policy, and writes', async () => {
    const { until, press, exit, shown } = onTerminal(['init', join(folder, 'acme')]);
    await until('Which bucket');
    press(`My-Bucket${ENTER}`);
    await until('must not have uppercase letters');
    press(`${'\x7f'.repeat(9)}my-bucket${ENTER}`);
    await until('Is my-bucket there already?');
    press(DOWN + ENTER);
    await until('How shall ChannelMix get in?');
    press(ENTER);
    await until('What may it do?');
    press(ENTER);
    await until('Only one folder');
    press(`Client123/${ENTER}`);
    await until('"arn:aws:s3:::my-bucket/Client123/*"');
    await until('Write it');
    press(ENTER);
    expect(await exit, shown()).toBe(0);
    expect(readFileSync(join(folder, 'acme/channelmix.yaml'), 'utf8')).toContain('\nbucket: my-bucket\n');
  });

  it.each([
    ['at the first question', 0],
    ['at the last question', 4],
  ])('leaves nothing after Ctrl-C %s', async (_name, answered) => {
    const { until, press, exit, shown } = onTerminal(['init', join(folder, 'acme'), '--bucket', 'my-bucket']);
    for (const question of ['there already?', 'get in?', 'What may it do?', 'Only one folder'].slice(0, answered)) {
      await until(question);
      press(ENTER);
    }
    await until(answered === 0 ? 'there already?' : 'Write it');
    press(CTRL_C);
    expect(await exit, shown()).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(join(folder, 'acme'))).toBe(false);
  });
});
