import type { Seeded } from '../seed/index.ts';
import type { Scenario } from './types.ts';

/** The flags of `verify` for a scenario, without the endpoint. */
function verifyFlags({ verify }: Scenario, { caller }: Pick<Seeded, 'caller'>): readonly string[] {
  const flag = (name: string, value: string | undefined): string[] => (value === undefined ? [] : [`--${name}`, value]);
  return [
    ...flag('role-arn', verify.roleArn),
    ...flag('access-key-id', verify.keyOf === undefined ? undefined : caller.accessKeyId),
    ...flag('bucket', verify.bucket),
    ...(verify.prefixes ?? []).flatMap((prefix) => flag('prefix', prefix)),
    ...flag('access', verify.access),
    ...flag('kms-key', verify.kmsKeyArn),
    ...flag('other-bucket', verify.otherBucket),
    ...flag('third-party-profile', verify.thirdParty === undefined ? undefined : `account-${verify.thirdParty}`),
    ...flag('as', verify.as ?? (verify.keyOf === undefined ? 'channelmix' : undefined)),
    ...(verify.as === 'client' ? ['--yes'] : []),
    ...flag('wait', verify.wait),
    ...flag('expect', verify.expect),
    ...flag('region', verify.region),
  ];
}

/** A word as a POSIX shell takes it. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The command that verifies the scenario on a sandbox at that endpoint. */
export function verifyCommandLine(scenario: Scenario, seeded: Pick<Seeded, 'caller'>, endpoint: string): string {
  const words = ['channelmix-s3', 'verify', ...verifyFlags(scenario, seeded), '--endpoint-url', endpoint];
  return words.map(shellWord).join(' ');
}

/** The command that gives a shell the credentials of the one who verifies. */
export function exportCommand({ caller }: Pick<Seeded, 'caller'>): string {
  const { accessKeyId, secretAccessKey, sessionToken } = caller;
  const variables = [
    `AWS_ACCESS_KEY_ID=${shellWord(accessKeyId)}`,
    `AWS_SECRET_ACCESS_KEY=${shellWord(secretAccessKey)}`,
    ...(sessionToken === undefined ? [] : [`AWS_SESSION_TOKEN=${shellWord(sessionToken)}`]),
  ];
  return `export ${variables.join(' ')}`;
}
