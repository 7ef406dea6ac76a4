import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAwsClients } from '../../src/aws/index.ts';
import { trustPolicy } from '../../src/generate/policy-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../src/model/constants.ts';
import { clientNotes } from '../../src/verify/client-session.ts';
import { collectReport, sweep, temporaryStatement, type VerifyEvent } from '../../src/verify/index.ts';
import { openJournal } from '../../src/verify/journal-file.ts';
import {
  bucket,
  checkOf,
  clientRun,
  createAdmin,
  portsOf,
  trustText,
  verifyAsClient,
  withScene,
} from './client-scene.ts';
import { FULL } from './fault-matrix/matrix.ts';
import { CLIENT_ACCOUNT, rootClients } from './helpers.ts';

test.concurrent('the statement names the caller exactly, and expires within 15 minutes by the clock of the service', () =>
  withScene(async (scene) => {
    const original = await trustText(scene);
    const events = await clientRun(scene);
    scene.sandbox.faults.add('latency=300ms,sts:AssumeRole');
    const running = collectReport(events);
    let text = original;
    while (text === original) text = await trustText(scene);
    const statements = JSON.parse(text).Statement;
    const arn = 'arn:aws:iam::111122223333:user/staff/ann';
    expect(statements.slice(0, -1)).toEqual([JSON.parse(original).Statement].flat());
    expect(statements.at(-1)).toEqual({
      Sid: expect.stringMatching(/^ChannelMixVerify[0-9a-f]{32}$/),
      Effect: 'Allow',
      Principal: { AWS: arn },
      Action: 'sts:AssumeRole',
      Condition: {
        ArnEquals: { 'aws:PrincipalArn': arn },
        DateLessThan: { 'aws:CurrentTime': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) },
      },
    });
    const left = Date.parse(statements.at(-1).Condition.DateLessThan['aws:CurrentTime']) - Date.now();
    expect(left).toBeLessThanOrEqual(15 * 60_000);
    expect(left).toBeGreaterThan(14 * 60_000);
    expect((await running).ok).toBe(true);
    expect(await trustText(scene)).toBe(original);
  }));

test.concurrent('a role that trusts the caller already is not changed', () =>
  withScene(
    async (scene) => {
      const before = await trustText(scene);
      const report = await verifyAsClient(scene);
      expect(report.notes.join('\n')).toContain('its trust policy was not touched');
      expect(checkOf(report, 'put-object')).toMatchObject({ result: 'allow' });
      expect(await trustText(scene)).toBe(before);
    },
    {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${CLIENT_ACCOUNT}:root` }, Action: 'sts:AssumeRole' },
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:root` }, Action: 'sts:AssumeRole' },
      ],
    },
  ));

test.concurrent('a trust policy without room is refused in words, and stays as it is', () =>
  withScene(
    async (scene) => {
      const before = await trustText(scene);
      await expect(verifyAsClient(scene)).rejects.toMatchObject({ message: expect.stringContaining('no room') });
      expect(await trustText(scene)).toBe(before);
      expect(await readdir(join(scene.state, 'runs'))).toEqual([]);
    },
    {
      ...trustPolicy('aws'),
      Statement: [
        ...[trustPolicy('aws').Statement].flat(),
        ...Array.from({ length: 10 }, (_, index) => ({
          Sid: `Other${index}`,
          Effect: 'Allow' as const,
          Principal: { AWS: `arn:aws:iam::${CHANNELMIX_ACCOUNT_ID}:root` },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'sts:ExternalId': 'x'.repeat(20) } },
        })),
      ],
    },
  ));

test.concurrent('an interrupt at each event leaves the trust policy as it was', () =>
  withScene(async (scene) => {
    const before = scene.sandbox.snapshot();
    scene.sandbox.faults.add('latency=5ms');
    for (let at = 1; at < 40; at += 8) {
      const controller = new AbortController();
      let seen = 0;
      const follow = async function* (events: AsyncIterable<VerifyEvent>) {
        for await (const event of events) {
          if (++seen === at) controller.abort('SIGINT');
          yield event;
        }
      };
      const report = await collectReport(follow(await clientRun(scene, { signal: controller.signal })));
      expect(report.cleanup.left).toEqual([]);
      expect(scene.sandbox.snapshot()).toEqual(before);
    }
  }));

test.concurrent('after a second interrupt the restoring of the trust policy goes on neither by a pause nor by a call', () =>
  withScene(async (scene) => {
    const first = new AbortController();
    const second = new AbortController();
    const real = portsOf(scene, scene.admin);
    let hurried = 0;
    let pauses = 0;
    const sleep = async (ms: number, signal: AbortSignal) => {
      if (ms > 50 && hurried === 0) {
        // The statement was taken out, and it is time to look again.
        first.abort('SIGINT');
        hurried = performance.now();
        setImmediate(() => second.abort('SIGINT'));
      }
      pauses += 1;
      await real.sleep(5_000, signal);
      pauses -= 1;
    };
    const options = { ports: { ...real, sleep }, signal: first.signal, stopCleanup: second.signal };
    const report = await collectReport(await clientRun(scene, options));
    expect(performance.now() - hurried).toBeLessThan(1_000);
    expect(report.interrupted).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(pauses).toBe(0);
  }));

