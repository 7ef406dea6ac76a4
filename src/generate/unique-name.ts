import { UNIQUE_SUFFIX_LENGTH } from '../documents/read-grant.ts';

/** Random bytes that `uniqueName` takes. */
export const UNIQUE_NAME_BYTES = UNIQUE_SUFFIX_LENGTH - 1;

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * A name that cannot be guessed: ChannelMix supports no external ID, so the role's ARN is what an attacker would have to know.
 *
 * @param random `UNIQUE_NAME_BYTES` of a cryptographic source; each becomes a character of 5 bits, 80 bits in all
 */
export function uniqueName(name: string, random: Uint8Array): string {
  return `${name}-${Array.from(random, (byte) => ALPHABET[byte % ALPHABET.length]).join('')}`;
}
