/** The same text in a string of its own: one that was cut out of a URL would keep the whole URL alive. */
export function ownString(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
