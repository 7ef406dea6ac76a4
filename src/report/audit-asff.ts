import { parseArn } from '../model/arn.ts';
import type { AuditFinding, AuditReport, AuditRuleDescription } from '../model/audit.ts';
import type { Severity } from '../model/finding.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { AuditAbout } from './audit-about.ts';
import { openFacts, QUESTION_WORDS, unreadWords } from './audit-words.ts';
import { safeJson } from './json.ts';

/** Where no region is named; in `aws` IAM's own events are there. */
const REGIONS: Readonly<Record<string, string>> = {
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
};

const LABELS: Readonly<Record<Severity, string>> = {
  error: 'MEDIUM',
  security: 'HIGH',
  warning: 'MEDIUM',
  suggestion: 'LOW',
};

/** Those that the format has a word for; the European Sovereign Cloud is not among them. */
const PARTITIONS: ReadonlySet<string> = new Set(['aws', 'aws-cn', 'aws-us-gov']);

const NAMESPACE = 'Software and Configuration Checks';

/**
 * An audit in the AWS Security Finding Format: one array of findings, as the AWS CLI takes it, a hundred a call:
 *
 *     aws securityhub batch-import-findings --findings file://audit.asff.json
 *
 * or, of more than a hundred, each line of
 *
 *     jq -c 'range(0; length; 100) as $at | .[$at:$at + 100]' audit.asff.json
 *
 * What is found fails, what could not be judged has the status NOT_AVAILABLE, what is accepted is suppressed, and what is gone since a former
 * audit is archived. Security Hub takes note and workflow of a finding when it is new only. The product is the account's own.
 * https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
 * https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-custom-providers.html
 */
export function auditAsff(report: AuditReport, about: AuditAbout): string {
  const rules = new Map(about.rules.map((rule) => [rule.id, rule]));
  const make = (told: Told) => asffFinding(told, report, about);
  const findings = [
    ...report.findings.map((finding) => make(ofFinding(finding, rules.get(finding.ruleId)))),
    ...openFacts(report).map((fact) =>
      make({
        id: fingerprint(`open\n${fact.what}\n${fact.action}`),
        generator: 'unjudged',
        label: 'INFORMATIONAL',
        title: `Could not be judged: ${fact.what}`,
        description: `${unreadWords(fact)}. Rules that could not judge because of it: ${fact.rules.join(', ')}`,
        about: report.subject.arn,
        status: 'NOT_AVAILABLE',
        controls: [],
        type: 'AWS Security Best Practices',
        fields: { question: 'open', action: fact.action },
      }),
    ),
    ...(report.trend?.gone ?? []).map((finding) => ({
      ...make({ ...ofFinding(finding, rules.get(finding.ruleId)), status: 'PASSED' }),
      RecordState: 'ARCHIVED',
    })),
  ];
  return `${safeJson(findings)}\n`;
}

/** What differs from finding to finding. */
interface Told {
  readonly id: string;
  readonly generator: string;
  readonly label: string;
  readonly title: string;
  readonly description: string;
  readonly fix?: { readonly text: string; readonly url: string };
  readonly about: string;
  readonly status: 'FAILED' | 'PASSED' | 'NOT_AVAILABLE';
  readonly controls: readonly string[];
  readonly type: string;
  readonly accepted?: AuditFinding['accepted'];
  readonly fields: Readonly<Record<string, string>>;
}

function ofFinding(finding: AuditFinding, rule: AuditRuleDescription | undefined): Told {
  const { id, ruleId, question, severity, message, fix, about, docs, controls, accepted, place, statement } = finding;
  return {
    id,
    generator: ruleId,
    label: LABELS[severity],
    title: message,
    description: rule === undefined ? message : `${message} Meant is: ${rule.title}. ${rule.why}`,
    fix: { text: fix, url: docs },
    about,
    status: 'FAILED',
    controls,
    type: controls.some((control) => control.startsWith('CIS'))
      ? 'Industry and Regulatory Standards/CIS'
      : 'AWS Security Best Practices',
    ...(accepted === undefined ? {} : { accepted }),
    fields: {
      question: QUESTION_WORDS[question],
      severity,
      ...(place === undefined ? {} : { place: `${place.path}:${place.line}` }),
      ...(statement === undefined
        ? {}
        : { policy: statement.policy, statement: statement.sid || `${statement.index + 1}` }),
    },
  };
}

