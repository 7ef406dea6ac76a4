// Checks daily whether ChannelMix's access works, from the policies alone: nothing is changed, and no call is made as the role.
// Bundle it with its packages: see README.md.
import { readGrant, verify } from 'channelmix-s3/verify';

/** The grant, from the function's environment. */
function settings(env) {
  const { ROLE_ARN, BUCKET, ACCESS = 'minimal', PREFIXES = '', KMS_KEY_ARN = '' } = env;
  const bucket = {
    name: BUCKET,
    ...(PREFIXES === '' ? {} : { prefixes: PREFIXES.split(',') }),
    ...(KMS_KEY_ARN === '' ? {} : { kmsKeyArn: KMS_KEY_ARN }),
  };
  const grant = { auth: 'role', access: ACCESS, buckets: [bucket] };
  return { grant: readGrant(grant, { name: "the function's environment" }), roleArn: ROLE_ARN };
}

/**
 * Verifies the grant and writes the outcome as metrics of CloudWatch's embedded format (namespace ChannelMixS3), which alarms watch:
 * Failed, checks with the wrong answer; Unknown, checks without one.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @returns a summary; throws when nothing could be found out, so that the invocation counts as an error
 */
export async function handler() {
  const { grant, roleArn } = settings(process.env);
  const counts = { Failed: 0, Unknown: 0 };
  const wrong = [];
  for await (const check of verify(grant, { roleArn, as: 'simulate' })) {
    if (check.ok) continue;
    const { id, action, bucket, result, diagnosis } = check;
    counts[result === 'allow' || result === 'deny' ? 'Failed' : 'Unknown'] += 1;
    wrong.push({ id, action, bucket, result, layer: diagnosis?.layer, cause: diagnosis?.cause, fix: diagnosis?.fix });
  }
  const line = { ...metrics(), Bucket: process.env.BUCKET, ...counts, wrong };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  return { ok: wrong.length === 0, ...counts };
}

function metrics() {
  const names = ['Failed', 'Unknown'].map((Name) => ({ Name, Unit: 'Count' }));
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: 'ChannelMixS3', Dimensions: [['Bucket']], Metrics: names }],
    },
  };
}
