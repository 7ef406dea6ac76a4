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
