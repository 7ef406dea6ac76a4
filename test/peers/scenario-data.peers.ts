import { describe, expect, test } from 'vitest';
import { verifyScenario } from '../../scripts/run-scenario.ts';
import { scenarios } from '../../src/sandbox/scenarios/index.ts';
import { judges } from './peers.ts';
import { applyScenario } from './scenario-data.ts';

const prepared = judges();
const spoke = new Set<string | undefined>();
const shared = scenarios.filter(({ onlyInSandbox }) => onlyInSandbox === undefined);

// The scenarios are data: what they say of the sandbox has to be true of a server that we did not write.
describe.skipIf(prepared === null)('LocalEmu, in the state of a scenario', () => {
  test.for(shared.map((scenario) => [scenario.name, scenario] as const))(
    '%s: comes to the same verdict',
    async ([, given]) => {
      if (prepared === null) return;
      const { endpoint } = prepared.localemu;
      const { scenario, caller, remove } = await applyScenario(endpoint, given);
      try {
        const { exitCode, report, message } = await verifyScenario(scenario, {
          endpointUrl: endpoint,
          region: 'us-east-1',
          caller,
        });
        const { expected } = scenario;
        const told =
          message ?? JSON.stringify(report?.checks.map(({ id, result, error }) => [id, result, error?.message]));
        expect(exitCode, told).toBe(expected.exitCode);
        for (const words of expected.message ?? []) expect(message).toContain(words);
        for (const { diagnosis } of report?.checks ?? []) spoke.add(diagnosis?.rule);
        for (const { id, prefix, result } of expected.checks) {
          const check = report?.checks.find((one) => one.id === id && (prefix === undefined || one.prefix === prefix));
          // LocalEmu gives no reasons, so the layer is inferred where AWS names it.
          expect(check, id).toMatchObject({ result, diagnosis: { cause: expect.any(String) } });
        }
      } finally {
        await remove();
      }
    },
  );

  test('provokes the rows for services that give no reason within an account', () => {
    expect([...spoke]).toEqual(expect.arrayContaining(['everything', 'one-action']));
  });
});
