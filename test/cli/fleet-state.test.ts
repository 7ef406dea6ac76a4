import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { entryOf } from '../fleet/setup.ts';
import { runCli } from '../helpers.ts';

/** Something to audit that needs no AWS. */
const template = fileURLToPath(new URL('../../docs/examples/audit/template.yaml', import.meta.url));
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'channelmix-fleet-state-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (name: string) => join(folder, name);

/** Writes a file that is to stay as it is. */
function victim(name: string, text: string): string {
  const path = inFolder(name);
  writeFileSync(path, text);
  return path;
}

const fleet = (...args: readonly string[]) =>
  runCli(['fleet', ...args], { env: { CHANNELMIX_S3_STATE_DIR: inFolder('state') } });

describe('--state', () => {
  it.each(['verify', 'audit'])('of fleet %s never is the fleet file', async (action) => {
    const text = `clients:\n${entryOf('acme')}`;
    const file = victim('fleet.yaml', text);
    const { code, stderr } = await fleet(action, '-f', file, '--state', `${folder}/./fleet.yaml`);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is the fleet file, too')]);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(readdirSync(folder)).toEqual(['fleet.yaml']);
  });

  it.each(['--accept', '--former', '--out'])('never is the file of %s', async (flag) => {
    const former = inFolder('former.ndjson');
    await fleet('audit', template, '--output', 'ndjson', '--out', former);
    const file = flag === '--former' ? former : victim('file', 'accepted: []\n');
    const text = readFileSync(file, 'utf8');
    const force = flag === '--out' ? ['--force'] : [];
    const { code, stderr } = await fleet('audit', template, '--state', file, flag, file, ...force);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`is named by ${flag}, too`)]);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('never is what is audited, by whatever name', async () => {
    const file = inFolder('vs.json');
    copyFileSync(template, file);
    symlinkSync(folder, inFolder('same'));
    const { code, stderr } = await fleet('audit', file, '--state', join(inFolder('same'), 'vs.json'));
    expect([code, stderr]).toEqual([2, expect.stringContaining('is audited, too')]);
    expect(readFileSync(file)).toEqual(readFileSync(template));
  });

  it('never is a file, link or folder that holds anything else', async () => {
    const notes = victim('notes.txt', 'mine\n');
    symlinkSync(notes, inFolder('link'));
    for (const path of [notes, inFolder('link'), folder, `${folder}/`, '.']) {
      const { code, stdout, stderr } = await fleet('audit', template, '--state', path);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/cannot be the state file.*\n.*--state/s);
    }
    expect(readFileSync(notes, 'utf8')).toBe('mine\n');
    expect(readdirSync(folder).sort()).toEqual(['link', 'notes.txt']);
  });

  it('of another fleet is kept, and said to be', async () => {
    const state = inFolder('state.ndjson');
    const other = inFolder('other.yaml');
    copyFileSync(template, other);
    await fleet('audit', other, '--state', state);
    const before = readFileSync(state, 'utf8');
    const { code, stderr } = await fleet('audit', template, '--state', state);
    expect([code, stderr]).toEqual([2, expect.stringContaining('has results of another fleet, which would be lost')]);
    expect(readFileSync(state, 'utf8')).toBe(before);
    expect((await fleet('audit', other, template, '--state', state, '--resume')).stderr).toContain('1 of 2 are done');
  });

  it('that somebody replaces during a run gives no report of the other fleet', async () => {
    const state = inFolder('state.ndjson');
    const others = inFolder('others.ndjson');
    const other = inFolder('other.yaml');
    copyFileSync(template, other);
    await fleet('audit', other, '--output', 'ndjson', '--out', others);
    const replaced = setInterval(() => {
      if (existsSync(state) && existsSync(others)) renameSync(others, state);
    }, 1);
    const { code, stdout, stderr } = await fleet('audit', template, '--state', state);
    clearInterval(replaced);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toContain('was replaced during the run');
  });
});

describe('the command that goes on after an interrupt', () => {
  /** An interrupt that comes before anything is begun: the hint is of everything. */
  const interrupted = async (...args: readonly string[]) => {
    const env = { CHANNELMIX_S3_STATE_DIR: inFolder('state') };
    const { code, stderr } = await runCli(['fleet', ...args], { env, signal: AbortSignal.abort('SIGINT') });
    expect(code).toBe(130);
    const [, command = ''] = /^Next: channelmix-s3 (.*)$/m.exec(stderr) ?? [];
    return execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
  };

  it('has every option of an audit that its answer depends on, as a shell takes it, and works', async () => {
    const file = victim("o'q $x.yaml", `clients:\n${entryOf('acme')}`);
    const former = inFolder('former.ndjson');
    await fleet('audit', template, '--output', 'ndjson', '--out', former);
    const out = inFolder("o'q.ndjson");
    const options = ['--shard', '1/1', '--state', inFolder('my st.x'), '--concurrency', '2', '--threads', '1'];
    const audit = ['--accept', victim('ac 2.yaml', 'accepted: []\n'), '--fail-on', 'warning'];
    const more = ['--former', former, '--former', former, '--profile', 'p', '--region', 'eu-west-1'];
    const place = ['--endpoint-url', 'http://127.0.0.1:9', '--out', out, '--output', 'ndjson'];
    const words = ['audit', '-f', file, ...options, ...audit, ...more, ...place];
    const next = await interrupted(...words, '--skip-invalid', '--last-accessed');
    expect(next).toEqual(['fleet', ...words, '--force', '--skip-invalid', '--last-accessed', '--resume']);
    expect(await interrupted(...next.slice(1))).toEqual(next);
  });

  it('has those of a verify', async () => {
    const file = victim('fleet.yaml', `clients:\n${entryOf('acme')}`);
    const words = ['verify', '-f', file, '--as', 'simulate', '--probes', 'all', '--wait', '3s'];
    expect(await interrupted(...words)).toEqual(['fleet', ...words, '--resume']);
  });

  it('has those of files, and nothing that was not given', async () => {
    const next = await interrupted('audit', template, '--access', 'full');
    expect(next).toEqual(['fleet', 'audit', template, '--access', 'full', '--resume']);
  });
});
