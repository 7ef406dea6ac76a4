import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finished, run } from '../../peers/processes.ts';

/** What a run of a script left. */
export interface ScriptRun extends Finished {
  /** Every call of the AWS CLI, word by word. */
  readonly calls: readonly (readonly string[])[];
  /** Names in the folder for temporary files. */
  readonly temporary: readonly string[];
  /** The files that it wrote where it ran. */
  readonly files: Readonly<Record<string, { readonly text: string; readonly mode: number }>>;
}

interface RunOptions {
  readonly args?: readonly string[];
  /** Answers of the AWS CLI before the usual ones: lines of `case "$call" in`. */
  readonly answers?: string;
  readonly shell?: readonly string[];
  /** Where programs are looked for, beside the fake AWS CLI; an empty one has not even that. */
  readonly path?: string;
}

/** The word after a call in the record. */
const END = 'that was the call';

/** An account in which there is nothing, and where every change succeeds. */
const USUAL_ANSWERS = `
  *' get-caller-identity '*) printf '111122223333\\tarn:aws:iam::111122223333:user/admin\\n' ;;
  *' create-access-key '*) printf 'AKIAIOSFODNN7EXAMPLE\\tSECRETEXAMPLEKEY\\n' ;;
  *' get-bucket-location '*' new-'*) no NoSuchBucket ;;
  *' get-bucket-location '*) echo eu-west-1 ;;
  *' get-'* | *' list-'*) no NoSuchEntity ;;`;

/**
 * Runs a script with an AWS CLI that only records how it is called and answers from a list, in folders that are removed afterwards.
 * The judges of what AWS makes of the calls are in test/peers.
 */
export async function runScript(script: string, options: RunOptions = {}): Promise<ScriptRun> {
  const { args = ['--account', '111122223333'], answers = '', shell = ['/bin/sh'], path = '/usr/bin:/bin' } = options;
  const home = await mkdtemp(join(tmpdir(), 'channelmix-script-'));
  const at = (name: string) => join(home, name);
  try {
    await Promise.all(['bin', 'temporary', 'work'].map((name) => mkdir(at(name))));
    await Promise.all([writeFile(at('script.sh'), script), writeFile(at('record'), '')]);
    await writeFile(at('bin/aws'), fakeCli(at('record'), answers));
    await chmod(at('bin/aws'), 0o755);
    const inside = ['-c', 'cd "$0" && exec "$@"', at('work')];
    const finished = await run('/bin/sh', [...inside, ...shell, at('script.sh'), ...args], {
      env: {
        PATH: path === '' ? at('work') : `${at('bin')}:${path}`,
        TMPDIR: at('temporary'),
        AWS_REGION: 'eu-west-1',
      },
      seconds: 20,
    });
    return {
      ...finished,
      calls: callsIn(await readFile(at('record'), 'utf8')),
      temporary: await readdir(at('temporary')),
      files: await filesIn(at('work')),
    };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function fakeCli(record: string, answers: string): string {
  return `#!/bin/sh
no() {
  echo "An error occurred ($1) when calling the operation: it is not so" >&2
  exit 254
}
for word in "$@"; do printf '%s\\0' "$word"; done >>'${record}'
printf '%s\\0' '${END}' >>'${record}'
call=" $* "
case "$call" in
${answers}${USUAL_ANSWERS}
esac
`;
}

function callsIn(record: string): readonly (readonly string[])[] {
  const calls = record.split(`${END}\0`).slice(0, -1);
  return calls.map((call) => call.split('\0').slice(0, -1));
}

async function filesIn(folder: string): Promise<ScriptRun['files']> {
  const names = await readdir(folder);
  const entries = names.map(async (name) => {
    const path = join(folder, name);
    return [name, { text: await readFile(path, 'utf8'), mode: (await stat(path)).mode & 0o777 }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}
