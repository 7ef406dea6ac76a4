import { readAuditText } from '../audit/read-file.ts';
import type { AcceptedFinding } from '../model/audit.ts';

/** Findings that are accepted. @throws KitError `input` with file, line and column */
export async function readAcceptedFile(path: string): Promise<readonly AcceptedFinding[]> {
  const { text } = await readAuditText(path);
  const { readAccepted } = await import('../documents/read-accepted.ts');
  return readAccepted(text, path);
}
