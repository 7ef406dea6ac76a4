const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** A length of time in its largest whole unit: `3 days`, `1 hour`. Milliseconds in. */
export function timeWords(ms: number): string {
  const [name, length] = UNITS.find(([, unit]) => ms >= unit) ?? ['second', 1_000];
  const count = Math.floor(Math.max(0, ms) / length);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
