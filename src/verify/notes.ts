import type { Check } from '../model/check.ts';
import type { VerifyTarget } from './target.ts';

/** Facts about what was verified that a reader should know and that are no failures. Only of runs that got as far as putting an object. */
export function notesOf(target: VerifyTarget, checks: readonly Check[]): readonly string[] {
  if (!checks.some(({ id, result }) => id === 'put-object' && result === 'allow')) return [];
  const { access, prefixes } = target;
  const informed = checks.flatMap(({ required, result, note }) =>
    required === false && result !== 'skipped' && note !== undefined ? [`${note}.`] : [],
  );
  if (access === 'full' && prefixes.length > 0) {
    return [
      ...informed,
      `full access is not limited to ${prefixes.join(', ')}: these were probed, but all buckets of the account are open.`,
    ];
  }
  return informed;
}
