import {
  chmod,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal, rewriteJournal } from '../../src/verify/journal-file.ts';
import { isProbeKey, parseJournal, readJournals } from '../../src/verify/journal-read.ts';
import { stateDirectory } from '../../src/verify/state-dir.ts';

const RUN = 'a'.repeat(32);
const KEY = `folder/.channelmix-verify/${'b'.repeat(32)}`;
const facts = {
  runId: RUN,
  mode: 'channelmix',
  bucket: 'my-bucket',
  roleArn: 'arn:aws:iam::111122223333:role/x',
} as const;
const now = () => new Date();
const entry = { id: 'b'.repeat(32), kind: 'object', bucket: 'my-bucket', key: KEY } as const;

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterEach(async () => {
  await chmod(directory, 0o700);
  await rm(directory, { recursive: true });
});

const file = () => join(directory, 'runs', `verify-${RUN}.json`);

test('the journal is on disk before an addition resolves, for nobody but the user', async () => {
  const journal = await openJournal(directory, facts, now);
  expect((await stat(file())).mode & 0o777).toBe(0o600);
  expect((await stat(join(directory, 'runs'))).mode & 0o777).toBe(0o700);
  await journal.add(entry);
  expect(parseJournal(file(), await readFile(file(), 'utf8'))?.entries).toMatchObject([
    { ...entry, state: 'intended' },
  ]);
  await journal.update(entry.id, { state: 'created', versionIds: ['v1'] });
  expect(parseJournal(file(), await readFile(file(), 'utf8'))?.entries).toMatchObject([{ versionIds: ['v1'] }]);
  await journal.remove(entry.id);
  await journal.close();
  expect(await readdir(join(directory, 'runs'))).toEqual([]);
});

test('additions of one moment share one write', async () => {
  const journal = await openJournal(directory, facts, now);
  await Promise.all(['c', 'd', 'e'].map((id) => journal.add({ ...entry, id })));
  expect(parseJournal(file(), await readFile(file(), 'utf8'))?.entries).toHaveLength(3);
  await journal.close();
  expect(parseJournal(file(), await readFile(file(), 'utf8'))).toMatchObject({ ended: true });
});

