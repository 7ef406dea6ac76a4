import { defaultKeyPolicy } from '../../model/key-policy.ts';
import type { JsonValue } from '../../model/policy.ts';
import type { Input } from '../json/input.ts';
import { pageAt, validationException } from '../json/input.ts';
import type { JsonCall, JsonOperation, JsonResult } from '../json/service.ts';
import { authorizedKey, authorizeWithoutKey, keysOf } from './access.ts';
import { invalidMarker, invalidState, malformedPolicy, notFound, unsupported } from './errors.ts';
import { readKeyPolicy } from './policy-document.ts';
import type { KeyPolicy, KmsKey } from './store.ts';

const DAY_MS = 86_400_000;

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html. Times are seconds since 1970. */
function metadata(key: KmsKey): JsonValue {
  return {
    AWSAccountId: key.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.createdAt.getTime() / 1000,
    Enabled: key.state === 'Enabled',
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.state,
    ...(key.deletionAt === undefined ? {} : { DeletionDate: key.deletionAt.getTime() / 1000 }),
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  };
}

function readTags(input: Input): Readonly<Record<string, string>> {
  return Object.fromEntries(input.records('Tags').map((tag) => [tag.need('TagKey'), tag.text('TagValue') ?? '']));
}

/** Members of CreateKey of which the sandbox has one value only. */
const ONLY: Readonly<Record<string, string>> = {
  KeySpec: 'SYMMETRIC_DEFAULT',
  CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
  KeyUsage: 'ENCRYPT_DECRYPT',
  Origin: 'AWS_KMS',
};

/**
 * Throws when whoever puts the policy could not put another one, unless they say that they want that.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam
 */
function checkLockout(call: JsonCall, key: KmsKey): void {
  if (call.input.flag('BypassPolicyLockoutSafetyCheck')) return;
  const requirement = { action: 'kms:PutKeyPolicy', resource: key.arn, context: { 'kms:CallerAccount': key.account } };
  const policy = keysOf(call).compiledPolicy(key);
  if (call.context.isAllowed(call.caller, requirement, { account: key.account, policy })) return;
  throw malformedPolicy('The new key policy will not allow you to update the key policy in the future.');
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html */
const createKey: JsonOperation = {
  name: 'CreateKey',
  handle: (call) => {
    const { input, caller, region } = call;
    const tags = readTags(input);
    for (const [name, value] of Object.entries(ONLY)) {
      if ((input.text(name) ?? value) !== value)
        throw unsupported(`The sandbox has no keys with ${name} ${input.text(name)}.`);
    }
    if (input.flag('MultiRegion')) throw unsupported('The sandbox has no multi-Region keys.');
    authorizeWithoutKey(call, '*', {
      'kms:KeySpec': 'SYMMETRIC_DEFAULT',
      'kms:KeyUsage': 'ENCRYPT_DECRYPT',
      'kms:KeyOrigin': 'AWS_KMS',
      'kms:MultiRegion': 'false',
      'kms:BypassPolicyLockoutSafetyCheck': String(input.flag('BypassPolicyLockoutSafetyCheck')),
      ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [`aws:RequestTag/${name}`, value])),
      ...(Object.keys(tags).length === 0 ? {} : { 'aws:TagKeys': Object.keys(tags) }),
    });
    const text = input.text('Policy');
    const stored = defaultKeyPolicy(keysOf(call).partition, caller.account);
    const policy: KeyPolicy =
      text === undefined ? { text: JSON.stringify(stored, undefined, 2), stored } : readKeyPolicy(call, text);
    const key = keysOf(call).create({
      account: caller.account,
      region,
      policy,
      description: input.text('Description') ?? '',
      tags,
    });
    try {
      checkLockout(call, key);
    } catch (error) {
      keysOf(call).update(key, { state: 'Deleted' });
      throw error;
    }
    return { KeyMetadata: metadata(key) };
  },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html */
const describeKey: JsonOperation = {
  name: 'DescribeKey',
  handle: (call) => ({ KeyMetadata: metadata(authorizedKey(call, { acrossAccounts: true, takesAlias: true })) }),
};

