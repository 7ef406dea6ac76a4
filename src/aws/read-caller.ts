import { KitError } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import type { AwsClients } from './clients.ts';
import { createReader, piece, type Read } from './reader.ts';
import { readError } from './role-documents.ts';

/** Who makes the calls. */
export interface Caller {
  readonly arn: string;
  readonly account: string;
}

/**
 * Whose credentials these are; no policy is needed to ask. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 *
 * @throws KitError `credentials`, `network`, `service` or `interrupted`
 */
export async function readCaller(clients: AwsClients, signal: AbortSignal): Promise<Caller> {
  const sts = await clients.sts();
  const reader = createReader(clients.host, signal);
  const what: Read = { action: 'sts:GetCallerIdentity', of: 'the identity of the caller' };
  const caller = await piece(() => reader.call(what, (options) => sts.getCallerIdentity({}, options)));
  if (caller.state === 'unreadable') throw readError(caller.why, clients.host);
  return callerFrom(caller.state === 'read' ? caller.value : {}, clients.host);
}

/**
 * Whose credentials these are, from the answer to GetCallerIdentity.
 *
 * @throws KitError `service` when it does not say
 */
export function callerFrom(
  { Arn: arn, Account: account }: { readonly Arn?: string | undefined; readonly Account?: string | undefined },
  host: string,
): Caller {
  if (arn !== undefined && account !== undefined) return { arn: printable(arn), account: printable(account) };
  throw new KitError('service', `${host} answered, and not whose credentials these are: this is no answer of STS's`);
}
