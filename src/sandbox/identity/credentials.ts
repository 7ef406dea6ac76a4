import type { KeyLookup } from '../sigv4/verify.ts';
import type { Session, SessionVault } from './session.ts';
import type { IdentityStore } from './store.ts';

/** Whose credentials a request was signed with. */
export type Identity =
  | { readonly kind: 'root'; readonly account: string; readonly session?: Session }
  | {
      readonly kind: 'user';
      readonly account: string;
      readonly userName: string;
      readonly userId: string;
      readonly session?: Session;
    }
  | {
      readonly kind: 'role';
      readonly account: string;
      readonly session: Session & { readonly principal: { readonly kind: 'role' } };
    };

const MAX_OPEN_TOKENS = 1000;

/**
 * Looks access keys up for the verifier: the root key of an account (its id, with the id as secret), keys of users as
 * authorization sees them, and session tokens of this sandbox. `now` is the sandbox's clock: credentials expire on it.
 */
export function createCredentials(
  store: IdentityStore,
  vault: SessionVault,
  now: () => Date,
): (keyId: string, token: string | undefined) => KeyLookup<Identity> {
  const opened = new Map<string, { readonly session: Session; readonly secret: string; readonly identity: Identity }>();

  const openToken = (token: string) => {
    const known = opened.get(token);
    if (known !== undefined) return known;
    const found = vault.open(token);
    if (found === undefined) return undefined;
    const entry = { ...found, identity: identityOf(found.session) };
    const oldest = opened.keys().next();
    if (opened.size >= MAX_OPEN_TOKENS && oldest.done !== true) opened.delete(oldest.value);
    opened.set(token, entry);
    return entry;
  };

  return (keyId, token) => {
    if (token !== undefined) {
      const entry = openToken(token);
      if (entry === undefined || entry.session.keyId !== keyId) return { status: 'invalid-token' };
      if (now().getTime() >= entry.session.expiresAt) return { status: 'expired', secret: entry.secret };
      return { status: 'found', secret: entry.secret, principal: entry.identity };
    }
    if (store.accounts.has(keyId))
      return { status: 'found', secret: keyId, principal: { kind: 'root', account: keyId } };
    const key = store.keys.seen(keyId);
    if (key === undefined || !key.active) return { status: 'unknown-key' };
    const { account, userName, userId } = key;
    return { status: 'found', secret: key.secret, principal: { kind: 'user', account, userName, userId } };
  };
}

function identityOf(session: Session): Identity {
  const { account, principal } = session;
  if (principal.kind === 'root') return { kind: 'root', account, session };
  if (principal.kind === 'user') {
    return { kind: 'user', account, userName: principal.userName, userId: principal.userId, session };
  }
  return { kind: 'role', account, session: { ...session, principal } };
}
