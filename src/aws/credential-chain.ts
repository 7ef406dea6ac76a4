import { KitError } from '../model/errors.ts';

/** Long-term or temporary credentials. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const silence = () => undefined;
/** The SDK warns on the console of what its callers learn by the error: what a command prints is its own. */
export const SILENT = { trace: silence, debug: silence, info: silence, warn: silence, error: silence };

/**
 * The chain of the AWS CLI: a profile that was asked for, keys in the environment, `AWS_PROFILE`, SSO, web identity, process, container,
 * instance. Asked once, then kept until it expires. The SDK alone would take `AWS_PROFILE` before the keys.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
 */
export async function credentialChain({
  profile,
  mfaCode,
}: {
  readonly profile?: string | undefined;
  readonly mfaCode?: ((serial: string) => Promise<string>) | undefined;
}) {
  const { fromEnv, fromNodeProviderChain } = await import('@aws-sdk/credential-providers');
  const { AWS_ACCESS_KEY_ID: id = '', AWS_SECRET_ACCESS_KEY: secret = '' } = process.env;
  if (profile === undefined && id !== '' && secret !== '') return fromEnv();
  const chain = fromNodeProviderChain({
    logger: SILENT,
    ...(profile === undefined ? {} : { profile }),
    ...(mfaCode === undefined ? {} : { mfaCodeProvider: mfaCode }),
  });
  if (profile === undefined) return chain;
  return (properties?: Parameters<typeof chain>[0]) =>
    chain(properties).catch((cause: unknown) => {
      if (cause instanceof KitError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      const error = new Error(`profile ${JSON.stringify(profile)} gives none: ${reason}`, { cause });
      throw Object.assign(error, { name: 'CredentialsProviderError' });
    });
}
