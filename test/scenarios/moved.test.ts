import { describe, expect, test } from 'vitest';
import { verifyScenario } from '../../scripts/run-scenario.ts';
import type { VerifyReport } from '../../src/model/check.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { grantPolicy, policy } from '../../src/sandbox/scenarios/documents.ts';
import { healthyMinimal } from '../../src/sandbox/scenarios/healthy-minimal.ts';
import { BUCKET, OBJECTS_ARN, ROLE_WAY, standardBucket, standardRole } from '../../src/sandbox/scenarios/standard.ts';
import { startScenario } from '../../src/sandbox/scenarios/start.ts';
import { CLIENT_ACCOUNT, rootClients } from '../verify/setup.ts';

/** A bucket whose owner has a function that takes away what arrives, as soon as it arrives. */
async function verifyWhileObjectsAreMoved(document: PolicyDocument): Promise<VerifyReport | undefined> {
  const scenario = {
    ...healthyMinimal,
    world: { roles: [standardRole({ inline: { 'channelmix-s3': document } })], buckets: [standardBucket()] },
    verify: ROLE_WAY,
  };
  const { sandbox, caller } = await startScenario(scenario);
  const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
  sandbox.observe(({ operation, phase, accessKeyId }) => {
    if (operation !== 'PutObject' || phase !== 'after' || accessKeyId === CLIENT_ACCOUNT) return undefined;
    return s3.listObjectsV2({ Bucket: BUCKET }).then(async ({ Contents = [] }) => {
      for (const { Key } of Contents) await s3.deleteObject({ Bucket: BUCKET, Key });
      return undefined;
    });
  });
  try {
    const place = { endpointUrl: sandbox.endpoint, region: sandbox.region, caller };
    return (await verifyScenario(scenario, place)).report;
  } finally {
    await sandbox.close();
  }
}

const diagnosisOf = (report: VerifyReport | undefined, id: string) =>
  report?.checks.find((check) => check.id === id)?.diagnosis;

describe('objects that vanish while the verifier runs', () => {
  test('are missed, with the one who takes them away to look for', async () => {
    const report = await verifyWhileObjectsAreMoved(grantPolicy(BUCKET));
    expect(diagnosisOf(report, 'get-object')).toMatchObject({ rule: 'lost-object', layer: 'not-found' });
  });

  test('are missed, too, where S3 hides that behind a refusal for lack of s3:ListBucket', async () => {
    const objects = ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'];
    const report = await verifyWhileObjectsAreMoved(
      policy({ Effect: 'Allow', Action: objects, Resource: OBJECTS_ARN }),
    );
    expect(diagnosisOf(report, 'get-object')).toMatchObject({
      rule: 'hidden-absence',
      layer: 'not-found',
      evidence: 'inferred',
    });
  });
});