test.concurrent('the next run takes out what a killed one left in the trust policy, at once, and says so', () =>
  withScene(async (scene) => {
    const original = await trustText(scene);
    const { endpoint } = scene.sandbox;
    await createAdmin(endpoint, 'bob');
    const runId = 'd'.repeat(32);
    const statement = temporaryStatement(runId, 'arn:aws:iam::111122223333:user/staff/bob', Date.now());
    const iam = await rootClients(endpoint, CLIENT_ACCOUNT).iam();
    const document = JSON.parse(original);
    const Statement = [document.Statement, statement].flat();
    await iam.updateAssumeRolePolicy({ RoleName: 'good', PolicyDocument: JSON.stringify({ ...document, Statement }) });
    const { roleArn } = scene;
    const facts = { runId, mode: 'client', bucket, roleArn, endpoint: new URL(endpoint).host } as const;
    const journal = await openJournal(scene.state, facts, () => new Date());
    await journal.setTrust({ roleArn, sid: statement.Sid, original, expires: '' });
    await journal.close();
    const began = performance.now();
    const report = await verifyAsClient(scene);
    expect(report.ok).toBe(true);
    expect(report.notes.join('\n')).toContain('its statement was taken out of the trust policy first');
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(await trustText(scene)).toBe(original);
    expect(await readdir(join(scene.state, 'runs'))).toEqual([]);
  }));

const TIMES = FULL ? 100 : 10;

test.concurrent('a statement that stays lets nobody in after 15 minutes, however often', () =>
  withScene(async (scene) => {
    const { endpoint, clock } = scene.sandbox;
    const document = JSON.parse(await trustText(scene));
    const iam = await rootClients(endpoint, CLIENT_ACCOUNT).iam();
    const sts = await createAwsClients({ endpointUrl: endpoint, region: 'us-east-1', credentials: scene.admin }).sts();
    const assume = () =>
      sts.assumeRole({ RoleArn: scene.roleArn, RoleSessionName: 'ann' }).then(
        () => 'let in',
        (error: Error) => error.name,
      );
    const seen: string[] = [];
    for (let time = 0; time < TIMES; time++) {
      const now = clock.now().getTime();
      const runId = String(time).padStart(32, 'e');
      const statement = temporaryStatement(runId, 'arn:aws:iam::111122223333:user/staff/ann', now);
      const PolicyDocument = JSON.stringify({ ...document, Statement: [document.Statement, statement].flat() });
      await iam.updateAssumeRolePolicy({ RoleName: 'good', PolicyDocument });
      const first = await assume();
      clock.advance(15 * 60_000 + 1_000);
      seen.push(`${first}, then ${await assume()}`);
    }
    expect(new Set(seen)).toEqual(new Set(['let in, then AccessDenied']));
  }));

test.concurrent('a statement of a dead run is swept, by its journal or by its role; a live run’s and others stay', () =>
  withScene(async (scene) => {
    const before = await trustText(scene);
    const iam = await rootClients(scene.sandbox.endpoint, CLIENT_ACCOUNT).iam();
    const document = JSON.parse(before);
    const statement = (run: string, time: number) => ({
      Sid: `ChannelMixVerify${run.repeat(32)}`,
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${CLIENT_ACCOUNT}:root` },
      Action: 'sts:AssumeRole',
      Condition: { DateLessThan: { 'aws:CurrentTime': new Date(Date.now() + time).toISOString() } },
    });
    const put = (...more: object[]) =>
      iam.updateAssumeRolePolicy({
        RoleName: 'good',
        PolicyDocument: JSON.stringify({ ...document, Statement: [document.Statement, ...more].flat() }),
      });
    const run = () =>
      sweep({
        roleArn: scene.roleArn,
        dryRun: false,
        stateDirectory: scene.state,
        connect: () => portsOf(scene, scene.admin),
        confirm: async () => true,
        signal: new AbortController().signal,
      });
    await put(statement('a', -1_000), statement('b', 600_000));
    expect(await run()).toMatchObject({ removed: 1, left: [], found: { statements: 1 } });
    const rest = JSON.parse(await trustText(scene)).Statement as { Sid?: string }[];
    expect(rest.map(({ Sid }) => Sid)).toEqual([document.Statement[0]?.Sid, `ChannelMixVerify${'b'.repeat(32)}`]);
    const untouched = scene.sandbox.snapshot();
    expect(await run()).toMatchObject({ removed: 0, found: { statements: 0 } });
    expect(scene.sandbox.snapshot()).toEqual(untouched);
  }));

test.each([
  ['statement', 'could not be brought back'],
  ['object', 'is again what it was'],
] as const)('what is left of the trust policy is told by its kind, not by its words: %s', (kind, text) => {
  const entry = { kind: 'edit', principalArn: 'arn:aws:iam::111122223333:user/ann', trust: '{}' } as const;
  const what = kind === 'object' ? 'statement 1' : 'may be there: a statement';
  const left = { kind, what, command: 'x', reason: 'failed' } as const;
  expect(clientNotes({ way: { entry }, swept: 0 }, { left: [left] }).join()).toContain(text);
});
