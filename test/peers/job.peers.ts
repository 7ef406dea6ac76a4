import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLedger, type Met } from './differences.ts';
import { expectedVerdict } from './expected.ts';
import { judges, localemuPeer, type Peer, startSandboxPeer } from './peers.ts';
import { SCENARIOS, type Scenario } from './scenarios.ts';
import { prepareStage, type Stage, scriptEnvironment } from './stage.ts';
import { inWords, runScript, type Verdict } from './verdicts.ts';
import { disagreements, verifyStage, worksFor } from './verifier.ts';

const prepared = judges();

describe.skipIf(prepared === null)('the job of ChannelMix', () => {
  const python = prepared?.clientsPython ?? '';
  const ledger = createLedger('localemu', 'job');
  const ran: string[] = [];
  let sandbox: Awaited<ReturnType<typeof startSandboxPeer>>;

  beforeAll(async () => {
    sandbox = await startSandboxPeer();
  });
  afterAll(() => sandbox?.stop());

  describe.for(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))('%s', ([id, scenario]) => {
    test('LocalEmu: boto3, the AWS CLI and the verifier agree, and differ from AWS only as docs/peers.md says', async () => {
      if (prepared === null) return;
      const verdicts = await judge(python, localemuPeer(prepared), scenario);
      expect(ledger.unlisted(verdicts.flatMap((verdict) => differenceOf(scenario, verdict)))).toEqual([]);
      ran.push(id);
    });

    test('sandbox: boto3, the AWS CLI and the verifier agree, and every answer is that of AWS', async () => {
      const verdicts = await judge(python, sandbox, scenario);
      expect(verdicts.flatMap((verdict) => differenceOf(scenario, verdict))).toEqual([]);
    });
  });

  test('every difference that docs/peers.md lists still occurs', () => {
    expect(ledger.unmet(ran)).toEqual([]);
  });
});

/** Runs a scenario at a peer, requires that the three judges agree, and returns what the clients met. */
async function judge(python: string, peer: Peer, scenario: Scenario): Promise<readonly Verdict[]> {
  const stage = await prepareStage(peer, scenario.grant);
  await scenario.change?.(stage);
  const boto3 = await runScript(python, 'channelmix_client.py', peer, scriptEnvironment(stage, 'boto3'));
  const cli = await runScript(python, 'channelmix_cli.py', peer, scriptEnvironment(stage, 'cli'));
  expect(withoutStatus(cli), 'the AWS CLI met what boto3 met').toEqual(withoutStatus(boto3));
  await requireAgreement(stage, boto3);
  return [...boto3, ...cli];
}

async function requireAgreement(stage: Stage, boto3: readonly Verdict[]): Promise<void> {
  const identity = boto3.find(({ call }) => call === 'get-caller-identity');
  if (stage.grant.way === 'key' && identity?.result === 'deny') {
    // A key that STS does not take says nothing about the grant: the run ends with exit code 3.
    await expect(verifyStage(stage)).rejects.toMatchObject({ code: 'credentials' });
    return;
  }
  const report = await verifyStage(stage);
  expect(disagreements(report, boto3, stage)).toEqual([]);
  expect(report.ok, 'the verdict of the verifier').toBe(worksFor(report, boto3, stage));
}

function withoutStatus(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map((verdict) => `${verdict.call}: ${inWords(verdict, false)}`);
}

function differenceOf(scenario: Scenario, verdict: Verdict): readonly Met[] {
  const knowsStatus = verdict.http !== null;
  const expected = expectedVerdict(scenario, verdict);
  const aws = knowsStatus ? expected : expected.replace(/ \d{3}$/, '');
  const answer = inWords(verdict);
  return aws === answer ? [] : [{ scenario: scenario.id, call: verdict.call, answer, aws }];
}
