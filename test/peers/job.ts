import { expect } from 'vitest';
import type { Met } from './differences.ts';
import { expectedVerdict } from './expected.ts';
import type { Peer } from './peers.ts';
import type { Scenario } from './scenarios.ts';
import { prepareStage, type Stage, scriptEnvironment } from './stage.ts';
import { inWords, runScript, type Verdict } from './verdicts.ts';
import { disagreements, verifyStage, worksFor } from './verifier.ts';

/**
 * Deploys a scenario at a peer, breaks it, and lets boto3, the AWS CLI and our verifier judge it. Requires that the three agree.
 * Returns every answer that is not that of AWS.
 */
export async function judgeScenario(python: string, peer: Peer, scenario: Scenario): Promise<readonly Met[]> {
  const stage = await prepareStage(peer, scenario.grant);
  await scenario.change?.(stage);
  const [boto3, cli] = await Promise.all([
    runScript(python, 'channelmix_client.py', peer, scriptEnvironment(stage, 'boto3')),
    runScript(python, 'channelmix_cli.py', peer, scriptEnvironment(stage, 'cli')),
  ]);
  expect(withoutStatus(cli), 'the AWS CLI met what boto3 met').toEqual(withoutStatus(boto3));
  await requireAgreement(stage, boto3);
  return [...boto3, ...cli].flatMap((verdict) => differenceOf(scenario, verdict));
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

/** Verdicts as far as both clients tell them: the AWS CLI does not tell the status. */
export function withoutStatus(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.map((verdict) => `${verdict.call}: ${inWords(verdict, false)}`);
}

function differenceOf(scenario: Scenario, verdict: Verdict): readonly Met[] {
  const expected = expectedVerdict(scenario, verdict);
  const aws = verdict.http === null ? expected.replace(/ \d{3}$/, '') : expected;
  const answer = inWords(verdict);
  return aws === answer ? [] : [{ scenario: scenario.id, call: verdict.call, answer, aws }];
}
