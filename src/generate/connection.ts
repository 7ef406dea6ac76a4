import { type ConnectionFields, NOT_APPLICABLE } from '../model/connection.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';

export type { ConnectionFields };

/** What a client hands over: a role, or the key of a user. */
export type Connection =
  | { readonly auth: 'role'; readonly roleArn: string }
  | { readonly auth: 'key'; readonly accessKeyId: string; readonly secretAccessKey?: string };

/** What stands in place of a secret, which is handed over by another way. */
export const SECRET_PLACEHOLDER = '(secret: hand it over by a safe way)';

/** The form's fields for a connection. Those that do not apply are "n/a"; a secret that was not given is never invented. */
export function connectionFields(connection: Connection): ConnectionFields {
  if (connection.auth === 'role') {
    return {
      'AWS access key id': NOT_APPLICABLE,
      'AWS secret access key': NOT_APPLICABLE,
      'Role ARN': connection.roleArn,
      'ChannelMix AWS Account ID': CHANNELMIX_ACCOUNT_ID,
    };
  }
  return {
    'AWS access key id': connection.accessKeyId,
    'AWS secret access key': connection.secretAccessKey ?? SECRET_PLACEHOLDER,
    'Role ARN': NOT_APPLICABLE,
    'ChannelMix AWS Account ID': NOT_APPLICABLE,
  };
}
