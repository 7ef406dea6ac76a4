import pMap from 'p-map';
import type { Caller } from '../aws/index.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import { identify, shareVerifyPorts } from '../verify/index.ts';
import { type FleetAws, fleetConnector } from './run-unit.ts';
import type { FleetUnit } from './units.ts';

/**
 * Asks who assumes the roles, once for each profile, before anything is begun: a thousand errors that all say that nobody is logged in
 * help nobody.
 *
 * @throws KitError `credentials` when it is not ChannelMix, `network`, `service`
 */
export async function identifyCallers(
  units: readonly FleetUnit[],
  aws: FleetAws,
  signal: AbortSignal,
): Promise<Readonly<Record<string, Caller>>> {
  const ours = units.filter((unit) => unit.job === 'verify' && unit.as === 'channelmix');
  const profiles = [...new Set(ours.map(({ profile = '' }) => profile))];
  const callers = await pMap(profiles, async (profile) => [profile, await callerOf(profile, aws, signal)] as const, {
    concurrency: 8,
  });
  return Object.fromEntries(callers);
}

async function callerOf(profile: string, aws: FleetAws, signal: AbortSignal): Promise<Caller> {
  const connector = fleetConnector(aws, profile);
  try {
    const caller = await identify(shareVerifyPorts(connector, {}), { way: 'role' }, signal);
    if (caller.account === CHANNELMIX_ACCOUNT_ID) return caller;
    const whose = profile === '' ? 'these credentials' : `the credentials of profile ${profile}`;
    throw new KitError(
      'credentials',
      `${whose} are ${caller.arn}, and only account ${CHANNELMIX_ACCOUNT_ID} (ChannelMix) can try roles as ChannelMix does`,
      {
        hint: "Use ChannelMix's credentials (--profile NAME, or the AWS_* variables), or --as simulate with the client's.",
      },
    );
  } finally {
    connector.close();
  }
}