test('a journal of a run that lives is told from those of dead runs', async () => {
  const journal = await openJournal(directory, facts, now);
  await journal.add(entry);
  expect(await readJournals(directory, Date.now())).toMatchObject({ live: [{ runId: RUN }], dead: [] });
  const text = await readFile(file(), 'utf8');
  for (const [from, to] of [
    [/"pid":\d+/, '"pid":4194999'],
    [/"start":"\d+"/, '"start":"1"'],
    [/"boot":"[^"]+"/, '"boot":"another"'],
  ] as const) {
    await writeFile(file(), text.replace(from, to));
    expect(await readJournals(directory, Date.now())).toMatchObject({ live: [], dead: [{ runId: RUN }] });
  }
  await writeFile(file(), text.replace(/"host":"[^"]+"/, '"host":"another"'));
  expect(await readJournals(directory, Date.now())).toMatchObject({ live: [{ runId: RUN }] });
  expect(await readJournals(directory, Date.now() + 31 * 60_000)).toMatchObject({ live: [], dead: [{ runId: RUN }] });
});

test.each([
  ['a folder that may not be written', async () => chmod(directory, 0o500), 'EACCES'],
  ['a file where the folder should be', async () => writeFile(join(directory, 'runs'), ''), 'EEXIST'],
  ['a link where the folder should be', async () => symlink(tmpdir(), join(directory, 'runs')), 'ENOTDIR'],
])('%s: the run does not start, and the path is named', async (_name, prepare, code) => {
  await prepare();
  const asRoot = process.getuid?.() === 0 && code === 'EACCES';
  if (asRoot) return;
  await expect(openJournal(directory, facts, now)).rejects.toMatchObject({
    code: 'state',
    message: expect.stringContaining(join(directory, 'runs')),
  });
});

test('a full disk: the run does not start', async () => {
  // /dev/full answers every write with ENOSPC; a name that exists already cannot be made anew.
  await mkdir(join(directory, 'runs'), { mode: 0o700 });
  await symlink('/dev/full', `${file()}.tmp`);
  await expect(openJournal(directory, facts, now)).rejects.toMatchObject({ code: 'state' });
  expect((await lstat('/dev/full')).isCharacterDevice()).toBe(true);
});

test('a journal that is cut off at any byte, or is none, is neither used nor removed', async () => {
  const journal = await openJournal(directory, facts, now);
  await journal.add(entry);
  await journal.add({ ...entry, id: 'c'.repeat(32) });
  const text = (await readFile(file(), 'utf8')).trimEnd();
  expect(text.length).toBeGreaterThan(500);
  for (let length = 0; length < text.length; length++) expect(parseJournal('x', text.slice(0, length))).toBeUndefined();
  for (const wrong of [
    'null',
    '[]',
    '{}',
    '{"kind":"channelmix-s3 verify","schemaVersion":2}',
    '\u0000',
    '{"__proto__":1}',
  ])
    expect(parseJournal('x', wrong)).toBeUndefined();
  await writeFile(file(), text.slice(0, 300));
  expect((await readJournals(directory, Date.now())).unreadable).toEqual([file()]);
  expect((await readFile(file(), 'utf8')).length).toBe(300);
});

test('a journal that names what no run makes is none', async () => {
  const journal = await openJournal(directory, facts, now);
  await journal.add(entry);
  const text = await readFile(file(), 'utf8');
  expect(parseJournal('x', text)).toBeDefined();
  for (const key of [
    'report.csv',
    `x${'b'.repeat(32)}`,
    `a.channelmix-verify/${'b'.repeat(32)}`,
    '.channelmix-verify/',
  ]) {
    expect(parseJournal('x', text.replace(KEY, key)), key).toBeUndefined();
  }
});

test.each([
  [`.channelmix-verify/${'0'.repeat(32)}`, true],
  [`a/b/.channelmix-verify/${'0'.repeat(32)}`, true],
  [`.channelmix-verify/${'0'.repeat(32)} a+b&c%2Bd=é漢.csv`, true],
  [`.channelmix-verify/${'0'.repeat(31)}`, false],
  [`.channelmix-verify/${'0'.repeat(33)}`, false],
  [`.channelmix-verify/${'0'.repeat(32)}/report.csv`, false],
  [`x.channelmix-verify/${'0'.repeat(32)}`, false],
])('%s is a key of a probe: %s', (key, expected) => {
  expect(isProbeKey(key)).toBe(expected);
});

test.each([
  [{ CHANNELMIX_S3_STATE_DIR: '/x' }, 'linux', '/x'],
  [{ XDG_STATE_HOME: '/s' }, 'linux', '/s/channelmix-s3'],
  [{ XDG_STATE_HOME: 'relative', HOME: '/home/ann' }, 'linux', '/home/ann/.local/state/channelmix-s3'],
  [{ HOME: '/Users/ann' }, 'darwin', '/Users/ann/.local/state/channelmix-s3'],
] as const)('the state directory of %j on %s is %s', (env, platform, expected) => {
  expect(stateDirectory(env, platform)).toBe(expected);
});

test('a relative state directory is refused', () => {
  expect(() => stateDirectory({ CHANNELMIX_S3_STATE_DIR: 'x' })).toThrow('no absolute path');
});

test('runs that sweep the same dead journal at once do not hinder each other', async () => {
  const journal = await openJournal(directory, facts, now);
  await journal.add(entry);
  await journal.close();
  const { dead } = await readJournals(directory, Date.now());
  const sweepers = Array.from({ length: 20 }, () => dead.map((one) => rewriteJournal(one, { trust: undefined })));
  await Promise.all(sweepers.flat());
  expect(await readdir(join(directory, 'runs'))).toEqual([`verify-${RUN}.json`]);
  expect(await readJournals(directory, Date.now())).toMatchObject({ dead: [{ runId: RUN, entries: [entry] }] });
});

test('what a killed sweeper was writing is removed after a minute', async () => {
  const journal = await openJournal(directory, facts, now);
  const half = `${file()}.${'0'.repeat(16)}.tmp`;
  await writeFile(half, '{');
  await utimes(half, new Date(0), new Date(0));
  await readJournals(directory, Date.now());
  expect(await readdir(join(directory, 'runs'))).toContain(`verify-${RUN}.json.${'0'.repeat(16)}.tmp`);
  await journal.close();
  await readJournals(directory, Date.now());
  expect(await readdir(join(directory, 'runs'))).toEqual([]);
});
