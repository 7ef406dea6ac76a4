import { isAccessKeyId } from '../documents/read-access-key-id.ts';
import type { Piece } from '../model/access-documents.ts';
import { nameOf, parseArn, parseRoleArn } from '../model/arn.ts';
import type { AuditPrincipal } from '../model/audit-documents.ts';
import { KitError } from '../model/errors.ts';
import type { AwsClients, IAM } from './clients.ts';
import { isoOf } from './iso.ts';
import { type Entity, readEntity, readPrincipal } from './read-principal.ts';
import { readAccessKeys, readKeyUse, readLastAccessed, readPassword } from './read-use.ts';
import { piece, type Reader } from './reader.ts';
import { readError } from './role-documents.ts';

/** Failures that say nothing of the principal: with these credentials, or without a network, nothing at all can be read. */
const NOTHING_AT_ALL: ReadonlySet<string> = new Set(['credentials', 'expired', 'clock-skew', 'network', 'timeout']);

/** Whoever reads. */
interface CallerIdentity {
  readonly arn: string;
  readonly account: string;
}

/**
 * The ARN of the principal that is meant.
 *
 * @param text ARN of a role or user, name of a user, or id of an access key
 * @throws KitError `input` when it is none of them or there is no such user, `credentials` when it is of another account
 */
export async function findPrincipal(
  clients: AwsClients,
  reader: Reader,
  text: string,
  caller: CallerIdentity,
): Promise<string> {
  const arn = text.includes(':') ? text : await arnOfUser(await clients.iam(), reader, text, caller);
  const { service, account, resource = '' } = parseArn(arn) ?? {};
  const isUser = service === 'iam' && /^user\/./.test(resource);
  if (!isUser && parseRoleArn(arn) === undefined) {
    throw new KitError('input', `${text} is not the ARN of a role or user`, {
      hint: 'Give arn:aws:iam::ACCOUNT:role/NAME, arn:aws:iam::ACCOUNT:user/NAME, the name of a user, or the id of an access key.',
    });
  }
  if (account !== caller.account) {
    throw new KitError(
      'credentials',
      `${arn} is of account ${account}, the credentials are of account ${caller.account}`,
      {
        hint: 'IAM answers for its own account only: take a profile of that account with --profile.',
      },
    );
  }
  return arn;
}

async function arnOfUser(iam: IAM, reader: Reader, text: string, caller: CallerIdentity): Promise<string> {
  let name = text;
  if (isAccessKeyId(text)) {
    const use = await piece(() => readKeyUse(iam, reader, text));
    if (use.state === 'unreadable') throw readError(use.why, reader.host);
    const user = use.state === 'read' ? use.value.user : undefined;
    if (user === undefined) throw new KitError('input', `access key ${text} belongs to no user`);
    name = user;
  }
  const user = await piece(() => readEntity(iam, reader, 'user', name));
  const found = user.state === 'read' ? user.value.Arn : undefined;
  // Where it may not be read it is looked for at the root path, and whether that is right stays open.
  return found ?? `arn:${parseArn(caller.arn)?.partition ?? 'aws'}:iam::${caller.account}:user/${name}`;
}

/**
 * Reads a role or user with what only an audit asks for: when it was made and used, a user's keys and password, what it called last.
 *
 * @param lastAccessed whether IAM is to make its report of what was called last, which takes some seconds
 * @throws KitError `input` when there is no such principal; `credentials`, `network` when nothing at all can be read
 */
export async function readAuditPrincipal(
  clients: AwsClients,
  reader: Reader,
  arn: string,
  lastAccessed: boolean,
  signal: AbortSignal,
): Promise<AuditPrincipal> {
  const kind = parseRoleArn(arn) === undefined ? 'user' : 'role';
  const name = nameOf(arn);
  const iam = await clients.iam();
  const absent = { state: 'absent' } as const;
  const [documents, entity, accessKeys, password, called] = await Promise.all([
    readPrincipal(clients, reader, arn, undefined),
    piece(() => readEntity(iam, reader, kind, name)),
    kind === 'user' ? readAccessKeys(iam, reader, name) : absent,
    kind === 'user' ? readPassword(iam, reader, name) : absent,
    readLastAccessed(iam, reader, arn, lastAccessed, signal),
  ]);
  const { tags, identity } = documents;
  // Tags stand in the answer about the principal itself, as its ARN does.
  if (tags.state === 'unreadable') {
    const { kind: why } = tags.why;
    const isNothing = NOTHING_AT_ALL.has(why) && identity.read.length === 0;
    if (why === 'not-found' || isNothing) throw readError(tags.why, reader.host);
  }
  const created = entity.state === 'read' ? isoOf(entity.value.CreateDate) : undefined;
  return {
    ...documents,
    ...(created === undefined ? {} : { created }),
    lastUsed: kind === 'user' ? absent : lastUsedOf(entity),
    accessKeys,
    password,
    lastAccessed: called,
  };
}

function lastUsedOf(entity: Piece<Entity>): AuditPrincipal['lastUsed'] {
  if (entity.state !== 'read') return entity;
  const last = isoOf(entity.value.RoleLastUsed?.LastUsedDate);
  return last === undefined ? { state: 'absent' } : { state: 'read', value: last };
}