function checkPolicyName(input: Input): void {
  const name = input.text('PolicyName') ?? 'default';
  if (name !== 'default') throw notFound(`No such policy exists: ${name}`);
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html */
const getKeyPolicy: JsonOperation = {
  name: 'GetKeyPolicy',
  handle: (call) => {
    const key = authorizedKey(call);
    checkPolicyName(call.input);
    const { text, stored } = key.policy;
    // As it was put; where it names roles or users, as they are now: the id of one that is gone.
    const isPlain = JSON.stringify(JSON.parse(text)) === JSON.stringify(stored);
    const Policy = isPlain ? text : JSON.stringify(call.world.principals.toShown(stored), undefined, 2);
    return { Policy, PolicyName: 'default' };
  },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html */
const putKeyPolicy: JsonOperation = {
  name: 'PutKeyPolicy',
  handle: (call) => {
    const bypass = String(call.input.flag('BypassPolicyLockoutSafetyCheck'));
    const key = authorizedKey(call, {
      customer: true,
      context: { 'kms:BypassPolicyLockoutSafetyCheck': bypass },
    });
    checkPolicyName(call.input);
    const policy = readKeyPolicy(call, call.input.need('Policy'));
    checkLockout(call, { ...key, policy });
    keysOf(call).update(key, { policy });
    return {};
  },
};

const listKeyPolicies: JsonOperation = {
  name: 'ListKeyPolicies',
  handle: (call) => {
    authorizedKey(call);
    return { PolicyNames: ['default'], Truncated: false };
  },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html, …/API_DisableKey.html */
const setEnabled = (name: 'EnableKey' | 'DisableKey', state: 'Enabled' | 'Disabled'): JsonOperation => ({
  name,
  handle: (call) => {
    const key = authorizedKey(call, { customer: true, alive: true });
    keysOf(call).update(key, { state });
    return {};
  },
});

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
const scheduleKeyDeletion: JsonOperation = {
  name: 'ScheduleKeyDeletion',
  handle: (call) => {
    const days = call.input.int('PendingWindowInDays', { min: 7, max: 30 }) ?? 30;
    const key = authorizedKey(call, {
      customer: true,
      alive: true,
      context: { 'kms:ScheduleKeyDeletionPendingWindowInDays': String(days) },
    });
    const deletionAt = new Date(call.world.now().getTime() + days * DAY_MS);
    keysOf(call).update(key, { state: 'PendingDeletion', deletionAt });
    return {
      KeyId: key.arn,
      DeletionDate: deletionAt.getTime() / 1000,
      KeyState: 'PendingDeletion',
      PendingWindowInDays: days,
    };
  },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html: the key is then disabled. */
const cancelKeyDeletion: JsonOperation = {
  name: 'CancelKeyDeletion',
  handle: (call) => {
    const key = authorizedKey(call, { customer: true });
    if (key.state !== 'PendingDeletion') throw invalidState(`${key.arn} is not pending deletion.`);
    const { deletionAt: _gone, ...kept } = key;
    keysOf(call).replace({ ...kept, state: 'Disabled' });
    return { KeyId: key.arn };
  },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html */
const updateKeyDescription: JsonOperation = {
  name: 'UpdateKeyDescription',
  handle: (call) => {
    const key = authorizedKey(call, { customer: true, alive: true });
    const description = call.input.text('Description') ?? '';
    if (description.length > 8192)
      throw validationException('Description', 'Member must have length less than or equal to 8192');
    keysOf(call).update(key, { description });
    return {};
  },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html */
const listKeys: JsonOperation = {
  name: 'ListKeys',
  handle: (call) => {
    authorizeWithoutKey(call);
    const keys = keysOf(call).ofAccount(call.caller.account, call.region);
    return truncated(call, 'Keys', keys, 100, (key) => ({ KeyId: key.id, KeyArn: key.arn }));
  },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html */
const listResourceTags: JsonOperation = {
  name: 'ListResourceTags',
  handle: (call) => {
    const key = authorizedKey(call);
    return truncated(call, 'Tags', Object.entries(key.tags), 50, ([TagKey, TagValue]) => ({ TagKey, TagValue }));
  },
};

/** A page of a list as KMS gives it. */
export function truncated<T>(
  call: JsonCall,
  member: string,
  items: readonly T[],
  limit: number,
  show: (item: T) => JsonValue,
): JsonResult {
  const size = call.input.int('Limit', { min: 1, max: 1000 }) ?? limit;
  const { page, next } = pageAt(items, size, call.input.text('Marker'), invalidMarker);
  return {
    [member]: page.map(show),
    Truncated: next !== undefined,
    ...(next === undefined ? {} : { NextMarker: next }),
  };
}

/** Keys and their policies. */
export const keyOperations: readonly JsonOperation[] = [
  createKey,
  describeKey,
  getKeyPolicy,
  putKeyPolicy,
  listKeyPolicies,
  setEnabled('EnableKey', 'Enabled'),
  setEnabled('DisableKey', 'Disabled'),
  scheduleKeyDeletion,
  cancelKeyDeletion,
  updateKeyDescription,
  listKeys,
  listResourceTags,
];
