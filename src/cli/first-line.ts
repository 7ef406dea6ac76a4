import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** What is longer is no secret; nothing more of it is read. */
const MOST_CHARACTERS = 4_096;

/**
 * The first line of a stream, without waiting for its end: at most 4,096 characters, and what comes after them stays unread. Empty where
 * there is none.
 *
 * @returns the line without its end; `undefined` when the signal came first
 */
export async function readFirstLine(input: Readable, signal: AbortSignal): Promise<string | undefined> {
  if (signal.aborted) return undefined;
  const decoder = new StringDecoder('utf8');
  let text = '';
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      for (const event of ['end', 'close'] as const) input.off(event, atEnd);
      input.off('data', take).off('error', fail).pause();
      signal.removeEventListener('abort', stop);
      settle();
    };
    const lineOf = (whole: string) => (whole.split(/[\r\n]/, 1)[0] ?? '').slice(0, MOST_CHARACTERS);
    const take = (chunk: Buffer | string) => {
      text += typeof chunk === 'string' ? chunk : decoder.write(chunk);
      if (/[\r\n]/.test(text) || text.length >= MOST_CHARACTERS) finish(() => resolve(lineOf(text)));
    };
    const atEnd = () => finish(() => resolve(lineOf(text + decoder.end())));
    const fail = (error: Error) => finish(() => reject(error));
    const stop = () => finish(() => resolve(undefined));
    for (const event of ['end', 'close'] as const) input.once(event, atEnd);
    input.on('data', take).once('error', fail);
    signal.addEventListener('abort', stop, { once: true });
  });
}
