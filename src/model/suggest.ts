/**
 * Edit distance with transpositions (optimal string alignment), as far as it is at most `limit`; else any number above it.
 */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before = new Uint16Array(b.length + 1);
  let last = Uint16Array.from({ length: b.length + 1 }, (_, index) => index);
  let row = new Uint16Array(b.length + 1);
  let lastLeast = 0;
  for (let i = 1; i <= a.length; i++) {
    const unit = a.charCodeAt(i - 1);
    row[0] = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const other = b.charCodeAt(j - 1);
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (unit === other ? 0 : 1));
      if (i > 1 && j > 1 && unit === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other) {
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      }
      row[j] = best;
      if (best < least) least = best;
    }
    // A transposition reaches back two rows; from there it only grows.
    if (least > limit && lastLeast > limit) return limit + 1;
    lastLeast = least;
    [before, last, row] = [last, row, before];
  }
  return last[b.length] ?? 0;
}

/** The candidate that was most likely meant, compared without case; `undefined` when none is near (more than a third of the letters differ). */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const text = word.slice(0, 64).toLowerCase();
  let limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | undefined;
  for (const candidate of candidates) {
    const edits = distance(text, candidate.toLowerCase(), limit);
    if (edits > limit) continue;
    best = candidate;
    // Of equally near ones the first is taken.
    limit = edits - 1;
    if (limit < 0) break;
  }
  return best;
}
