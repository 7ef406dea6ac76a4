import { KitError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import type { AwsClients } from './clients.ts';
import { createReader, piece, type Read } from './reader.ts';
import { readError } from './role-documents.ts';

/**
 * Whose credentials these are; no policy is needed to ask. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 *
 * @throws KitError `credentials`, `network`, `service` or `interrupted`
 */
export async function readCaller(
  clients: AwsClients,
  signal: AbortSignal,
): Promise<{ readonly arn: string; readonly account: string }> {
  const sts = await clients.sts();
  const reader = createReader(clients.host, signal);
  const what: Read = { action: 'sts:GetCallerIdentity', of: 'the identity of the caller' };
  const caller = await piece(() => reader.call(what, (options) => sts.getCallerIdentity({}, options)));
  if (caller.state === 'unreadable') throw readError(caller.why, clients.host);
  const { Arn: arn, Account: account } = caller.state === 'read' ? caller.value : {};
  if (arn !== undefined && account !== undefined) return { arn: printable(arn), account: printable(account) };
  throw new KitError(
    'service',
    `${clients.host} answered, and not whose credentials these are: this is no answer of STS's`,
  );
}
