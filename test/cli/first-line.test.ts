import { PassThrough, Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readFirstLine } from '../../src/cli/first-line.ts';

const never = new AbortController().signal;

test.each([
  ['a line and more', ['secret\nmore\n'], 'secret'],
  ['a line in pieces, of Windows', ['sec', 'ret\r', '\n'], 'secret'],
  ['a character in two pieces', [Buffer.from([0xc3]), Buffer.from([0xa9, 0x0a])], 'é'],
  ['a line without an end', ['secret'], 'secret'],
  ['an empty line', ['\nsecret'], ''],
  ['nothing', [], ''],
])('%s', async (_name, chunks, line) => {
  expect(await readFirstLine(Readable.from(chunks, { objectMode: false }), never)).toBe(line);
});

test('input that never ends and has no line is read up to 4,096 characters', async () => {
  let sent = 0;
  const endless = new Readable({
    highWaterMark: 1_024,
    read() {
      sent += 1_024;
      if (sent > 10_000_000) this.destroy(new Error('too much was read'));
      else this.push(Buffer.alloc(1_024, 'x'));
    },
  });
  expect(await readFirstLine(endless, never)).toBe('x'.repeat(4_096));
  expect(sent).toBeLessThan(16_384);
  endless.destroy();
});

test('an interrupt ends the wait', async () => {
  const controller = new AbortController();
  const line = readFirstLine(new PassThrough(), controller.signal);
  controller.abort('SIGINT');
  expect(await line).toBeUndefined();
});
