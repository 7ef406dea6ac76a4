import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { judgeScenario, withoutStatus } from './job.ts';
import { judges, type SandboxPeer, startSandboxPeer } from './peers.ts';
import { SCENARIOS } from './scenarios.ts';
import { assumeRole, prepareStage, scriptEnvironment } from './stage.ts';
import { inWords, runScript } from './verdicts.ts';

const prepared = judges();

describe.skipIf(prepared === null)(
  'sandbox: boto3, the AWS CLI and the verifier agree, and every answer is that of AWS',
  () => {
    const python = prepared?.clientsPython ?? '';
    let peer: SandboxPeer;

    beforeAll(async () => {
      peer = await startSandboxPeer();
    });
    afterAll(async () => {
      if (peer === undefined) return;
      await peer.sandbox.close();
      expect(peer.sandbox.bugs()).toEqual([]);
    });

    test.for(SCENARIOS.map((scenario) => [scenario.id, scenario] as const))('%s', async ([, scenario]) => {
      expect(await judgeScenario(python, peer, scenario)).toEqual([]);
    });

    test('a session that has expired is refused everything, by the code for it', async () => {
      const stage = await prepareStage(peer, { way: 'role', access: 'full' });
      const session = await assumeRole(stage);
      peer.sandbox.clock.advance(3_601_000);
      const environment = {
        ...scriptEnvironment(stage, 'expired'),
        PEER_WAY: 'key',
        AWS_ACCESS_KEY_ID: session.accessKeyId,
        AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
        AWS_SESSION_TOKEN: session.sessionToken,
      };
      const verdicts = await runScript(python, 'channelmix_client.py', peer, environment);
      peer.sandbox.clock.reset();
      const answers = new Set(verdicts.map((verdict) => `${verdict.action.split(':')[0]} ${inWords(verdict)}`));
      // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, .../STS/latest/APIReference/CommonErrors.html
      expect([...answers].sort()).toEqual([
        'iam deny ExpiredToken 403',
        's3 deny ExpiredToken 400',
        's3 error 400 400',
        'sts deny ExpiredToken 403',
      ]);
    });

    test('the `aws` program itself meets what its code meets in a forked process', async () => {
      const stage = await prepareStage(peer, { way: 'role', access: 'extended' });
      const executable = python.replace(/python$/, 'aws');
      const environment = { ...scriptEnvironment(stage, 'program'), PEER_AWS_EXECUTABLE: executable };
      const program = await runScript(python, 'channelmix_cli.py', peer, environment);
      const forked = await runScript(python, 'channelmix_cli.py', peer, scriptEnvironment(stage, 'forked'));
      expect(withoutStatus(program)).toEqual(withoutStatus(forked));
    });
  },
);
