import { describe, expect, test } from 'vitest';
import { verifyScenario } from '../../scripts/run-scenario.ts';
import type { Check } from '../../src/model/check.ts';
import { scenarios } from '../../src/sandbox/scenarios/index.ts';
import { collectReport, createVerifyPorts, readVerifyTarget, simulate } from '../../src/verify/index.ts';
import { ACCOUNTS } from './localemu.ts';
import { judges } from './peers.ts';
import { applyScenario } from './scenario-data.ts';

const prepared = judges();

/** Those in which ChannelMix assumes a role, and is not itself to blame for a refusal: nobody but ChannelMix reads its policies. */
const judged = scenarios.filter(
  ({ onlyInSandbox, name, verify, world }) =>
    onlyInSandbox === undefined &&
    verify.roleArn !== undefined &&
    verify.as === undefined &&
    verify.expect === undefined &&
    world.faults === undefined &&
    !name.startsWith('caller-'),
);

/** LocalEmu gives sessions of any length. */
const NOT_THERE: ReadonlySet<string> = new Set(['assume-role-12h']);

const keyOf = ({ id, resource, prefix }: Check): string => `${id} ${resource} ${prefix ?? ''}`;

// What the policies say, by the kit's own evaluator, against calls to a server that we did not write.
describe.skipIf(prepared === null)('the answers of the policies and of calls to LocalEmu', () => {
  let decided = 0;
  test.for(judged.map((scenario) => [scenario.name, scenario] as const))('%s: are the same', async ([, given]) => {
    if (prepared === null) return;
    const { endpoint } = prepared.localemu;
    const { scenario, caller, remove } = await applyScenario(endpoint, given);
    try {
      const { roleArn, bucket, prefixes, access, kmsKeyArn, otherBucket } = scenario.verify;
      const real = await verifyScenario(scenario, { endpointUrl: endpoint, region: 'us-east-1', caller });
      if (real.report === undefined) return;
      const target = readVerifyTarget({ roleArn, bucket, prefixes, access, kmsKeyArn, otherBucket });
      const credentials = { accessKeyId: ACCOUNTS.client, secretAccessKey: ACCOUNTS.client };
      const ports = createVerifyPorts({ endpointUrl: endpoint, region: 'us-east-1', credentials });
      const report = await collectReport(simulate({ target, ports }));
      const own = new Map(report.checks.map((check) => [keyOf(check), check]));
      const differences = real.report.checks.flatMap((check) => {
        const answer = own.get(keyOf(check));
        const isVerdict = (check.result === 'allow' || check.result === 'deny') && !NOT_THERE.has(check.id);
        if (!isVerdict || answer === undefined || answer.result === 'skipped' || answer.result === 'error') return [];
        // Asked for a key that does not exist, nothing is decrypted.
        if (check.note?.startsWith('nothing could be put') === true) return [];
        decided++;
        if (answer.result === check.result) return [];
        return [`${keyOf(check)}: policies ${answer.result} (${answer.error?.message ?? ''}), call ${check.result}`];
      });
      expect(differences).toEqual([]);
    } finally {
      await remove();
    }
  });

  test('are many', () => {
    expect(decided).toBeGreaterThan(judged.length * 3);
  });
});
