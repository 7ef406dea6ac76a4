import { SCRIPTS } from './environment.ts';
import type { Peer } from './peers.ts';
import { run } from './processes.ts';

/** What a client met when it made one call, as the Python scripts print it. */
export interface Verdict {
  readonly call: string;
  readonly action: string;
  readonly resource: string;
  readonly result: 'allow' | 'deny' | 'error';
  readonly code: string;
  /** Null where the client does not tell it, and where the answer was good. */
  readonly http: number | null;
  /** What was wrong with an answer that came (code `Mismatch`). */
  readonly detail?: string;
}

/** A verdict of the compatibility cases, which know what AWS answers and where that is written. */
export interface JudgedVerdict extends Verdict {
  readonly expect: string;
  readonly page: string;
}

/** A verdict in one line: `allow`, or `deny AccessDenied 403`. */
export function inWords({ result, code, http }: Verdict, withStatus = true): string {
  if (result === 'allow') return 'allow';
  return http === null || !withStatus ? `${result} ${code}` : `${result} ${code} ${http}`;
}

/**
 * Runs a Python script against a peer and reads the verdicts that it prints. The environment holds what is given and nothing of this
 * process but PATH, so that no profile or key of the machine is ever used; secrets go no other way.
 *
 * @throws Error with the script's own words when it ends with anything but 0
 */
export async function runScript<Line extends Verdict>(
  python: string,
  script: 'channelmix_client.py' | 'channelmix_cli.py' | 'compat_main.py',
  peer: Peer,
  environment: Readonly<Record<string, string>>,
): Promise<readonly Line[]> {
  const done = await run(python, [`${SCRIPTS}/${script}`], {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: '/nonexistent',
      PYTHONDONTWRITEBYTECODE: '1',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_MAX_ATTEMPTS: '1',
      // The job is signed by botocore's own signer, as with a plain boto3; the compatibility cases by the Common Runtime's.
      BOTO_DISABLE_CRT: script === 'compat_main.py' ? 'false' : 'true',
      PEER_ENDPOINT: peer.endpoint,
      PEER_VIRTUAL_ENDPOINT: peer.virtualEndpoint,
      ...(peer.certificate === undefined ? {} : { AWS_CA_BUNDLE: peer.certificate }),
      ...environment,
    },
    seconds: 180,
  });
  if (done.code !== 0)
    throw new Error(`${script} at ${peer.name} ended with ${done.code}:\n${done.stderr.slice(-3000)}`);
  return done.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
