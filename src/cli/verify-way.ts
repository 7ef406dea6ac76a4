import type { AwsClients } from '../aws/index.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import {
  type ClientWay,
  checkThirdParty,
  identify,
  planClientWay,
  simulate,
  stateDirectory,
  temporaryStatement,
  type VerifyEvent,
  type VerifyPorts,
  type VerifyTarget,
  verify,
} from '../verify/index.ts';
import type { Context } from './context.ts';

/** What the command line says about how to verify. */
export interface VerifyRequest {
  readonly target: VerifyTarget;
  readonly ports: VerifyPorts;
  readonly as: 'channelmix' | 'client' | 'simulate' | undefined;
  readonly accessKeyId: string | undefined;
  readonly profile: string | undefined;
  readonly waitMs: number;
  readonly yes: boolean;
  readonly thirdParty?: AwsClients;
}

/**
 * Begins the verify that was asked for. On the role way without `--as`: as ChannelMix with ChannelMix's credentials, simulated with
 * everybody else's. Closes the ports where nothing begins.
 *
 * @throws KitError `usage` when a change of the trust policy was not agreed to; as the ways do
 */
export async function startVerify(request: VerifyRequest, context: Context): Promise<AsyncIterable<VerifyEvent>> {
  try {
    return await start(request, context);
  } catch (error) {
    request.ports.close();
    throw error;
  }
}

async function start(request: VerifyRequest, context: Context): Promise<AsyncIterable<VerifyEvent>> {
  const { target, ports, accessKeyId, waitMs, thirdParty } = request;
  const { signal } = context;
  const caller = target.way === 'role' && request.as === undefined ? await identify(ports, target, signal) : undefined;
  const as =
    request.as ?? (caller === undefined || caller.account === CHANNELMIX_ACCOUNT_ID ? 'channelmix' : 'simulate');
  if (as === 'simulate') {
    if (request.as === undefined) {
      context.note(
        `${caller?.arn} is not ChannelMix: its access is simulated from the policies. --as client tries the role for real`,
      );
    }
    return simulate({ target, ports, signal, ...(accessKeyId === undefined ? {} : { accessKeyId }) });
  }
  if (thirdParty !== undefined) await checkThirdParty(thirdParty, target, signal);
  const client = as === 'client' ? await agreedClientWay(request, context) : undefined;
  return verify({
    target,
    ports,
    waitMs,
    signal,
    stopCleanup: context.hurry,
    state: { directory: stateDirectory(context.env), profile: request.profile },
    ...(caller === undefined ? {} : { caller }),
    ...(client === undefined ? {} : { client }),
    ...(thirdParty === undefined ? {} : { thirdParty }),
  });
}

/** How the client gets in, and that they agree to what is changed for it. */
async function agreedClientWay({ target, ports, yes }: VerifyRequest, context: Context): Promise<ClientWay> {
  const way = await planClientWay(target, ports, context.signal);
  if (way.entry.kind !== 'edit') return way;
  context.note(`Acting as ${way.caller.arn}`);
  if (yes) return way;
  const statement = temporaryStatement(way.runId, way.entry.principalArn, ports.date().getTime());
  context.note(`This statement will be added to the trust policy of ${target.roleArn}, and taken out again as soon as`);
  context.note(
    'the role was assumed. Everything else in it stays as it is; the statement expires by itself after 15 minutes:',
  );
  context.note(JSON.stringify(statement, null, 2));
  if (!context.stdinIsTerminal) {
    throw new KitError('usage', 'there is nobody to ask whether the trust policy may be changed; nothing was done', {
      hint: 'Add --yes to agree, or take --as simulate, which changes nothing.',
    });
  }
  const answer = await context.askText('Change the trust policy for this test? (yes or no)');
  if (/^y(es)?$/i.test(answer.trim())) return way;
  throw new KitError('usage', 'the trust policy was not changed, and nothing was done', {
    hint: '--as simulate answers from the policies, without a change.',
  });
}
