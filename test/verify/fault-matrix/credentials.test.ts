import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLIENT_ACCOUNT, createBucket, createRole, results, rootClients } from '../helpers.ts';
import { FULL, keepScore, LIMIT_MS, sampled, scenePool, withoutPauses } from './matrix.ts';
import type { Kind } from './scene.ts';
import { serviceFault, strikeCall } from './transport.ts';

let restore: () => void;
beforeAll(() => {
  restore = withoutPauses();
});
afterAll(() => restore());

const { use } = scenePool();

const KINDS: readonly Kind[] = FULL ? ['minimal', 'extended', 'folders', 'versioned', 'suspended'] : ['versioned'];
const expiries = keepScore('sessions that end');

test.concurrent.each(KINDS)(
  'a session that ends at any call is unknown and no verdict, and the cleanup, with a new one, leaves nothing (%s)',
  (kind) =>
    use(kind, async (scene) => {
      const wrong: string[] = [];
      const calls = scene.calls.map((_call, index) => index + 1);
      for (const at of sampled(calls, 4)) {
        scene.sandbox.faults.add(`expire,at=${at}`);
        const judged = await scene.run();
        expiries.add(judged);
        // Later than the last call: nothing has ended.
        const ended = judged.report?.checks.some(({ result }) => result === 'error') === true;
        const right = judged.exit === (ended ? 3 : 0) && judged.report?.cleanup.left.length === 0;
        if (!right || judged.wrong.length > 0) {
          wrong.push(
            `at ${at}: exit code ${judged.exit}, ${judged.wrong.join()} ${JSON.stringify(judged.report?.cleanup)}`,
          );
        }
      }
      expect(wrong).toEqual([]);
    }),
  LIMIT_MS,
);

const SKEWS = ['1m', '-1m', '4m', '-4m', '6m', '-6m', '16m', '-16m', '1d', '-1d'];

// S3 allows 15 minutes, STS 5: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
test.concurrent('a wrong clock is corrected by the first answer that says so, and is no refusal', () =>
  use('minimal', async (scene) => {
    for (const skew of sampled(SKEWS, 4)) {
      scene.sandbox.faults.add(`clock-skew=${skew}`);
      const { exit, wrong } = await scene.run();
      expect({ skew, exit, wrong }).toEqual({ skew, exit: 0, wrong: [] });
    }
  }));

const REGIONS = [
  'us-east-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'eu-central-1',
  'eu-north-1',
  'ap-southeast-2',
  'ap-northeast-1',
] as const;

test.concurrent(
  'a bucket in any region is found with one call more at most, also when the first answer is a fault',
  () =>
    use('minimal', async (scene) => {
      const { endpoint } = scene.sandbox;
      const s3 = await rootClients(endpoint, CLIENT_ACCOUNT).s3();
      const near = await scene.run();
      for (const region of FULL ? REGIONS : (['ap-southeast-2'] as const)) {
        const bucket = `in-${region}`;
        if (region === 'us-east-1') await createBucket(endpoint, bucket);
        else await s3.createBucket({ Bucket: bucket, CreateBucketConfiguration: { LocationConstraint: region } });
        const flags = { roleArn: await createRole(endpoint, { name: bucket, bucket }), bucket };
        const { report, requests, wrong } = await scene.run(undefined, { flags });
        expect(report).toMatchObject({ ok: true, region });
        expect(results(report ?? scene.healthy)).toEqual(results(scene.healthy));
        expect(wrong).toEqual([]);
        // How many looks a run takes depends on what comes first.
        expect(requests).toBeLessThanOrEqual(near.requests + 3);
        const { intercept, struck } = strikeCall({ operation: 's3:HeadBucket', nth: 1 }, 3, async (request) =>
          serviceFault(503, request),
        );
        expect((await scene.run(intercept, { flags })).report).toMatchObject({ ok: true, region });
        expect(struck()).toBe(3);
      }
    }),
  LIMIT_MS,
);
