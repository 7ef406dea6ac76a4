import type { NamedPolicy, Piece, Unreadable } from '../model/access-documents.ts';
import type { RoleArn } from '../model/arn.ts';
import { KitError } from '../model/errors.ts';
import type { AwsClients } from './clients.ts';
import { readPolicyOfBucket } from './read-bucket.ts';
import { readPrincipal } from './read-principal.ts';
import { createReader } from './reader.ts';

/** What a role's policies say. */
export interface RoleDocuments {
  /** Inline policies, then attached ones. */
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
}

/** A piece that one cannot do without, in words that say what could not be read and what to do. */
export function readError({ action, what, kind, said }: Unreadable, host: string): KitError {
  switch (kind) {
    case 'denied':
      return new KitError('credentials', `these credentials may not read ${what}: ${action} was refused (${said})`, {
        hint: `Use credentials that allow ${action}, or give the documents as files: --identity FILE --bucket-policy FILE.`,
      });
    case 'not-found':
      return new KitError('input', `there is no ${what} in the account of these credentials (${said})`, {
        hint: 'A role is read by its own account: check the profile, and the ARN with its path.',
      });
    case 'credentials':
    case 'expired':
    case 'clock-skew':
      return new KitError('credentials', `${what} could not be read with these credentials (${said})`, {
        hint: 'Sign in again, or name a profile with --profile.',
      });
    case 'network':
    case 'timeout':
      return new KitError('network', `${host} could not be reached to read ${what} (${said})`);
    default:
      return new KitError('service', `${host} could not answer when asked for ${what} (${said})`);
  }
}

/**
 * Reads the policies of a role, all or nothing.
 *
 * @throws KitError `credentials` that names the permission that is missing, `input` when there is no such role, `network`, `service`
 */
export async function readRoleDocuments(
  clients: AwsClients,
  role: RoleArn,
  signal: AbortSignal,
): Promise<RoleDocuments> {
  const reader = createReader(clients.host, signal);
  const arn = `arn:${role.partition}:iam::${role.account}:role${role.path}${role.name}`;
  const { identity, boundary, tags } = await readPrincipal(clients, reader, arn, undefined);
  const [missing] = [...unreadable(tags), ...identity.unreadable, ...unreadable(boundary)];
  if (missing !== undefined) throw readError(missing, clients.host);
  return { identity: identity.read, ...(boundary.state === 'read' ? { boundary: boundary.value } : {}) };
}

/**
 * Reads the policy of a bucket; `undefined` when it has none, or when there is no such bucket: a role may name buckets to come.
 *
 * @throws KitError as `readRoleDocuments`
 */
export async function readBucketPolicy(
  clients: AwsClients,
  bucket: string,
  signal: AbortSignal,
): Promise<NamedPolicy | undefined> {
  const policy = await readPolicyOfBucket(clients, createReader(clients.host, signal), bucket);
  if (policy.state === 'read') return policy.value;
  if (policy.state === 'absent' || policy.why.kind === 'not-found') return undefined;
  throw readError(policy.why, clients.host);
}

function unreadable(piece: Piece<unknown>): readonly Unreadable[] {
  return piece.state === 'unreadable' ? [piece.why] : [];
}
