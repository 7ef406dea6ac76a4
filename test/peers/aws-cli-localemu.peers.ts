import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readGrant } from '../../src/documents/read-grant.ts';
import { awsCliScript } from '../../src/generate/aws-cli/index.ts';
import { GRANTS } from '../generate/aws-cli/grants.ts';
import { findPython, prepareEnvironment } from './environment.ts';
import { type ForkedCli, startForkedCli } from './forked-cli.ts';
import { channelMixUser, runGenerated, verifyGranted } from './generated-script.ts';
import { ACCOUNTS } from './localemu.ts';
import { judges, localemuPeer } from './peers.ts';
import { asRoot } from './stage.ts';

const prepared = judges();
const timeout = 300_000;
const undo = ['--undo', '--account', ACCOUNTS.client];

describe.skipIf(prepared === null)('a generated script with the real AWS CLI, at LocalEmu', () => {
  let cli: ForkedCli;
  const run = randomUUID().slice(0, 8);

  beforeAll(async () => {
    cli = await startForkedCli(prepared?.clientsPython ?? '');
  });
  afterAll(() => cli?.stop());

  test('makes a role with a new bucket, which verify finds good; changes nothing again; removes both', {
    timeout,
  }, async () => {
    if (prepared === null) return;
    const peer = localemuPeer(prepared);
    const { iam, s3 } = asRoot(peer, ACCOUNTS.client);
    const bucket = `channelmix-cli-${run}`;
    const roleName = `channelmix_cli_${run}`;
    const grant = {
      bucket,
      createBucket: true,
      access: 'extended',
      protectBucket: false,
      roleName,
      tags: { a: 'b c' },
    };
    const done = await runGenerated(cli.path, peer, grant);
    expect([done.code, done.temporary], done.stderr).toEqual([0, []]);
    const { Role } = await iam.getRole({ RoleName: roleName });
    expect(Role?.Tags).toEqual([{ Key: 'a', Value: 'b c' }]);
    expect((await s3.getBucketVersioning({ Bucket: bucket })).Status).toBe('Enabled');

    const again = await runGenerated(cli.path, peer, grant);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toMatch(/^Nothing to change/m);
    const who = { roleArn: Role?.Arn ?? '', caller: await channelMixUser(peer) };
    expect(await verifyGranted(peer, who, { bucket, access: 'extended' })).toEqual([]);

    const removed = await runGenerated(cli.path, peer, grant, { args: undo });
    expect(removed.code, removed.stderr).toBe(0);
    await expect(iam.getRole({ RoleName: roleName })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    await expect(s3.headBucket({ Bucket: bucket })).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  test('makes a key, with which verify finds the grant good; keeps it; removes all but the bucket', {
    timeout,
  }, async () => {
    if (prepared === null) return;
    const peer = localemuPeer(prepared);
    const { iam, s3 } = asRoot(peer, ACCOUNTS.client);
    const bucket = `channelmix-cli-key-${run}`;
    const roleName = `channelmix_cli_key_${run}`;
    const grant = { bucket, createBucket: true, auth: 'key', roleName, rolePath: '/vendors/' };
    const done = await runGenerated(cli.path, peer, grant);
    expect([done.code, done.temporary], done.stderr).toEqual([0, []]);
    if (done.key === undefined) throw new Error('no key was written');
    expect(await verifyGranted(peer, { caller: done.key }, { bucket })).toEqual([]);
    const again = await runGenerated(cli.path, peer, grant);
    expect([again.code, again.key], again.stderr).toEqual([0, undefined]);
    expect(again.stderr).toMatch(/^Nothing to change/m);

    await s3.putObject({ Bucket: bucket, Key: 'Client123/report.csv', Body: 'x' });
    const removed = await runGenerated(cli.path, peer, grant, { args: undo });
    expect(removed.code, removed.stderr).toBe(0);
    expect(removed.stderr).toContain(`The bucket ${bucket} stays, as it is protected.`);
    await expect(iam.getUser({ UserName: roleName })).rejects.toMatchObject({ name: 'NoSuchEntityException' });
    const { Policies = [] } = await iam.listPolicies({ Scope: 'Local', PathPrefix: '/vendors/' });
    expect(Policies.map(({ PolicyName }) => PolicyName)).not.toContain(roleName);
    await s3.headObject({ Bucket: bucket, Key: 'Client123/report.csv' });
  });
});

describe.skipIf(prepared === null)('generated scripts', () => {
  test('have nothing that shellcheck would say', { timeout }, async () => {
    const python = await findPython();
    if (python === undefined) throw new Error('no Python');
    const executable = await prepareEnvironment('lint', python, (line) => console.log(`peers: ${line}`));
    const shellcheck = join(dirname(executable), 'shellcheck');
    for (const [name, input] of GRANTS) {
      const script = awsCliScript(readGrant(input, { name }));
      const { status, stdout } = spawnSync(shellcheck, ['--shell=sh', '-'], { input: script, encoding: 'utf8' });
      expect([status, stdout], name).toEqual([0, '']);
    }
  });
});
