import { readFile, stat } from 'node:fs/promises';
import type { SourceFile } from '../audit/sources/types.ts';
import type { AcceptedFinding } from '../model/audit.ts';
import { KitError } from '../model/errors.ts';

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

/** Findings that are accepted. @throws KitError `input` with file, line and column */
export async function readAcceptedFile(path: string): Promise<readonly AcceptedFinding[]> {
  const { text } = await readAuditText(path);
  const { readAccepted } = await import('../documents/read-accepted.ts');
  return readAccepted(text, path);
}
