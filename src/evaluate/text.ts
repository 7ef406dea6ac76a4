/** ASCII lower case of names that compare without regard to case; other letters stay as they are (a Kelvin sign is no `k`). */
export function lowerCase(text: string): string {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 127) return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  }
  return text.toLowerCase();
}

/** A value from a document as it can stand in a message: one line, not too long. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : describe(value);
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
