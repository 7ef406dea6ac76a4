import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { trendOf } from '../audit/index.ts';
import { type FleetResults, findResults } from '../fleet/index.ts';
import { cannotRead, KitError } from '../model/errors.ts';
import type { FleetResult } from '../model/fleet.ts';
import { number } from '../report/fleet-text.ts';

/** A file that is audited. */
interface AuditFile {
  readonly path: string;
  /** What changes when its content does. */
  readonly revision: string;
}

/**
 * The files that are audited, and those in folders and the folders in them that may be, by their names. Notes what is left out.
 *
 * @throws KitError `input` for what is not there, for a folder with none, and for a file that is named twice
 */
export async function auditFiles(
  paths: readonly string[],
  note: (line: string) => void,
): Promise<readonly AuditFile[]> {
  const found = (await Promise.all(paths.map((path) => filesAt(path, note)))).flat();
  await refuseTwice(found);
  return found;
}

async function filesAt(path: string, note: (line: string) => void): Promise<readonly AuditFile[]> {
  const there = await stat(path).catch((cause: unknown) => {
    throw cannotRead(path, cause);
  });
  if (!there.isDirectory()) return [{ path, revision: `${there.size} ${there.mtimeMs}` }];
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch((cause: unknown) => {
    throw cannotRead(path, cause);
  });
  const taken = entries.filter(mayBeAudited).map(placeOf);
  const leftOut = entries.filter((entry) => !entry.isDirectory() && !mayBeAudited(entry)).map(placeOf);
  if (taken.length === 0) {
    throw new KitError('input', `${path} has no files that could be audited (${ENDINGS})`, {
      hint: 'Name a folder with what channelmix-s3 audit --save wrote.',
    });
  }
  if (leftOut.length > 0) note(`note: left out, since only regular files are audited (${ENDINGS}): ${listed(leftOut)}`);
  return (await Promise.all(taken.sort().map((one) => filesAt(one, note)))).flat();
}

const ENDINGS = '.json, .yaml, .yml, .template';
/** So many names are listed. */
const SHOWN = 5;

/** A pipe could be waited for without end, and a link leads to what has a name of its own. */
function mayBeAudited(entry: Dirent): boolean {
  return entry.isFile() && /\.(json|ya?ml|template)$/i.test(entry.name);
}

function placeOf(entry: Dirent): string {
  return join(entry.parentPath, entry.name);
}

function listed(paths: readonly string[]): string {
  const more = paths.length > SHOWN ? ` and ${number(paths.length - SHOWN)} more` : '';
  return `${[...paths].sort().slice(0, SHOWN).join(', ')}${more}`;
}

/** A file is a client, and no two clients are the same. */
async function refuseTwice(files: readonly AuditFile[]): Promise<void> {
  const known = new Map<string, string>();
  for (const { path } of files) {
    const real = await realpath(path).catch((cause: unknown) => {
      throw cannotRead(path, cause);
    });
    const other = known.get(real);
    if (other !== undefined) {
      const what = other === path ? `${path} is named twice` : `${other} and ${path} are the same file`;
      throw new KitError('input', what, { hint: 'Name each file once, by itself or by its folder.' });
    }
    known.set(real, path);
  }
}

/** Results of a former run, to say what changed since. @throws KitError `input` when they are not of audits */
export async function formerResults(files: readonly string[]): Promise<FleetResults> {
  const results = await findResults(files);
  if (results.command === 'fleet audit') return results;
  throw new KitError('input', `${files.join(', ')}: these are results of ${results.command}`, {
    hint: 'Give what channelmix-s3 fleet audit wrote with --output ndjson.',
  });
}

/** The result with what changed since the former one of the same client, where there is one. */
export async function withTrend(result: FleetResult, former: FleetResults | undefined): Promise<FleetResult> {
  if (former === undefined || result.audit === undefined) return result;
  const before = await former.find(result.name);
  if (before?.audit === undefined) return result;
  const trend = trendOf({ kind: 'audit', path: '', report: before.audit }, result.audit);
  return trend === undefined ? result : { ...result, audit: { ...result.audit, trend } };
}
