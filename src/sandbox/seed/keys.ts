import { parseArn } from '../../model/arn.ts';
import type { KeyStore } from '../kms/store.ts';
import type { ScenarioKey } from '../scenarios/types.ts';
import type { Inside } from './inside.ts';

function placeOf(key: ScenarioKey): { readonly account: string; readonly region: string } {
  const arn = parseArn(key.arn);
  if (arn?.service !== 'kms') throw new TypeError(`${key.arn} is not the ARN of a KMS key`);
  return arn;
}

/** Makes a key with the id that is stated, its aliases and grants: everything that takes the default policy. */
export function seedKey(inside: Inside, kms: Pick<KeyStore, 'put'>, key: ScenarioKey): void {
  const { account, region } = placeOf(key);
  kms.put(key.arn);
  for (const AliasName of key.aliases ?? []) {
    inside.json('kms', account, 'CreateAlias', { AliasName, TargetKeyId: key.arn }, region);
  }
  for (const { name, granteePrincipal, operations } of key.grants ?? []) {
    const grant = { KeyId: key.arn, GranteePrincipal: granteePrincipal, Operations: [...operations] };
    inside.json('kms', account, 'CreateGrant', { ...grant, ...(name === undefined ? {} : { Name: name }) }, region);
  }
}

/** Brings a key into its state, and puts its policy, which may shut out even the account that owns it. */
export function finishKey(inside: Inside, kms: Pick<KeyStore, 'put'>, key: ScenarioKey): void {
  const { account, region } = placeOf(key);
  const KeyId = key.arn;
  if (key.state === 'Deleted') {
    kms.put(key.arn, { state: 'Deleted' });
    return;
  }
  if (key.state === 'Disabled') inside.json('kms', account, 'DisableKey', { KeyId }, region);
  if (key.state === 'PendingDeletion') inside.json('kms', account, 'ScheduleKeyDeletion', { KeyId }, region);
  if (key.policy === undefined) return;
  const Policy = JSON.stringify(key.policy);
  inside.json('kms', account, 'PutKeyPolicy', { KeyId, Policy, BypassPolicyLockoutSafetyCheck: true }, region);
}
