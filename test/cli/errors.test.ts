import { expect, test } from 'vitest';
import { exitCodeOf } from '../../src/cli/errors.ts';
import { KitError } from '../../src/model/errors.ts';

const signalled = (reason: string) => AbortSignal.abort(reason);
const none = new AbortController().signal;

test.each([
  ['something was left', new KitError('leftover', 'x'), none, false, 4],
  ['something was left, after a signal', new KitError('leftover', 'x'), signalled('SIGTERM'), false, 4],
  ['something was left, after a second signal', new KitError('leftover', 'x'), signalled('SIGINT'), true, 130],
  ['no network, after a signal', new KitError('network', 'x'), signalled('SIGTERM'), false, 143],
  ['no network', new KitError('network', 'x'), none, false, 3],
  ['a bug', new Error('x'), none, false, 3],
  ['a bug, for which the run was ended', new Error('x'), signalled('crash'), false, 3],
] as const)('the exit code tells %s', (_what, error, signal, hurried, code) => {
  expect(exitCodeOf(error, signal, hurried)).toBe(code);
});
