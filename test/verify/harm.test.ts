import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.ts';
import { createVerifyPorts, sweep } from '../../src/verify/index.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, rootClients, verifyRole } from './helpers.ts';

const bucket = 'full-of-things';
const RUNS = Number(process.env.HARM_RUNS ?? 6);
const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });

/** Keys as clients have them, and keys that look nearly like a probe's. */
const key = fc.oneof(
  fc
    .string({ unit: fc.constantFrom(...'abz/ .+é漢%&'), minLength: 1, maxLength: 30 })
    .filter((text) => !text.startsWith('/')),
  hex(31).map((id) => `.channelmix-verify/${id}`),
  hex(32).map((id) => `x.channelmix-verify/${id}`),
  hex(32).map((id) => `.channelmix-verify/${id}/report.csv`),
  fc.constantFrom(
    '.channelmix-verify/',
    '.channelmix-verify/readme.txt',
    'in/.channelmix-verify',
    'channelmix-verify/a',
  ),
);
/** In a bucket without versions the key alone proves nothing. */
const probeLike = hex(32).map((id) => `.channelmix-verify/${id}`);

const thing = (keys: fc.Arbitrary<string>) =>
  fc.record({
    key: keys,
    body: fc.string({ maxLength: 20 }),
    act: fc.constantFrom('put', 'put', 'delete', 'upload'),
    metadata: fc.constantFrom<Record<string, string>>({}, { 'channelmix-verify': 'x' }, { owner: 'me' }),
  });

const contents = fc.constantFrom('none', 'Enabled', 'Suspended').chain((versioning) =>
  fc.record({
    versioning: fc.constant(versioning),
    things: fc.array(thing(versioning === 'none' ? fc.oneof(key, probeLike) : key), { maxLength: 12 }),
  }),
);

test('whatever lies in a bucket: verify and sweep leave every byte and version as it was', async () => {
  const state = await mkdtemp(join(tmpdir(), 'harm-'));
  await fc.assert(
    fc.asyncProperty(contents, async ({ versioning, things }) => {
      const sandbox = await startSandbox();
      try {
        await createBucket(sandbox.endpoint, bucket);
        const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
        if (versioning !== 'none') {
          const Status = versioning as 'Enabled' | 'Suspended';
          await s3.putBucketVersioning({ Bucket: bucket, VersioningConfiguration: { Status } });
        }
        for (const { key: Key, body, act, metadata } of things) {
          if (act === 'put')
            await s3.putObject({ Bucket: bucket, Key, Body: body, Metadata: metadata, Tagging: 'a=b' });
          else if (act === 'delete') await s3.deleteObject({ Bucket: bucket, Key });
          else if (!/^\.channelmix-verify\/[0-9a-f]{32}$/.test(Key))
            await s3.createMultipartUpload({ Bucket: bucket, Key });
        }
        const roleArn = await createRole(sandbox.endpoint, { name: 'full', bucket, access: 'full' });
        const before = sandbox.snapshot();
        const report = await verifyRole(
          sandbox.endpoint,
          { roleArn, bucket, access: 'full' },
          { state: { directory: state } },
        );
        expect(report.cleanup.left).toEqual([]);
        expect(sandbox.snapshot()).toEqual(before);
        await sweep({
          bucket,
          prefixes: ['in/'],
          dryRun: false,
          stateDirectory: state,
          connect: () =>
            createVerifyPorts({
              endpointUrl: sandbox.endpoint,
              region: 'us-east-1',
              credentials: { accessKeyId: CLIENT_ACCOUNT, secretAccessKey: CLIENT_ACCOUNT },
            }),
          confirm: async () => true,
          signal: new AbortController().signal,
          now: () => Date.now() + 31 * 60_000,
        });
        expect(sandbox.snapshot()).toEqual(before);
      } finally {
        await sandbox.close();
      }
    }),
    { numRuns: RUNS },
  );
  await rm(state, { recursive: true });
}, 600_000);
