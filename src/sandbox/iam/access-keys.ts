import { accessKeyId as newAccessKeyId, secretAccessKey } from '../identity/ids.ts';
import type { AccessKey, User } from '../identity/store.ts';
import { isoTime, type QueryCall, type QueryOperation } from '../query/operation.ts';
import { limitExceeded, noSuchEntity } from './errors.ts';
import { accessKeyId, optionalUserName, paging } from './rules.ts';
import { accountOf, arnFor, authorize, authorizedUser, pageOf } from './support.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_KEYS = 2;

/** The access keys of a user, oldest first. */
export function keysOf(call: QueryCall, user: User): readonly AccessKey[] {
  return [...call.world.store.keys.values()].filter((key) => key.userId === user.id);
}

function keyOf(call: QueryCall, user: User): AccessKey {
  const id = call.parameters.need('AccessKeyId');
  const key = call.world.store.keys.get(id);
  if (key?.userId !== user.id) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return key;
}

function statusOf(key: AccessKey): string {
  return key.active ? 'Active' : 'Inactive';
}

/** CreateAccessKey: the only time that the secret is shown. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html */
const createAccessKey: QueryOperation = {
  name: 'CreateAccessKey',
  rules: [optionalUserName],
  handle: (call) => {
    const user = authorizedUser(call, 'CreateAccessKey');
    if (keysOf(call, user).length >= MAX_KEYS)
      throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${MAX_KEYS}`);
    const key: AccessKey = {
      id: newAccessKeyId('AKIA', user.account),
      secret: secretAccessKey(),
      account: user.account,
      userName: user.name,
      userId: user.id,
      active: true,
      createdAt: call.world.now(),
    };
    call.world.store.keys.set(key.id, key);
    return {
      AccessKey: {
        UserName: user.name,
        AccessKeyId: key.id,
        Status: statusOf(key),
        SecretAccessKey: key.secret,
        CreateDate: isoTime(key.createdAt),
      },
    };
  },
};

const listAccessKeys: QueryOperation = {
  name: 'ListAccessKeys',
  rules: [optionalUserName, ...paging],
  handle: (call) => {
    const user = authorizedUser(call, 'ListAccessKeys');
    const page = pageOf(call, 'AccessKeyMetadata', keysOf(call, user), (key) => ({
      UserName: user.name,
      AccessKeyId: key.id,
      Status: statusOf(key),
      CreateDate: isoTime(key.createdAt),
    }));
    return { UserName: user.name, ...page };
  },
};

const updateAccessKey: QueryOperation = {
  name: 'UpdateAccessKey',
  rules: [optionalUserName, accessKeyId, { name: 'Status', required: true, oneOf: ['Active', 'Inactive', 'Expired'] }],
  handle: (call) => {
    const user = authorizedUser(call, 'UpdateAccessKey');
    const key = keyOf(call, user);
    call.world.store.keys.set(key.id, { ...key, active: call.parameters.need('Status') === 'Active' });
    return undefined;
  },
};

const deleteAccessKey: QueryOperation = {
  name: 'DeleteAccessKey',
  rules: [optionalUserName, accessKeyId],
  handle: (call) => {
    const user = authorizedUser(call, 'DeleteAccessKey');
    const key = keyOf(call, user);
    call.world.store.keys.delete(key.id);
    call.world.store.uses.forgetKey(key.id);
    return undefined;
  },
};

const getAccessKeyLastUsed: QueryOperation = {
  name: 'GetAccessKeyLastUsed',
  rules: [accessKeyId],
  handle: (call) => {
    const id = call.parameters.need('AccessKeyId');
    const { keys, uses } = call.world.store;
    const key = keys.get(id);
    const user = accountOf(call).users.get(key?.userName ?? '');
    authorize(call, 'GetAccessKeyLastUsed', user?.arn ?? arnFor(call, 'user', '*'));
    if (key?.account !== call.caller.account) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
    const use = uses.ofKey(id);
    return {
      UserName: key.userName,
      // A key that was never used has no date. https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKeyLastUsed.html
      AccessKeyLastUsed:
        use === undefined
          ? { ServiceName: 'N/A', Region: 'N/A' }
          : { LastUsedDate: isoTime(use.at), ServiceName: use.service, Region: use.region },
    };
  },
};

/** Access keys of users. */
export const accessKeyOperations: readonly QueryOperation[] = [
  createAccessKey,
  listAccessKeys,
  updateAccessKey,
  deleteAccessKey,
  getAccessKeyLastUsed,
];
