import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { KitError } from '../model/errors.ts';
import { failed } from './failed.ts';
import type { Clients, Properties } from './mapping.ts';
import { misfits, object } from './shape.ts';
import { plainProperties } from './wire.ts';

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

/** The region that the clients work in. */
const getRegion: FunctionMapping = {
  token: 'aws:index/getRegion:getRegion',
  call: async ({ region }) => ({ region, name: region, id: region }),
};

/** Every function that the programs may call. None of them takes an argument here. */
const FUNCTIONS: readonly FunctionMapping[] = [getCallerIdentity, getPartition, getRegion];

/**
 * Calls a function by its token.
 *
 * @throws KitError `internal` that names an unknown token or argument, else what AWS said.
 */
export async function callFunction(clients: Clients, token: string, args: Properties): Promise<Properties> {
  const mapping = FUNCTIONS.find((candidate) => candidate.token === token);
  if (mapping === undefined) {
    throw new KitError('internal', `unknown function ${token}: the resource mapping does not have it`);
  }
  const [problem] = misfits(object({}), plainProperties(args), '');
  if (problem !== undefined) throw new KitError('internal', `${token}: ${problem.field} ${problem.rule}`);
  try {
    return await mapping.call(clients);
  } catch (error) {
    throw failed(`could not call ${token}`, error);
  }
}
