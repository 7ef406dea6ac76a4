import { AwsError } from '../contract.ts';
import type { User } from '../identity/store.ts';
import { isoTime, type QueryOperation } from '../query/operation.ts';
import type { XmlValue } from '../xml.ts';
import { alreadyExists, noSuchEntity } from './errors.ts';
import { optionalUserName } from './rules.ts';
import { authorizedUser, storePrincipal, without } from './support.ts';

function profileElement(user: User, profile: NonNullable<User['loginProfile']>): { [element: string]: XmlValue } {
  return {
    UserName: user.name,
    CreateDate: isoTime(profile.createdAt),
    PasswordResetRequired: profile.resetRequired,
  };
}

function notFound(user: User): AwsError {
  return noSuchEntity(`Login Profile for User ${user.name} cannot be found.`);
}

/**
 * The policy of accounts that have none of their own: eight characters of three kinds. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 */
function checkPassword(password: string): void {
  const kinds = [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(password)).length;
  if (password.length >= 8 && kinds >= 3) return;
  throw new AwsError('PasswordPolicyViolation', 400, 'Password does not conform to the account password policy.');
}

/** CreateLoginProfile gives a user a password, which the sandbox does not keep: it has no console. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html */
const createLoginProfile: QueryOperation = {
  name: 'CreateLoginProfile',
  rules: [
    optionalUserName,
    { name: 'Password', required: true, min: 1, max: 128 },
    { name: 'PasswordResetRequired', oneOf: ['true', 'false'] },
  ],
  handle: (call) => {
    const user = authorizedUser(call, 'CreateLoginProfile');
    if (user.loginProfile !== undefined) throw alreadyExists(`Login Profile for User ${user.name} already exists.`);
    checkPassword(call.parameters.need('Password'));
    const loginProfile = {
      createdAt: call.world.now(),
      resetRequired: call.parameters.get('PasswordResetRequired') === 'true',
    };
    storePrincipal(call, { ...user, loginProfile });
    return { LoginProfile: profileElement(user, loginProfile) };
  },
};

const getLoginProfile: QueryOperation = {
  name: 'GetLoginProfile',
  rules: [optionalUserName],
  handle: (call) => {
    const user = authorizedUser(call, 'GetLoginProfile');
    if (user.loginProfile === undefined) throw notFound(user);
    return { LoginProfile: profileElement(user, user.loginProfile) };
  },
};

const deleteLoginProfile: QueryOperation = {
  name: 'DeleteLoginProfile',
  rules: [optionalUserName],
  handle: (call) => {
    const user = authorizedUser(call, 'DeleteLoginProfile');
    if (user.loginProfile === undefined) throw notFound(user);
    storePrincipal(call, without(user, 'loginProfile'));
    return undefined;
  },
};

/** Passwords of users for the console. */
export const loginProfileOperations: readonly QueryOperation[] = [
  createLoginProfile,
  getLoginProfile,
  deleteLoginProfile,
];
