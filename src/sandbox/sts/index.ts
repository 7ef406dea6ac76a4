import { stsPermissions } from '../../operations/index.ts';
import { AwsError } from '../contract.ts';
import { accountOfKeyId } from '../identity/ids.ts';
import type { SessionPrincipal } from '../identity/session.ts';
import { isoTime, type QueryCall, type QueryOperation } from '../query/operation.ts';
import { assumeRole, isDevice } from './assume-role.ts';

/** Needs no permission, and no policy can deny it. https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const getCallerIdentity: QueryOperation = {
  name: 'GetCallerIdentity',
  rules: [],
  handle: ({ caller }) => ({ Arn: caller.arn, UserId: caller.userId, Account: caller.account }),
};

function sessionOwner({ identity }: QueryCall): SessionPrincipal {
  if (identity.kind === 'role' || identity.session !== undefined) {
    throw new AwsError('AccessDenied', 403, 'Cannot call GetSessionToken with session credentials');
  }
  return identity.kind === 'root'
    ? { kind: 'root' }
    : { kind: 'user', userName: identity.userName, userId: identity.userId };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html */
const getSessionToken: QueryOperation = {
  name: 'GetSessionToken',
  rules: [
    { name: 'DurationSeconds', integer: true, min: 900, max: 129_600 },
    { name: 'SerialNumber', min: 9, max: 256, pattern: /^[\w+=/:,.@-]*$/ },
    { name: 'TokenCode', min: 6, max: 6, pattern: /^[\d]*$/ },
  ],
  handle: (call) => {
    const principal = sessionOwner(call);
    const serial = call.parameters.get('SerialNumber');
    const code = call.parameters.get('TokenCode');
    if ((serial !== undefined || code !== undefined) && !isDevice(call, serial, code)) {
      throw new AwsError('AccessDenied', 403, 'MultiFactorAuthentication failed with invalid MFA one time pass code. ');
    }
    const requested = call.parameters.int('DurationSeconds') ?? 43_200;
    const seconds = principal.kind === 'root' ? Math.min(requested, 3600) : requested;
    const issuedAt = call.world.now().getTime();
    const credentials = call.world.vault.issue({
      account: call.caller.account,
      issuedAt,
      expiresAt: issuedAt + seconds * 1000,
      mfa: serial !== undefined,
      principal,
    });
    return {
      Credentials: {
        AccessKeyId: credentials.accessKeyId,
        SecretAccessKey: credentials.secretAccessKey,
        SessionToken: credentials.sessionToken,
        Expiration: isoTime(credentials.expiration),
      },
    };
  },
};

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html */
const getAccessKeyInfo: QueryOperation = {
  name: 'GetAccessKeyInfo',
  rules: [{ name: 'AccessKeyId', required: true, min: 12, max: 128, pattern: /^[\w]*$/ }],
  handle: (call) => {
    const { account: own } = call.caller;
    const permissions = stsPermissions({ operation: 'GetAccessKeyInfo', partition: 'aws', account: own });
    call.context.authorize(call.caller, permissions, { account: own });
    const keyId = call.parameters.need('AccessKeyId');
    const account = call.world.store.accounts.has(keyId) ? keyId : accountOfKeyId(keyId);
    if (account === undefined) throw new AwsError('ValidationError', 400, 'Invalid Access Key ID.');
    return { Account: account };
  },
};

/** Every operation of STS that the sandbox has. */
export const stsOperations: readonly QueryOperation[] = [
  assumeRole,
  getCallerIdentity,
  getSessionToken,
  getAccessKeyInfo,
];
