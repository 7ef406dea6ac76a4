import { uniqueId } from '../identity/ids.ts';
import type { User } from '../identity/store.ts';
import type { QueryCall, QueryOperation } from '../query/operation.ts';
import { isoTime } from '../query/operation.ts';
import type { XmlValue } from '../xml.ts';
import { keysOf } from './access-keys.ts';
import { alreadyExists, deleteConflict, limitExceeded } from './errors.ts';
import { arn, optionalUserName, paging, path, pathPrefix, userName } from './rules.ts';
import {
  accountOf,
  arnFor,
  authorize,
  authorizedCreation,
  authorizedUser,
  boundaryElement,
  isTaken,
  pageOf,
  principalElement,
  readBoundary,
  tagList,
  underPath,
} from './support.ts';

const MAX_USERS = 5000;

function userElement(user: User, detail: boolean): { [element: string]: XmlValue } {
  return {
    ...principalElement('User', user),
    ...(detail ? { PermissionsBoundary: boundaryElement(user.boundary), Tags: tagList(user.tags) } : {}),
  };
}

/** CreateUser. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html */
const createUser: QueryOperation = {
  name: 'CreateUser',
  rules: [userName, path, arn('PermissionsBoundary', false)],
  handle: (call) => {
    const asked = authorizedCreation(call, 'user');
    const account = accountOf(call);
    if (isTaken(account.users.values(), asked.name))
      throw alreadyExists(`User with name ${asked.name} already exists.`);
    if (account.users.size() >= MAX_USERS) throw limitExceeded(`Cannot exceed quota for UsersPerAccount: ${MAX_USERS}`);
    readBoundary(call);
    const user: User = {
      kind: 'user',
      id: uniqueId('AIDA'),
      ...asked,
      account: account.id,
      createdAt: call.world.now(),
      inline: [],
      attached: [],
    };
    account.users.set(user.name, user);
    return { User: userElement(user, true) };
  },
};

/** Without a name, the user is the caller; the root user has neither name nor path. */
const getUser: QueryOperation = {
  name: 'GetUser',
  rules: [optionalUserName],
  handle: (call) => {
    const { caller, parameters } = call;
    if (parameters.get('UserName') === undefined && caller.kind === 'root') {
      return { User: { UserId: caller.account, Arn: caller.arn, CreateDate: isoTime(new Date(0)) } };
    }
    return { User: userElement(authorizedUser(call, 'GetUser'), true) };
  },
};

const listUsers: QueryOperation = {
  name: 'ListUsers',
  rules: [pathPrefix, ...paging],
  handle: (call) => {
    authorize(call, 'ListUsers', arnFor(call, 'user', '', call.parameters.get('PathPrefix') ?? '/'));
    return pageOf(call, 'Users', underPath(call, accountOf(call).users.values()), (user) => userElement(user, false));
  },
};

const deleteUser: QueryOperation = {
  name: 'DeleteUser',
  rules: [userName],
  handle: (call) => {
    const user = authorizedUser(call, 'DeleteUser');
    if (user.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
    if (user.inline.length > 0) throw deleteConflict('Cannot delete entity, must delete policies first.');
    if (keysOf(call, user).length > 0) throw deleteConflict('Cannot delete entity, must delete access keys first.');
    if (user.loginProfile !== undefined) throw deleteConflict('Cannot delete entity, must delete login profile first.');
    accountOf(call).users.delete(user.name);
    return undefined;
  },
};

/** UpdateUser renames or moves a user; its unique id stays. */
const updateUser: QueryOperation = {
  name: 'UpdateUser',
  rules: [userName, { ...path, name: 'NewPath' }, { ...userName, name: 'NewUserName', required: false }],
  handle: (call) => {
    const user = authorizedUser(call, 'UpdateUser');
    const name = call.parameters.get('NewUserName') ?? user.name;
    const newPath = call.parameters.get('NewPath') ?? user.path;
    const moved: User = { ...user, name, path: newPath, arn: arnFor(call, 'user', name, newPath) };
    authorize(call, 'UpdateUser', moved.arn);
    const { users } = accountOf(call);
    const others = [...users.values()].filter((other) => other.id !== user.id);
    if (isTaken(others, name)) throw alreadyExists(`User with name ${name} already exists.`);
    const keys = keysOf(call, user);
    if (name !== user.name) users.delete(user.name);
    users.set(name, moved);
    for (const key of keys) call.world.store.keys.set(key.id, { ...key, userName: name });
    return undefined;
  },
};

/** What users can have in IAM and never have here: provider and scripts ask before they delete a user. */
function emptyList(name: string, element: string): QueryOperation {
  return {
    name,
    rules: [optionalUserName, ...paging],
    handle: (call: QueryCall) => {
      authorizedUser(call, name);
      return pageOf<never>(call, element, [], () => undefined);
    },
  };
}

/** Operations on users themselves. */
export const userOperations: readonly QueryOperation[] = [
  createUser,
  getUser,
  listUsers,
  deleteUser,
  updateUser,
  emptyList('ListGroupsForUser', 'Groups'),
  emptyList('ListMFADevices', 'MFADevices'),
  emptyList('ListSSHPublicKeys', 'SSHPublicKeys'),
  emptyList('ListSigningCertificates', 'Certificates'),
];
