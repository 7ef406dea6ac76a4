/** A time of an answer in ISO 8601, UTC; `undefined` where the answer has none that is one. */
export function isoOf(date: Date | undefined): string | undefined {
  return date === undefined || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
