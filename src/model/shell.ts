/** A word as a POSIX shell takes it: in single quotes where it has anything but letters, digits and a few signs. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
