import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { accessKeyId, secretAccessKey } from './ids.ts';

/** What temporary credentials stand for. Times in milliseconds since 1970. */
export interface Session {
  readonly keyId: string;
  readonly account: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  readonly mfa: boolean;
  readonly principal: SessionPrincipal;
}

/** A role's session, or the session of a user or root by GetSessionToken. */
export type SessionPrincipal =
  | {
      readonly kind: 'role';
      readonly roleArn: string;
      readonly roleName: string;
      readonly roleId: string;
      readonly sessionName: string;
      /** Documents of the session policies as given; absent when none were. */
      readonly policies?: readonly string[];
      readonly policyArns?: readonly string[];
      readonly tags: Readonly<Record<string, string>>;
      readonly transitiveTagKeys: readonly string[];
      readonly sourceIdentity?: string;
    }
  | { readonly kind: 'user'; readonly userName: string; readonly userId: string }
  | { readonly kind: 'root' };

/** Temporary credentials as a client gets them. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: Date;
}

/** Makes and opens session tokens. The token holds the session, sealed: the sandbox keeps nothing, however many are made. */
export interface SessionVault {
  readonly issue: (session: Omit<Session, 'keyId'>) => TemporaryCredentials;
  /** The session and secret of a token; `undefined` when the sandbox did not make it. Expiry is not checked. */
  readonly open: (token: string) => { readonly session: Session; readonly secret: string } | undefined;
}

const TOKEN_PREFIX = 'SANDBOX//';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A vault with a key of its own. */
export function createSessionVault(): SessionVault {
  const key = randomBytes(32);
  const secretOf = (keyId: string): string => secretAccessKey(createHmac('sha256', key).update(keyId).digest());
  return {
    issue: (facts) => {
      const session: Session = { ...facts, keyId: accessKeyId('ASIA', facts.account) };
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      const sealed = Buffer.concat([
        iv,
        cipher.update(JSON.stringify(session), 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ]);
      return {
        accessKeyId: session.keyId,
        secretAccessKey: secretOf(session.keyId),
        sessionToken: TOKEN_PREFIX + sealed.toString('base64'),
        expiration: new Date(session.expiresAt),
      };
    },
    open: (token) => {
      if (!token.startsWith(TOKEN_PREFIX)) return undefined;
      const encoded = token.slice(TOKEN_PREFIX.length);
      const sealed = Buffer.from(encoded, 'base64');
      // Base64 has spellings that decode alike; only the one that was given out is the token.
      if (sealed.length <= IV_BYTES + TAG_BYTES || sealed.toString('base64') !== encoded) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES));
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
      try {
        const text = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
        const session: Session = JSON.parse(text.toString('utf8'));
        return { session, secret: secretOf(session.keyId) };
      } catch {
        // The tag does not fit: made by someone else, or changed.
        return undefined;
      }
    },
  };
}
