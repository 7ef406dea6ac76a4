import { decodeText, readFileStart } from '../audit/read-file.ts';
import { cannotRead, KitError } from '../model/errors.ts';
import type { JsonValue } from '../model/policy.ts';
import { shellWord } from '../model/shell.ts';

/** Longest policy file in bytes. */
const MAX_POLICY = 1_048_576;

/**
 * Reads a file that holds one policy document as JSON.
 *
 * @returns the document, under the file's name
 * @throws KitError `input` that names the file
 */
export async function readPolicyFile(path: string): Promise<{ readonly name: string; readonly document: JsonValue }> {
  const text = await readText(path);
  let document: JsonValue;
  try {
    document = JSON.parse(text.replace(/^\ufeff/, '')) as JsonValue;
  } catch (cause) {
    throw new KitError('input', `${path} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
      hint: `See what is wrong with it: channelmix-s3 lint ${shellWord(path)}`,
    });
  }
  if (
    typeof document !== 'object' ||
    document === null ||
    Array.isArray(document) ||
    !Object.hasOwn(document, 'Statement')
  ) {
    throw new KitError('input', `${path} holds no policy document: an object with a Statement`);
  }
  return { name: path, document };
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFileStart(path, MAX_POLICY);
    if (bytes.length > MAX_POLICY) throw new KitError('input', `${path} is larger than 1 MiB: no policy is`);
    return decodeText(bytes);
  } catch (cause) {
    if (cause instanceof KitError) throw cause;
    throw cannotRead(path, cause);
  }
}
