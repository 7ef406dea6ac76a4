// Audits every week what ChannelMix can do in this account, keeps each report, and says what changed since the last. It changes nothing else.
// Bundle it with its packages: see README.md.
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { auditAccess, readAccepted, readBaseline, readGrant, renderAudit } from 'channelmix-s3/audit';

const LATEST = 'audit/latest.json';
const ACCEPTED = 'audit/accepted.yaml';

/** What is audited, from the function's environment. */
function settings(env) {
  const { ROLE_ARN, BUCKET, ACCESS = 'minimal', PREFIXES = '', KMS_KEY_ARN = '', REPORT_BUCKET, SECURITY_HUB } = env;
  const bucket = {
    name: BUCKET,
    ...(PREFIXES === '' ? {} : { prefixes: PREFIXES.split(',') }),
    ...(KMS_KEY_ARN === '' ? {} : { kmsKeyArn: KMS_KEY_ARN }),
  };
  const grant = readGrant({ auth: 'role', access: ACCESS, buckets: [bucket] }, { name: "the function's environment" });
  return { roleArn: ROLE_ARN, grant, reports: REPORT_BUCKET, securityHub: SECURITY_HUB === 'true' };
}

/**
 * Audits the role, writes the report beside the former ones (audit/DATE.json and .html), tells Security Hub where that is wanted, and
 * writes metrics of CloudWatch's embedded format (namespace ChannelMixS3), which alarms watch: Findings, errors and security findings that
 * count; New, findings that were not there before; Open, facts that could not be read.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 *
 * @returns a summary; throws when nothing could be found out, so that the invocation counts as an error
 */
export async function handler() {
  const { roleArn, grant, reports, securityHub } = settings(process.env);
  const s3 = new S3Client({});
  const [former, accepted] = await Promise.all([read(s3, reports, LATEST), read(s3, reports, ACCEPTED)]);
  const report = await auditAccess({
    roleArn,
    grant,
    lastAccessed: true,
    ...(former === undefined ? {} : { baseline: readBaseline({ path: LATEST, text: former }) }),
    ...(accepted === undefined ? {} : { accepted: readAccepted(accepted, ACCEPTED) }),
  });
  const json = renderAudit(report, 'json');
  const name = `audit/${report.date.replaceAll(':', '-')}`;
  await write(s3, reports, `${name}.json`, json, 'application/json');
  await write(s3, reports, `${name}.html`, renderAudit(report, 'html'), 'text/html; charset=utf-8');
  if (securityHub) await tellSecurityHub(report);
  // The last thing: after a failure the next run compares with the same report as this one.
  await write(s3, reports, LATEST, json, 'application/json');
  const { error, security, open } = report.summary;
  const counts = { Findings: error + security, New: report.trend?.appeared.length ?? 0, Open: open };
  const rules = report.findings
    .filter(({ accepted }) => accepted === undefined)
    .map(({ severity, ruleId }) => `${severity} ${ruleId}`);
  process.stdout.write(`${JSON.stringify({ ...metrics(), Bucket: process.env.BUCKET, ...counts, rules })}\n`);
  return { ok: counts.Findings === 0 && open === 0, ...counts, report: `${name}.html` };
}

/** The text of an object; `undefined` when there is none. */
async function read(s3, Bucket, Key) {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return await Body.transformToString();
  } catch (error) {
    if (error.name === 'NoSuchKey') return undefined;
    throw error;
  }
}

async function write(s3, Bucket, Key, Body, ContentType) {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }));
}

/** Findings of all severities, a hundred a call. https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html */
async function tellSecurityHub(report) {
  const { BatchImportFindingsCommand, SecurityHubClient } = await import('@aws-sdk/client-securityhub');
  const client = new SecurityHubClient({});
  const findings = JSON.parse(renderAudit(report, 'asff', { region: process.env.AWS_REGION }));
  for (let at = 0; at < findings.length; at += 100) {
    const { FailedCount, FailedFindings } = await client.send(
      new BatchImportFindingsCommand({ Findings: findings.slice(at, at + 100) }),
    );
    if (FailedCount > 0)
      throw new Error(`Security Hub refused ${FailedCount} findings: ${FailedFindings?.[0]?.ErrorMessage}`);
  }
}

function metrics() {
  const names = ['Findings', 'New', 'Open'].map((Name) => ({ Name, Unit: 'Count' }));
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: 'ChannelMixS3', Dimensions: [['Bucket']], Metrics: names }],
    },
  };
}
