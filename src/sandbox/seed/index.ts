import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import type { Clock } from '../clock.ts';
import type { FaultControl } from '../faults/index.ts';
import type { Network } from '../http/exchange.ts';
import type { Organization } from '../identity/organization.ts';
import type { Uses } from '../identity/uses.ts';
import type { KeyStore } from '../kms/store.ts';
import type { Scenario, ScenarioCaller } from '../scenarios/types.ts';
import { seedAccountBlock, seedBucket, seedLogging } from './buckets.ts';
import type { Inside } from './inside.ts';
import { finishKey, seedKey } from './keys.ts';
import { createPast } from './past.ts';
import { removePrincipals, type SeededKey, seedPrincipals, textAt } from './principals.ts';

export type { SeededKey } from './principals.ts';

/** What a scenario has left in the sandbox beside what it states. */
export interface Seeded {
  /** Access keys by `ACCOUNT/USER`. */
  readonly accessKeys: ReadonlyMap<string, SeededKey>;
  /** Whose credentials the verifier runs with. */
  readonly caller: SeededKey;
}

/** What of a scenario is seeded; without a verifier its caller is the root user of ChannelMix's account. */
export type SeededScenario = Pick<Scenario, 'world'> & Partial<Pick<Scenario, 'verify'>>;

/** What seeding needs of a sandbox. */
export interface SeedParts {
  readonly inside: Inside;
  readonly clock: Clock;
  readonly faults: FaultControl;
  readonly network: Network;
  readonly organization: Organization;
  readonly kms: Pick<KeyStore, 'put'>;
  readonly uses: Uses;
  readonly region: string;
}

const DEFAULT_AGE_SECONDS = 30 * 86_400;

/**
 * Makes the world of a scenario by the services' own operations, so that it is checked as AWS would check it. What binds even the root
 * user (the organization), the network and the faults come last. Throws `AwsError` where a service refuses a part of it.
 */
export async function seedScenario(parts: SeedParts, scenario: SeededScenario): Promise<Seeded> {
  const { inside, clock, faults, network, organization, kms, uses, region } = parts;
  const { world, verify } = scenario;
  const ageMs = (world.ageSeconds ?? DEFAULT_AGE_SECONDS) * 1000;
  const past = createPast(clock, uses, clock.now().getTime(), region);
  const isDelay = (fault: string): boolean => fault.startsWith('iam-');
  for (const fault of (world.faults ?? []).filter(isDelay)) faults.add(fault);

  clock.advance(-ageMs);
  const accessKeys = await seedPrincipals(inside, past, world);
  for (const key of world.keys ?? []) seedKey(inside, kms, key);
  for (const bucket of world.buckets ?? []) await seedBucket(inside, past, bucket, region);
  for (const bucket of world.buckets ?? []) await seedLogging(inside, bucket, region);
  for (const [account, block] of Object.entries(world.accountPublicAccessBlocks ?? {})) {
    await seedAccountBlock(inside, account, block);
  }
  const wanted = callerOf(scenario);
  const expired = 'role' in wanted && wanted.expired === true ? sessionOf(inside, wanted) : undefined;
  removePrincipals(inside, world);
  clock.advance(ageMs);
  for (const key of world.keys ?? []) finishKey(inside, kms, key);

  const caller = expired ?? resolveCaller(inside, wanted, accessKeys);
  if (world.organization !== undefined) organization.set(world.organization);
  const { sourceIp, sourceVpce, secureTransport, endpointPolicy } = world.network ?? {};
  if (sourceIp !== undefined) network.sourceIp = sourceIp;
  if (sourceVpce !== undefined) network.sourceVpce = sourceVpce;
  if (endpointPolicy !== undefined) network.endpointPolicy = JSON.parse(JSON.stringify(endpointPolicy));
  if (secureTransport !== undefined) network.secureTransport = secureTransport;
  for (const fault of world.faults ?? []) if (!isDelay(fault)) faults.add(fault);
  return { accessKeys, caller: verify?.keyOf === undefined ? caller : keyOf(verify.keyOf, accessKeys) };
}

function callerOf({ verify }: SeededScenario): ScenarioCaller {
  return verify?.caller ?? { account: CHANNELMIX_ACCOUNT_ID };
}

function keyOf(
  user: { readonly account?: string; readonly user: string },
  keys: ReadonlyMap<string, SeededKey>,
  account = user.account ?? '111122223333',
): SeededKey {
  const key = keys.get(`${account}/${user.user}`);
  if (key === undefined) throw new TypeError(`the scenario has no access key of ${account}/${user.user}`);
  return key;
}

function sessionOf(
  inside: Inside,
  { account, role, sessionPolicy }: Extract<ScenarioCaller, { readonly role: string }>,
): SeededKey {
  const answer = inside.query('sts', account, 'AssumeRole', {
    RoleArn: `arn:aws:iam::${account}:role/${role}`,
    RoleSessionName: 'verifier',
    Policy: sessionPolicy === undefined ? undefined : JSON.stringify(sessionPolicy),
  });
  return {
    accessKeyId: textAt(answer, 'Credentials', 'AccessKeyId'),
    secretAccessKey: textAt(answer, 'Credentials', 'SecretAccessKey'),
    sessionToken: textAt(answer, 'Credentials', 'SessionToken'),
  };
}

function resolveCaller(inside: Inside, caller: ScenarioCaller, keys: ReadonlyMap<string, SeededKey>): SeededKey {
  if ('accessKeyId' in caller) return caller;
  if ('user' in caller) return keyOf(caller, keys);
  if ('role' in caller) return sessionOf(inside, caller);
  return { accessKeyId: caller.account, secretAccessKey: caller.account };
}
