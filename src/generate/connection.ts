import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';

/** The four fields of ChannelMix's connection form, under the form's own names. */
export interface ConnectionFields {
  readonly 'AWS access key id': string;
  readonly 'AWS secret access key': string;
  readonly 'Role ARN': string;
  readonly 'ChannelMix AWS Account ID': string;
}

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
      'AWS access key id': 'n/a',
      'AWS secret access key': 'n/a',
      'Role ARN': connection.roleArn,
      'ChannelMix AWS Account ID': CHANNELMIX_ACCOUNT_ID,
    };
  }
  return {
    'AWS access key id': connection.accessKeyId,
    'AWS secret access key': connection.secretAccessKey ?? SECRET_PLACEHOLDER,
    'Role ARN': 'n/a',
    'ChannelMix AWS Account ID': 'n/a',
  };
}
