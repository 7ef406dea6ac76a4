import type { Permission } from './types.ts';

/** What is known of one STS call; enough to tell which permissions it needs. */
interface StsCall {
  readonly operation: string;
  readonly partition: string;
  /** Account of the caller. */
  readonly account: string;
  /** Of the role to assume. */
  readonly roleArn?: string;
  readonly setsTags?: boolean;
  readonly setsSourceIdentity?: boolean;
  /** Name of the federated user of GetFederationToken. */
  readonly name?: string;
}

function assume(action: string): (call: StsCall) => readonly Permission[] {
  return ({ operation, roleArn, setsTags, setsSourceIdentity }) => {
    if (roleArn === undefined) throw new TypeError(`STS ${operation} needs a role`);
    const actions = [
      action,
      ...(setsTags === true ? ['TagSession'] : []),
      ...(setsSourceIdentity === true ? ['SetSourceIdentity'] : []),
    ];
    return actions.map((name) => ({ action: `sts:${name}`, resource: roleArn }));
  };
}

/**
 * The permissions of each STS operation; GetCallerIdentity and GetSessionToken need none.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html
 */
const TABLE: Readonly<Record<string, (call: StsCall) => readonly Permission[]>> = {
  AssumeRole: assume('AssumeRole'),
  AssumeRoleWithSAML: assume('AssumeRoleWithSAML'),
  AssumeRoleWithWebIdentity: assume('AssumeRoleWithWebIdentity'),
  DecodeAuthorizationMessage: () => [{ action: 'sts:DecodeAuthorizationMessage', resource: '*' }],
  GetAccessKeyInfo: () => [{ action: 'sts:GetAccessKeyInfo', resource: '*' }],
  GetCallerIdentity: () => [],
  GetFederationToken: ({ operation, partition, account, name }) => {
    if (name === undefined) throw new TypeError(`STS ${operation} needs a name`);
    return [{ action: 'sts:GetFederationToken', resource: `arn:${partition}:sts::${account}:federated-user/${name}` }];
  },
  GetSessionToken: () => [],
};

/** API names of the STS operations in the table. */
export const STS_OPERATIONS: readonly string[] = Object.keys(TABLE);

/** The permissions that an STS call needs. Throws a `TypeError` for an operation that is not in the table: a bug of the caller. */
export function stsPermissions(call: StsCall): readonly Permission[] {
  const row = Object.hasOwn(TABLE, call.operation) ? TABLE[call.operation] : undefined;
  if (row === undefined) throw new TypeError(`unknown STS operation ${call.operation}`);
  return row(call);
}
