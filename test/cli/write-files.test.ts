import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeFiles } from '../../src/cli/write-whole.ts';

const files = [
  { path: 'Pulumi.yaml', text: 'name: x\n' },
  { path: 'src/index.ts', text: 'export {};\n' },
];
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'write-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const tree = async (): Promise<readonly string[]> => (await readdir(folder, { recursive: true })).sort();

it('writes files below a folder that is not there yet', async () => {
  await writeFiles(join(folder, 'a/b'), files, false);
  expect(await tree()).toEqual(['a', 'a/b', 'a/b/Pulumi.yaml', 'a/b/src', 'a/b/src/index.ts']);
  expect(await readFile(join(folder, 'a/b/src/index.ts'), 'utf8')).toBe('export {};\n');
});

it('writes none when one is there already, unless it is told to', async () => {
  await mkdir(join(folder, 'src'));
  await writeFile(join(folder, 'src/index.ts'), 'mine');
  await expect(writeFiles(folder, files, false)).rejects.toThrow(/src\/index\.ts exists already/);
  expect(await tree()).toEqual(['src', 'src/index.ts']);
  await writeFiles(folder, files, true);
  expect(await readFile(join(folder, 'src/index.ts'), 'utf8')).toBe('export {};\n');
  expect(await tree()).toEqual(['Pulumi.yaml', 'src', 'src/index.ts']);
});

it.each([
  ['a folder that is a link', 'src', /src is no folder/],
  ['a file that is a link', 'Pulumi.yaml', /Pulumi\.yaml is no regular file/],
])('does not follow %s out of the folder, not even with force', async (_, name, message) => {
  const outside = await mkdtemp(join(tmpdir(), 'outside-'));
  await symlink(name === 'src' ? outside : join(outside, 'file'), join(folder, name));
  await expect(writeFiles(folder, files, true)).rejects.toThrow(message);
  expect(await readdir(outside)).toEqual([]);
  expect(await tree()).toEqual([name]);
  await rm(outside, { recursive: true });
});

it('leaves nothing when a later file cannot be written', async () => {
  await writeFile(join(folder, 'src'), 'a file where a folder is needed');
  await expect(writeFiles(folder, files, false)).rejects.toThrow(/src is no folder/);
  await expect(writeFiles(join(folder, 'src'), files, true)).rejects.toThrow(/src is no folder/);
  const deep = [...files.slice(0, 1), { path: `${'x'.repeat(300)}/index.ts`, text: '' }];
  await expect(writeFiles(join(folder, 'new'), deep, false)).rejects.toThrow(/cannot be written \(ENAMETOOLONG\)/);
  expect(await tree()).toEqual(['src']);
  expect((await lstat(join(folder, 'src'))).isFile()).toBe(true);
});
