const DAY = 86_400_000;

/** Days in which access keys are to be replaced, and after which what was not used is told. */
export const ROTATION_DAYS = 90;
export const UNUSED_DAYS = 90;

/** How far back IAM remembers. https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html */
export const TRACKED_DAYS = 400;

/** Whole days from one time to a later one, both ISO 8601; negative the other way round, NaN for what is no time. */
export function daysBetween(from: string, to: string): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / DAY);
}

/** `2026-10-01` of an ISO 8601 time. */
export function dayOf(time: string): string {
  return time.slice(0, 10);
}
