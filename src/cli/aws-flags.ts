import type { CommandOptions } from './command.ts';

/** The AWS CLI's options, with the AWS CLI's meaning; the usual `AWS_*` variables are read by the SDK. */
export const awsOptions = {
  profile: { type: 'string', requiresArg: true, describe: 'profile of the AWS configuration' },
  region: { type: 'string', requiresArg: true, describe: 'AWS region; S3 corrects it by the answer of the bucket' },
  'endpoint-url': { type: 'string', requiresArg: true, describe: 'endpoint instead of AWS, such as the sandbox' },
} as const satisfies CommandOptions;
