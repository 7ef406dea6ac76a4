import { KitError } from '../model/errors.ts';

/** Whether a text that may be the name of a user is the id of an access key. Test endpoints begin theirs with another letter. */
export function isAccessKeyId(text: string): boolean {
  return /^[A-Z]KIA[A-Z0-9]{12,124}$/.test(text);
}

/**
 * Reads the id of the access key of an IAM user. What is refused is never echoed: whoever swaps two fields has pasted the secret here.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 *
 * @throws KitError `input`
 */
export function readAccessKeyId(text: string, field: string): string {
  const id = text.trim();
  if (id.startsWith('ASIA')) {
    throw new KitError('input', `${field} is the id of temporary credentials (ASIA...), which end within hours`, {
      hint: 'Create an access key of the IAM user: its id begins with AKIA.',
    });
  }
  // Twelve digits are the root key of an account in the sandbox; other test endpoints have prefixes of their own.
  if (/^([A-Z][A-Z0-9]{15,127}|\d{12})$/.test(id)) return id;
  throw new KitError('input', `${field} is not the id of an access key: AKIA and 16 capital letters and digits`, {
    hint: 'The secret access key never goes on a command line. If this was the secret, rotate the key.',
  });
}