function asffFinding(told: Told, { subject, date }: AuditReport, { region, toolVersion }: AuditAbout) {
  const partition = parseArn(subject.arn)?.partition ?? 'aws';
  const home = region ?? REGIONS[partition] ?? 'us-east-1';
  const product = `arn:${partition}:securityhub:${home}:${subject.account}:product/${subject.account}/default`;
  const severity = { Label: told.label };
  const types = [`${NAMESPACE}/${told.type}`];
  return {
    SchemaVersion: '2018-10-08',
    Id: `channelmix-s3/${subject.account}/${subject.kind}/${limited(subject.name, 128)}/${told.id}`,
    ProductArn: product,
    GeneratorId: `channelmix-s3/${limited(told.generator, 400)}`,
    AwsAccountId: subject.account,
    Types: types,
    CreatedAt: date,
    UpdatedAt: date,
    Severity: severity,
    FindingProviderFields: { Severity: severity, Types: types },
    Title: limited(told.title, 256),
    Description: limited(told.description, 1_024),
    ...(told.fix === undefined
      ? {}
      : { Remediation: { Recommendation: { Text: limited(told.fix.text, 512), Url: told.fix.url } } }),
    ProductFields: {
      ProviderName: 'channelmix-s3',
      ProviderVersion: toolVersion,
      ...Object.fromEntries(
        Object.entries(told.fields).map(([key, text]) => [`channelmix-s3/${key}`, limited(text, 2_048)]),
      ),
    },
    Resources: [resourceOf(told.about, partition, home)],
    Compliance: {
      Status: told.status,
      ...(told.controls.length === 0
        ? {}
        : { RelatedRequirements: told.controls.slice(0, 32).map((one) => limited(one, 64)) }),
    },
    Workflow: { Status: told.accepted === undefined ? 'NEW' : 'SUPPRESSED' },
    RecordState: 'ACTIVE',
    ...(told.accepted === undefined
      ? {}
      : {
          Note: {
            Text: limited(`${told.accepted.reason} (until ${told.accepted.expires})`, 512),
            UpdatedBy: limited(told.accepted.owner, 512),
            UpdatedAt: date,
          },
        }),
  };
}

/** Types of resources. https://docs.aws.amazon.com/securityhub/latest/userguide/asff-resources.html */
function resourceOf(arn: string, partition: string, region: string): unknown {
  const known = PARTITIONS.has(partition) ? { Partition: partition } : {};
  return { Type: resourceType(arn), Id: limited(arn, 512), ...known, Region: region };
}

function resourceType(arn: string): string {
  const { service, resource } = parseArn(arn) ?? { service: '', resource: '' };
  if (service === 'iam') {
    const types: Readonly<Record<string, string>> = {
      role: 'AwsIamRole',
      user: 'AwsIamUser',
      policy: 'AwsIamPolicy',
      group: 'AwsIamGroup',
    };
    return types[resource.split('/')[0] ?? ''] ?? 'Other';
  }
  if (service === 's3') return resource.includes('/') ? 'AwsS3Object' : 'AwsS3Bucket';
  return service === 'kms' && resource.startsWith('key/') ? 'AwsKmsKey' : 'Other';
}

/** Text of at most so many UTF-16 units; never empty, which Security Hub refuses. */
function limited(text: string, length: number): string {
  const shown = text.trim() === '' ? '-' : text;
  if (shown.length <= length) return shown;
  const cut = shown.slice(0, length - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
