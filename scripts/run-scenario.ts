/** Runs the verifier on a scenario, as the command would, in this process. Used by the tests of the scenarios and by the script that writes their pages. */

import { createAwsClients } from '../src/aws/index.ts';
import { readDuration } from '../src/cli/duration.ts';
import { describeError, exitCodeOf } from '../src/cli/errors.ts';
import type { VerifyReport } from '../src/model/check.ts';
import type { Scenario } from '../src/sandbox/scenarios/index.ts';
import { startScenario } from '../src/sandbox/scenarios/start.ts';
import type { SeededKey } from '../src/sandbox/seed/principals.ts';
import {
  collectReport,
  createVerifyPorts,
  planClientWay,
  readVerifyTarget,
  simulate,
  verify,
  verifyExitCode,
  verifyRevoked,
} from '../src/verify/index.ts';

/** What came out. */
export interface ScenarioResult {
  readonly exitCode: number;
  /** Absent where nothing could be verified. */
  readonly report?: VerifyReport;
  /** What the command then prints. */
  readonly message?: string;
}

/** Where and as whom a scenario is verified. */
export interface ScenarioPlace {
  readonly endpointUrl: string;
  readonly region: string;
  readonly caller: SeededKey;
}

/** Starts a sandbox in the state of the scenario, verifies it, and stops it. `bugs` are errors inside the sandbox: none are expected. */
export async function runScenario(scenario: Scenario): Promise<ScenarioResult & { readonly bugs: readonly unknown[] }> {
  const { sandbox, caller } = await startScenario(scenario);
  try {
    const place = { endpointUrl: sandbox.endpoint, region: sandbox.region, caller };
    return { ...(await verifyScenario(scenario, place)), bugs: sandbox.bugs() };
  } finally {
    await sandbox.close();
  }
}

/** Verifies a scenario that is set up at a place. */
export async function verifyScenario(scenario: Scenario, place: ScenarioPlace): Promise<ScenarioResult> {
  try {
    const report = await reportOf(scenario, place);
    return { exitCode: verifyExitCode(report), report };
  } catch (error) {
    const { signal } = new AbortController();
    return { exitCode: exitCodeOf(error, signal), message: describeError(error, false) };
  }
}

async function reportOf(
  { verify: flags }: Scenario,
  { endpointUrl, region, caller }: ScenarioPlace,
): Promise<VerifyReport> {
  const accessKeyId = flags.keyOf === undefined ? undefined : caller.accessKeyId;
  const { thirdParty: account } = flags;
  const target = readVerifyTarget({
    roleArn: flags.roleArn,
    accessKeyId,
    bucket: flags.bucket,
    prefixes: flags.prefixes,
    access: flags.access,
    kmsKeyArn: flags.kmsKeyArn,
    otherBucket: flags.otherBucket,
    region: flags.region,
    thirdParty: account !== undefined,
  });
  const options = { endpointUrl, region: flags.region ?? region };
  const ports = createVerifyPorts({ ...options, credentials: caller });
  const waitMs = readDuration(flags.wait ?? '30s', '--wait');
  const stranger = account === undefined ? undefined : { accessKeyId: account, secretAccessKey: account };
  if (flags.as === 'simulate') {
    return collectReport(simulate({ target, ports, ...(accessKeyId === undefined ? {} : { accessKeyId }) }));
  }
  if (flags.expect === 'revoked') return collectReport(verifyRevoked({ target, ports, waitMs }));
  const client = flags.as === 'client' ? await planClientWay(target, ports, new AbortController().signal) : undefined;
  return collectReport(
    verify({
      target,
      ports,
      waitMs,
      ...(client === undefined ? {} : { client }),
      ...(stranger === undefined ? {} : { thirdParty: createAwsClients({ ...options, credentials: stranger }) }),
    }),
  );
}
