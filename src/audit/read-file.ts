import { open } from 'node:fs/promises';
import { cannotRead, KitError } from '../model/errors.ts';
import type { SourceFile } from './sources/types.ts';

/** The largest file that an audit reads, in bytes: plans and the authorization details of large accounts have some dozen MiB. */
const MAX_BYTES = 67_108_864;

/**
 * The text of a file that is audited, or that an audit is compared with.
 *
 * @param stdin what `-` means; without it, a file of that name
 * @throws KitError `input`
 */
export async function readAuditText(path: string, stdin?: () => AsyncIterable<Uint8Array>): Promise<SourceFile> {
  if (path === '-' && stdin !== undefined) return toSource('stdin', await readStart(stdin(), MAX_BYTES));
  try {
    return toSource(path, await readFileStart(path, MAX_BYTES));
  } catch (cause) {
    if (cause instanceof KitError) throw cause;
    throw cannotRead(path, cause);
  }
}

function toSource(path: string, bytes: Buffer): SourceFile {
  if (bytes.length > MAX_BYTES) throw new KitError('input', `${path} is larger than 64 MiB`);
  return { path, text: decodeText(bytes) };
}

/**
 * The start of what may have no end, such as a device: at most one byte more than `most`, which tells that there is more.
 *
 * @throws what reading throws
 */
export async function readStart(chunks: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const read: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    read.push(chunk);
    size += chunk.length;
    if (size > most) break;
  }
  return Buffer.concat(read).subarray(0, most + 1);
}

/** The start of a file, as `readStart` reads it. @throws what opening and reading throw */
export async function readFileStart(path: string, most: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    return await readStart(file.createReadStream({ autoClose: false }), most);
  } finally {
    await file.close();
  }
}

/** The text of a file in UTF-8, or in UTF-16 with its mark, as Windows PowerShell writes it. A byte order mark stays. */
export function decodeText(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return bytes.toString('utf16le');
  if (first === 0xfe && second === 0xff)
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le');
  return bytes.toString('utf8');
}
