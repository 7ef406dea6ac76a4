import type { Piece } from '../model/access-documents.ts';
import type { AwsClients } from './clients.ts';
import { readEntity } from './read-principal.ts';
import { readKeyUse } from './read-use.ts';
import { createReader, piece } from './reader.ts';

/**
 * ARN of the user that an access key belongs to, by the key's id alone. In the account of the key only.
 *
 * @throws KitError `interrupted`
 */
export async function readUserOfKey(
  clients: AwsClients,
  accessKeyId: string,
  signal: AbortSignal,
): Promise<Piece<string>> {
  const iam = await clients.iam();
  const reader = createReader(clients.host, signal);
  return piece(async () => {
    const { user } = await readKeyUse(iam, reader, accessKeyId);
    return user === undefined ? undefined : (await readEntity(iam, reader, 'user', user))?.Arn;
  });
}
