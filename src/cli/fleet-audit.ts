import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { trendOf } from '../audit/index.ts';
import { type FleetResults, findResults } from '../fleet/index.ts';
import { KitError } from '../model/errors.ts';
import type { FleetResult } from '../model/fleet.ts';

/**
 * The files that are audited, and those in folders that may be, by their names.
 *
 * @returns each with what changes when its content does
 * @throws KitError `input` for what is not there, and for a folder with none
 */
export async function auditFiles(
  paths: readonly string[],
): Promise<readonly { readonly path: string; readonly revision: string }[]> {
  const found = await Promise.all(paths.map((path) => filesAt(path)));
  return found.flat();
}

async function filesAt(path: string): Promise<readonly { readonly path: string; readonly revision: string }[]> {
  const there = await stat(path).catch((cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new KitError('input', `cannot read ${path}: ${code === 'ENOENT' ? 'there is no such file' : code}`, {
      cause,
    });
  });
  if (!there.isDirectory()) return [{ path, revision: `${there.size} ${there.mtimeMs}` }];
  const names = (await readdir(path)).filter((name) => /\.(json|ya?ml|template)$/i.test(name)).sort();
  if (names.length > 0) return (await Promise.all(names.map((name) => filesAt(join(path, name))))).flat();
  throw new KitError('input', `${path} has no files that could be audited (.json, .yaml, .yml, .template)`, {
    hint: 'Name a folder with what channelmix-s3 audit --save wrote.',
  });
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
