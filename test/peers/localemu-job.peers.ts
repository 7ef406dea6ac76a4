import { describe, expect, test } from 'vitest';
import { createLedger } from './differences.ts';
import { judgeScenario } from './job.ts';
import { judges, localemuPeer } from './peers.ts';
import { SCENARIOS } from './scenarios.ts';

const prepared = judges();

// LocalEmu is the independent judge: what the programs deploy there works there, and what was broken is refused.
describe.skipIf(prepared === null)(
  'LocalEmu: boto3, the AWS CLI and the verifier agree, and docs/peers.md has the rest',
  () => {
    const ledger = createLedger('localemu', 'job');
    const ran: string[] = [];

    test.for(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))('%s', async ([id, scenario]) => {
      if (prepared === null) return;
      const met = await judgeScenario(prepared.clientsPython, localemuPeer(prepared), scenario);
      expect(ledger.unlisted(met)).toEqual([]);
      ran.push(id);
    });

    test('every difference that docs/peers.md lists still occurs', () => {
      expect(ledger.unmet(ran)).toEqual([]);
    });
  },
);
