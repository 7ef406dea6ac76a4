import { KitError } from '../model/errors.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The longest durations that are asked for, in milliseconds, with how they are written. */
const LONGEST = {
  hour: { ms: 3_600_000, hint: 'Write it as 500ms, 30s or 2m; at most 60m.' },
  year: { ms: 365 * 86_400_000, hint: 'Write it as 30m, 12h or 7d; at most 365d.' },
} as const;

/** Milliseconds of `500ms`, `30s`, `2m`, `12h`, `7d`; a bare number is seconds. @throws KitError `usage` that names the flag */
export function readDuration(text: string, flag: string, longest: keyof typeof LONGEST = 'hour'): number {
  const { ms: most, hint } = LONGEST[longest];
  const [, amount, unit = 's'] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  const ms = Number(amount) * (UNITS[unit] ?? Number.NaN);
  if (Number.isFinite(ms) && ms <= most) return ms;
  throw new KitError('usage', `${flag} ${JSON.stringify(text)} is not a duration`, { hint });
}
