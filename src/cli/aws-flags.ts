import type { InferredOptionTypes } from 'yargs';
import type { CommandOptions } from './command.ts';
import type { Context } from './context.ts';

/** The AWS CLI's options, with the AWS CLI's meaning; the usual `AWS_*` variables are read by the SDK. */
export const awsOptions = {
  profile: { type: 'string', requiresArg: true, describe: 'profile of the AWS configuration' },
  region: { type: 'string', requiresArg: true, describe: 'AWS region; S3 corrects it by the answer of the bucket' },
  'endpoint-url': { type: 'string', requiresArg: true, describe: 'endpoint instead of AWS, such as the sandbox' },
} as const satisfies CommandOptions;

type AwsArguments = Partial<InferredOptionTypes<typeof awsOptions>>;

/** The region that is meant: the option's, or the environment's as the AWS SDK reads it. */
export function regionOf({ region }: Pick<AwsArguments, 'region'>, env: Context['env']): string | undefined {
  return region || env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined;
}

/** These options as words of a command line, for commands that must reach the same account later. */
export function connectionFlags(args: AwsArguments): readonly string[] {
  const names = ['profile', 'region', 'endpoint-url'] as const;
  return names.flatMap((name) => (args[name] === undefined ? [] : [`--${name}`, args[name]]));
}
