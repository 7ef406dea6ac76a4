import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Clients, Properties } from './mapping.ts';
import { isRecord, misfits, object } from './shape.ts';

/** A provider function that a program may call, by its Pulumi token. */
export interface FunctionMapping {
  readonly token: string;
  readonly call: (clients: Clients) => Promise<Properties>;
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const getCallerIdentity: FunctionMapping = {
  token: 'aws:index/getCallerIdentity:getCallerIdentity',
  call: async ({ sts }) => {
    const { Account, Arn, UserId } = await sts.send(new GetCallerIdentityCommand({}));
    return { accountId: Account, arn: Arn, userId: UserId, id: Account };
  },
};

/** The partition of the region that the clients work in. */
const getPartition: FunctionMapping = {
  token: 'aws:index/getPartition:getPartition',
  call: async ({ partition }) => ({ partition, id: partition }),
};

/** Every function that the programs may call. None of them takes an argument here. */
export const FUNCTIONS: readonly FunctionMapping[] = [getCallerIdentity, getPartition];

/** Calls a function by its token. An unknown token or argument is an error that names it. */
export async function callFunction(clients: Clients, token: string, args: unknown): Promise<Properties> {
  const mapping = FUNCTIONS.find((candidate) => candidate.token === token);
  if (mapping === undefined) throw new Error(`unknown function ${token}: the resource mapping does not have it`);
  const given = isRecord(args) ? Object.fromEntries(Object.entries(args).filter(([, value]) => value != null)) : {};
  const [problem] = misfits(object({}), given, '');
  if (problem !== undefined) throw new Error(`${token}: ${problem.field} ${problem.rule}`);
  return mapping.call(clients);
}
