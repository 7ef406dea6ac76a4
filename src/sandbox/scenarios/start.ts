import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../index.ts';
import type { Seeded } from '../seed/index.ts';
import { CLIENT_ACCOUNT_ID } from './documents.ts';
import type { Scenario } from './types.ts';

/** A sandbox that is in the state of a scenario. */
export interface StartedScenario extends Seeded {
  readonly sandbox: Sandbox;
  readonly scenario: Scenario;
}

/** Starts a sandbox with the accounts and region of a scenario, in its state. Faults of the options come on top. */
export async function startScenario(scenario: Scenario, options: SandboxOptions = {}): Promise<StartedScenario> {
  const { accounts = [CLIENT_ACCOUNT_ID, CHANNELMIX_ACCOUNT_ID], region = 'us-east-1' } = scenario.world;
  const { faults = [], ...others } = options;
  const sandbox = await startSandbox({ ...others, accounts, region });
  try {
    const seeded = await sandbox.seed(scenario);
    for (const fault of faults) sandbox.faults.add(fault);
    return { ...seeded, sandbox, scenario };
  } catch (error) {
    await sandbox.close();
    throw error;
  }
}
