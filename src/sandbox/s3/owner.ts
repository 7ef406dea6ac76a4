import { createHash } from 'node:crypto';

/** Canonical user id of an account: 64 hexadecimal digits that say nothing of the account's number. */
export function canonicalId(account: string): string {
  return createHash('sha256').update(`channelmix-s3 sandbox canonical user ${account}`).digest('hex');
}

/** An `<Owner>` element. S3 no longer gives display names (since November 2025). */
export function ownerElement(account: string): { ID: string } {
  return { ID: canonicalId(account) };
}
