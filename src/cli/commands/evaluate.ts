import { createReadStream } from 'node:fs';
import { explainCase, readCase, splitCases } from '../../evaluate/index.ts';
import { cannotRead, KitError } from '../../model/errors.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';

export const command = defineCommand({
  options: {
    file: {
      type: 'string',
      demandOption: true,
      describe: 'evaluation cases: a JSON object, a JSON array or NDJSON; - reads stdin',
    },
  },
  examples: [
    ['$0 evaluate cases.json', 'a decision for each case of a file'],
    ['generate-cases | $0 evaluate -', 'one line in, one line out, in order'],
  ],
  run: async ({ file }, context) => {
    const name = file === '-' ? 'stdin' : file;
    const { cases, isArray } = splitCases(texts(file, name, context), name);
    // What comes of an array is printed when all of it could be read; lines are answered one by one.
    const answers: string[] = [];
    for await (const raw of cases) {
      const answer = answerOf(raw, name);
      if (isArray()) answers.push(answer);
      else context.out(`${answer}\n`);
      if (context.signal.aborted) throw new KitError('interrupted', 'stopped before the end of the input');
    }
    if (isArray()) context.out(answers.length === 0 ? '[]\n' : `[\n${answers.join(',\n')}\n]\n`);
    return 0;
  },
});

function answerOf(raw: Parameters<typeof readCase>[0], name: string): string {
  const given = readCase(raw, name);
  const { decision, nearMisses } = explainCase(given);
  const [nearMiss] = nearMisses;
  return JSON.stringify({
    ...(given.name === undefined ? {} : { name: given.name }),
    ...decision,
    ...(nearMiss === undefined ? {} : { nearMiss }),
  });
}

/** The input as text. @throws KitError `input` when it cannot be read or is not UTF-8 */
async function* texts(file: string, name: string, context: Context): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const chunks: AsyncIterable<Uint8Array> = file === '-' ? context.streamStdin() : createReadStream(file);
  try {
    for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    throw readError(name, cause);
  }
}

function readError(name: string, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return new KitError('input', `${name} is not text in UTF-8`, { cause, hint: 'Save it as UTF-8.' });
  }
  // Not a failure to read: an error of whoever consumes the text, or a bug.
  if (!/^E[A-Z]+$/.test(code)) return cause;
  return cannotRead(name, cause);
}
