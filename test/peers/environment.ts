import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { run } from './processes.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Folder of the Python scripts. */
export const SCRIPTS = join(HERE, 'python');

/** Each has a virtual environment of its own, from a requirements file of that name. */
export type EnvironmentName = 'localemu' | 'clients' | 'moto' | 'lint' | 'checkov';

const OLDEST_MINOR = 12;
const FAVOURITES = ['python3.13', 'python3.12', 'python3.14', 'python3', 'python'];

/** How to get what is missing, in one paragraph. */
export const PYTHON_HELP = `The peers' tests need Python 3.${OLDEST_MINOR} or newer with venv and pip, and none was found. \
Get one by "apt-get install python3 python3-venv" (Debian 13, Ubuntu 24.04 or later), "brew install python@3.13", \
"pyenv install 3.13" or "uv python install 3.13", or name one in PEERS_PYTHON.`;

/**
 * The first Python that will do: 3.12 or newer, with `venv`. Looks at PEERS_PYTHON, PATH, pyenv's versions and uv's.
 * Returns undefined where there is none.
 */
export async function findPython(): Promise<string | undefined> {
  const named = process.env.PEERS_PYTHON;
  const candidates = named ? [named] : [...FAVOURITES, ...(await pyenvPythons()), ...(await uvPython())];
  for (const candidate of candidates) {
    const executable = await judge(candidate);
    if (executable !== undefined) return executable;
  }
  return undefined;
}

/** The real path of a Python that will do. A pyenv shim of a version that is not switched on answers with an error. */
async function judge(candidate: string): Promise<string | undefined> {
  const question = `import ensurepip, sys, venv; assert sys.version_info >= (3, ${OLDEST_MINOR}); print(sys.executable)`;
  const answer = await run(candidate, ['-c', question], { seconds: 20 });
  return answer.code === 0 ? answer.stdout.trim() : undefined;
}

async function pyenvPythons(): Promise<readonly string[]> {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  if (!existsSync(versions)) return [];
  const names = (await readdir(versions)).filter((name) => Number(/^3\.(\d+)/.exec(name)?.[1]) >= OLDEST_MINOR);
  return names
    .sort()
    .reverse()
    .map((name) => join(versions, name, 'bin', 'python'));
}

async function uvPython(): Promise<readonly string[]> {
  const found = await run('uv', ['python', 'find', '--no-python-downloads', `>=3.${OLDEST_MINOR}`], { seconds: 20 });
  return found.code === 0 ? [found.stdout.trim()] : [];
}

/**
 * A virtual environment with exactly what its requirements file pins, made under `.venv/peers` when it is missing or was made from
 * another file, by another Python or at another place. Returns the path of its Python.
 *
 * @throws Error with pip's own words when the installation fails
 */
export async function prepareEnvironment(
  name: EnvironmentName,
  python: string,
  note: (line: string) => void,
): Promise<string> {
  const folder = join(ROOT, '.venv', 'peers', name);
  const requirements = join(HERE, 'requirements', `${name}.txt`);
  const stampFile = join(folder, 'channelmix-stamp');
  const stamp = createHash('sha256')
    .update(await readFile(requirements))
    .update(`\0${python}\0${folder}`)
    .digest('hex');
  const executable = join(folder, 'bin', 'python');
  const isThere = async () => existsSync(stampFile) && (await readFile(stampFile, 'utf8')) === stamp;
  if (await isThere()) return executable;
  await withLock(`${folder}.lock`, async () => {
    // Another test file has made it in the meantime.
    if (!(await isThere())) await install({ name, folder, requirements, executable, python, note });
    await writeFile(stampFile, stamp);
  });
  return executable;
}

interface Installation {
  readonly name: EnvironmentName;
  readonly folder: string;
  readonly requirements: string;
  readonly executable: string;
  readonly python: string;
  readonly note: (line: string) => void;
}

async function install({ name, folder, requirements, executable, python, note }: Installation): Promise<void> {
  note(`installing ${name} (pip, once)`);
  const begun = Date.now();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await must(python, ['-m', 'venv', folder]);
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-input',
    '--no-deps',
    '--no-compile',
  ];
  await must(executable, [...pip, '--requirement', requirements]);
  note(`installed ${name} in ${Math.round((Date.now() - begun) / 1000)} s`);
}

/** No installation takes longer: a lock that is older is one of a process that was killed. */
const STALE_MS = 600_000;

/** One at a time, over processes: test files run side by side. */
async function withLock(path: string, act: () => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  for (;;) {
    const taken = await mkdir(path).then(
      () => true,
      () => false,
    );
    if (taken) break;
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > STALE_MS) await rm(path, { recursive: true, force: true });
    await sleep(200);
  }
  try {
    await act();
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

async function must(command: string, args: readonly string[]): Promise<void> {
  const done = await run(command, args, { seconds: 600 });
  if (done.code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${done.code}:\n${done.stderr.slice(-4000)}`);
}
