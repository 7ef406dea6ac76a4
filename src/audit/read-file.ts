import { readFile, stat } from 'node:fs/promises';
import { KitError } from '../model/errors.ts';
import type { SourceFile } from './sources/types.ts';

/** The largest file that an audit reads, in bytes: plans and the authorization details of large accounts have some dozen MiB. */
const MAX_BYTES = 67_108_864;

/** The text of a file that is audited, or that an audit is compared with. @throws KitError `input` */
export async function readAuditText(path: string): Promise<SourceFile> {
  try {
    if ((await stat(path)).size > MAX_BYTES) throw new KitError('input', `${path} is larger than 64 MiB`);
    return { path, text: await readFile(path, 'utf8') };
  } catch (cause) {
    if (cause instanceof KitError) throw cause;
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const reasons: Readonly<Record<string, string>> = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' };
    throw new KitError('input', `cannot read ${path}: ${reasons[code] ?? code}`, { cause });
  }
}
