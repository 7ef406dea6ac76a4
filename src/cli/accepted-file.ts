import { readAuditText } from '../audit/read-file.ts';
import type { AcceptedFinding } from '../model/audit.ts';

/** Findings that are accepted. @param stdin what `-` means @throws KitError `input` with file, line and column */
export async function readAcceptedFile(
  given: string,
  stdin?: () => AsyncIterable<Uint8Array>,
): Promise<readonly AcceptedFinding[]> {
  const { path, text } = await readAuditText(given, stdin);
  const { readAccepted } = await import('../documents/read-accepted.ts');
  return readAccepted(text, path);
}
