import { KitError } from '../model/errors.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000 };

/** Milliseconds of `500ms`, `30s`, `2m`; a bare number is seconds. At most an hour. @throws KitError `usage` that names the flag */
export function readDuration(text: string, flag: string): number {
  const [, amount, unit = 's'] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)?$/.exec(text) ?? [];
  const ms = Number(amount) * (UNITS[unit] ?? Number.NaN);
  if (Number.isFinite(ms) && ms <= 3_600_000) return ms;
  throw new KitError('usage', `${flag} ${JSON.stringify(text)} is not a duration`, {
    hint: 'Write it as 500ms, 30s or 2m; at most 60m.',
  });
}
