import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallEvent } from '../../src/sandbox/index.ts';
import { type ForkedCli, startForkedCli } from './forked-cli.ts';
import { channelMixUser, runGenerated, verifyGranted } from './generated-script.ts';
import { ACCOUNTS } from './localemu.ts';
import { judges, type SandboxPeer, startSandboxPeer } from './peers.ts';
import { asRoot, type Credentials, policyDocument } from './stage.ts';

const prepared = judges();
const timeout = 300_000;

describe.skipIf(prepared === null)('a generated script with the real AWS CLI, at the sandbox', () => {
  const python = prepared?.clientsPython ?? '';
  const state = () => JSON.stringify(peer.sandbox.snapshot());
  let cli: ForkedCli;
  let peer: SandboxPeer;
  let caller: Credentials;
  let calls: string[] = [];

  beforeAll(async () => {
    cli = await startForkedCli(python);
    peer = await startSandboxPeer();
    caller = await channelMixUser(peer);
    peer.sandbox.observe(({ phase, operation }) => {
      if (phase === 'before') calls.push(operation);
      return undefined;
    });
  });
  afterAll(async () => {
    await cli?.stop();
    if (peer === undefined) return;
    await peer.sandbox.close();
    expect(peer.sandbox.bugs()).toEqual([]);
  });

  /** The calls of one run, and those of them that can change something. */
  async function recorded(grant: object, args?: readonly string[], path = cli.path) {
    calls = [];
    const done = await runGenerated(path, peer, grant, args === undefined ? {} : { args });
    return { ...done, changes: calls.filter((operation) => !/^(Get|List|Head)/.test(operation)) };
  }

  async function makeBucket(): Promise<string> {
    const bucket = `existing-${randomUUID().slice(0, 8)}`;
    await asRoot(peer, ACCOUNTS.client).s3.createBucket({ Bucket: bucket });
    return bucket;
  }

  test('a role with a new bucket: interrupted, run again, verified, and removed without a trace', {
    timeout,
  }, async () => {
    const bucket = `channelmix-${randomUUID().slice(0, 8)}`;
    const grant = { bucket, createBucket: true, access: 'extended', protectBucket: false, tags: { team: 'a b' } };
    const before = state();

    const tried = await recorded(grant, ['--dry-run']);
    expect([tried.code, tried.changes], tried.stderr).toEqual([0, []]);
    expect(state()).toBe(before);

    let stop = (_: CallEvent): void => undefined;
    const end = peer.sandbox.observe((event) => {
      stop(event);
      return undefined;
    });
    const interrupted = await runGenerated(cli.path, peer, grant, {
      onStart: (pid) => {
        stop = ({ operation, phase }) => {
          if (operation === 'PutBucketEncryption' && phase === 'after')
            void pid().then((id) => process.kill(id, 'SIGTERM'));
        };
      },
    });
    end();
    expect([interrupted.code, interrupted.temporary]).toEqual([143, []]);
    expect(state()).not.toBe(before);

    const done = await recorded(grant);
    expect([done.code, done.temporary], done.stderr).toEqual([0, []]);
    expect(done.changes).toEqual(expect.not.arrayContaining(['CreateBucket', 'PutBucketEncryption']));
    const after = state();
    const again = await recorded(grant);
    expect([again.code, again.changes], again.stderr).toEqual([0, []]);
    expect(again.stderr).toMatch(/^Nothing to change/m);
    expect(state()).toBe(after);

    const roleArn = `arn:aws:iam::${ACCOUNTS.client}:role/channelmix_s3_access`;
    expect(again.stdout).toContain(roleArn);
    expect(await verifyGranted(peer, { roleArn, caller }, { bucket, access: 'extended' })).toEqual([]);

    const removed = await recorded(grant, ['--undo', `--account=${ACCOUNTS.client}`]);
    expect(removed.code, removed.stderr).toBe(0);
    expect(state()).toBe(before);
  });

  test('a key: written once, kept by the next run, verified, and removed without a trace', { timeout }, async () => {
    const bucket = await makeBucket();
    const grant = { bucket, auth: 'key', prefix: "it's/100%/", tags: { team: 'a b' } };
    const before = state();
    const done = await recorded(grant);
    expect([done.code, done.temporary], done.stderr).toEqual([0, []]);
    if (done.key === undefined) throw new Error('no key was written');
    expect(`${done.stdout}${done.stderr}`).not.toContain(done.key.secretAccessKey);

    const after = state();
    const again = await recorded(grant);
    expect([again.code, again.changes, again.key], again.stderr).toEqual([0, [], undefined]);
    expect(state()).toBe(after);
    const retagged = await recorded({ ...grant, tags: { team: 'c' } });
    expect([retagged.code, retagged.changes], retagged.stderr).toEqual([0, ['TagUser', 'TagPolicy']]);
    expect(await verifyGranted(peer, { caller: done.key }, { bucket, prefixes: ["it's/100%/"] })).toEqual([]);

    const removed = await recorded(grant, ['--undo', `--account=${ACCOUNTS.client}`]);
    expect(removed.code, removed.stderr).toBe(0);
    expect(state()).toBe(before);
  });

  test('an access that is made narrower: what was given before goes', { timeout }, async () => {
    const bucket = await makeBucket();
    const folders = Array.from({ length: 90 }, (_, index) => `Client${index}/Campaign-Report/`);
    const before = state();
    const wide = await recorded({ buckets: [{ name: bucket, prefixes: folders }] });
    expect(wide.code, wide.stderr).toBe(0);
    expect(wide.changes.filter((operation) => operation === 'CreatePolicy')).toHaveLength(2);

    const grant = { bucket, prefix: 'Client1/Campaign-Report/' };
    const narrow = await recorded(grant);
    expect(narrow.code, narrow.stderr).toBe(0);
    expect(narrow.changes.filter((operation) => operation === 'DeletePolicy')).toHaveLength(2);
    const roleArn = `arn:aws:iam::${ACCOUNTS.client}:role/channelmix_s3_access`;
    expect(await verifyGranted(peer, { roleArn, caller }, { bucket, prefixes: [grant.prefix] })).toEqual([]);

    const removed = await recorded(grant, ['--undo', `--account=${ACCOUNTS.client}`]);
    expect(removed.code, removed.stderr).toBe(0);
    expect(state()).toBe(before);
  });

  test('a bucket of others is refused; with --force it gets the settings, and keeps what they put there', {
    timeout,
  }, async () => {
    const bucket = await makeBucket();
    const { s3 } = asRoot(peer, ACCOUNTS.client);
    const theirs = {
      Sid: 'Theirs',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutBucketAcl',
      Resource: `arn:aws:s3:::${bucket}`,
    };
    await s3.putBucketPolicy({ Bucket: bucket, Policy: policyDocument(theirs) });
    await s3.putBucketTagging({
      Bucket: bucket,
      Tagging: {
        TagSet: [
          { Key: 'owner', Value: 'them' },
          { Key: 'team', Value: 'x' },
        ],
      },
    });
    const rule = { ID: 'theirs', Status: 'Enabled', Filter: { Prefix: 'tmp/' }, Expiration: { Days: 1 } } as const;
    await s3.putBucketLifecycleConfiguration({ Bucket: bucket, LifecycleConfiguration: { Rules: [rule] } });
    const grant = { bucket, createBucket: true, tags: { team: 'a b' } };
    const before = state();
    const refused = await recorded(grant);
    expect([refused.code, refused.changes]).toEqual([1, []]);
    expect(refused.stderr).toContain(`there is a bucket ${bucket} that this script did not make`);
    expect(state()).toBe(before);

    const args = ['--force', '--account', ACCOUNTS.client];
    const forced = await recorded(grant, args);
    expect(forced.code, forced.stderr).toBe(0);
    const policy = JSON.parse((await s3.getBucketPolicy({ Bucket: bucket })).Policy ?? '');
    expect(policy.Statement).toMatchObject([theirs, { Sid: 'DenyInsecureTransport' }]);
    const { TagSet } = await s3.getBucketTagging({ Bucket: bucket });
    expect(TagSet).toEqual([
      { Key: 'owner', Value: 'them' },
      { Key: 'team', Value: 'a b' },
    ]);
    const { Rules } = await s3.getBucketLifecycleConfiguration({ Bucket: bucket });
    expect(Rules?.map(({ ID }) => ID)).toEqual(['theirs', 'abort-incomplete-uploads', 'expire-old-versions']);
    // As S3 gives it: the lists in another order. https://github.com/hashicorp/terraform/issues/5978
    const [, ours] = policy.Statement;
    const turned = { ...ours, Action: [ours.Action], Resource: ours.Resource.toReversed() };
    await s3.putBucketPolicy({ Bucket: bucket, Policy: policyDocument(turned, theirs) });
    const again = await recorded(grant);
    expect([again.code, again.changes], again.stderr).toEqual([0, []]);
    await recorded(grant, ['--undo', `--account=${ACCOUNTS.client}`]);
  });

  // By the program `aws` itself.
  test('the credentials of another account than the one that is named change nothing', { timeout }, async () => {
    const before = state();
    const refused = await recorded({ bucket: 'my-bucket' }, ['--account', ACCOUNTS.stranger], dirname(python));
    expect([refused.code, refused.changes]).toEqual([1, []]);
    expect(refused.stderr).toContain(
      `these credentials are of account ${ACCOUNTS.client}, not of ${ACCOUNTS.stranger}`,
    );
    expect(state()).toBe(before);
  });
});
