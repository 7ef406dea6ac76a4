import { describe, expect, it } from 'vitest';
import { AUDIT_FORMATS, auditReporters } from '../../src/report/audit-formats.ts';
import { AUDITS, about, bad, good, hostile, open, ROLE } from './audit-reports.ts';
import { parseXml } from './parse-xml.ts';
import { errorsOf } from './sarif-schema.ts';

interface SarifResult {
  readonly ruleId: string;
  readonly kind?: string;
  readonly level: string;
  readonly baselineState?: string;
  readonly locations: readonly { readonly physicalLocation: unknown; readonly logicalLocations: unknown }[];
  readonly suppressions?: readonly unknown[];
}

interface SarifRun {
  readonly tool: {
    readonly driver: {
      readonly rules: readonly {
        readonly id: string;
        readonly properties: Readonly<Record<string, unknown>>;
        readonly relationships: readonly unknown[];
      }[];
    };
  };
  readonly taxonomies: unknown;
  readonly results: readonly SarifResult[];
  readonly invocations: readonly {
    readonly toolExecutionNotifications: readonly {
      readonly level: string;
      readonly message: { readonly text: string };
    }[];
  }[];
  readonly properties: { readonly complete: boolean };
}

interface AsffFinding {
  readonly Id: string;
  readonly ProductArn: string;
  readonly GeneratorId: string;
  readonly Title: string;
  readonly Description: string;
  readonly Resources: readonly { readonly Type: string; readonly Id: string; readonly Partition?: string }[];
  readonly Workflow: { readonly Status: string };
  readonly Compliance: { readonly Status: string };
  readonly RecordState: string;
  readonly Note?: { readonly UpdatedBy: string };
}

const reports = Object.entries(AUDITS);
const sarif = (report: typeof bad): SarifRun => JSON.parse(auditReporters.sarif(report, about)).runs[0];
const asff = (report: typeof bad): readonly AsffFinding[] => JSON.parse(auditReporters.asff(report, about));

describe('an audit as SARIF', () => {
  it.each(reports)('is valid by the official schema: %s', (_name, report) => {
    expect(errorsOf(JSON.parse(auditReporters.sarif(report, about)))).toEqual([]);
  });

  it('says for each result where it is: a line of a file, or else a name made of the ARN', () => {
    const { results } = sarif(bad);
    const placed = results.filter(({ ruleId }) => ruleId === 'other-buckets');
    expect(placed.map((one) => one.locations[0]?.physicalLocation)).toEqual([
      {
        artifactLocation: { uri: 'aws/111122223333/role/channelmix_s3_access' },
        region: { startLine: 1 },
      },
      {
        artifactLocation: { uri: 'plans/main%20plan.json' },
        region: { startLine: 12, startColumn: 3, endLine: 14, endColumn: 4 },
      },
    ]);
    expect(placed[1]?.locations[0]?.logicalLocations).toEqual([
      { fullyQualifiedName: ROLE, kind: 'resource' },
      { fullyQualifiedName: 'acme-extra#AllBuckets', kind: 'element' },
    ]);
  });

  it('suppresses what is accepted, with the reason, and nothing else', () => {
    const { results } = sarif(bad);
    const suppressed = results.filter((one) => one.suppressions?.length === 1);
    expect(suppressed.map((one) => one.suppressions?.[0])).toEqual([
      {
        kind: 'external',
        status: 'accepted',
        justification: 'Agreed with ChannelMix until the migration ends',
        properties: { owner: 'Jane', expires: '2027-03-31' },
      },
    ]);
  });

  it('has a notification for each fact that could not be read, and an open result for each rule that it leaves blind', () => {
    const { invocations, results, properties } = sarif(open);
    const notifications = invocations[0]?.toolExecutionNotifications ?? [];
    expect(notifications.map(({ level }) => level)).toEqual(['error', 'note']);
    expect(notifications[0]?.message.text).toContain('kms:GetKeyPolicy');
    expect(results.map(({ kind, ruleId, level }) => [kind, ruleId, level])).toEqual([
      ['open', 'action-refused', 'none'],
      ['open', 'trust-other-account', 'none'],
    ]);
    expect(properties.complete).toBe(false);
  });

  it('says of every result whether it is new, where there is a former audit, and of none where there is not', () => {
    const states = sarif(bad).results.map((one) => one.baselineState);
    expect(states.filter((state) => state === 'new')).toHaveLength(2);
    expect(states.filter((state) => state === 'absent')).toHaveLength(1);
    expect(states).not.toContain(undefined);
    expect(sarif(open).results.filter((one) => 'baselineState' in one)).toEqual([]);
  });

  it('ranks rules, and names the benchmarks that they are of', () => {
    const { tool, taxonomies } = sarif(good);
    const of = (id: string) => tool.driver.rules.find((rule) => rule.id === id);
    expect(of('other-buckets')?.properties['security-severity']).toBe('8.0');
    expect(of('action-refused')?.properties['security-severity']).toBeUndefined();
    expect(of('access-key-old')?.properties.tags).toEqual(['iam', 'security', 'hygiene']);
    expect(of('access-key-old')?.relationships ?? []).toContainEqual({
      target: { id: '1.14', toolComponent: { name: 'CIS AWS Foundations 3.0.0' } },
      kinds: ['relevant'],
    });
    expect(taxonomies).toContainEqual({ name: 'CIS AWS Foundations 3.0.0', taxa: [{ id: '1.14' }] });
  });
});

describe('an audit as JUnit', () => {
  it.each(reports)('is XML, and its counts are those of its cases: %s', (_name, report) => {
    const elements = parseXml(auditReporters.junit(report, about));
    const count = (name: string) => elements.filter((one) => one.name === name).length;
    expect(elements[1]?.attributes).toMatchObject({
      tests: String(count('testcase')),
      failures: String(count('failure')),
      errors: String(count('error')),
    });
    expect(count('testcase')).toBe(about.rules.length + 1);
  });

  it('is green when all is well, and red when nothing was found but not all could be read', () => {
    const problems = (report: typeof bad) =>
      parseXml(auditReporters.junit(report, about)).filter(({ name }) => name === 'failure' || name === 'error');
    expect(problems(good)).toEqual([]);
    expect(problems(open)).toHaveLength(3);
    expect(problems({ ...good, complete: false })).toHaveLength(1);
  });

  it('fails for what counts from the limit on, never for what is accepted', () => {
    const failures = (report: typeof bad, failOn: 'error' | 'suggestion') =>
      parseXml(auditReporters.junit(report, { ...about, failOn }))[1]?.attributes.failures;
    expect(failures(bad, 'error')).toBe('5');
    expect(failures(bad, 'suggestion')).toBe('13');
    const all = bad.findings.map((one) => ({ ...one, accepted: { reason: 'r', owner: 'o', expires: '2027-01-01' } }));
    expect(failures({ ...bad, findings: all }, 'suggestion')).toBe('0');
  });
});

describe('an audit as annotations of GitHub', () => {
  it('has a command a line, the worst first, what could not be judged before what should be mended, and the answer last', () => {
    const lines = auditReporters.github(bad, about).trimEnd().split('\n');
    const levels = lines.map((line) => /^::(\w+) /.exec(line)?.[1] ?? 'answer');
    const count = (level: string) => levels.filter((one) => one === level).length;
    expect([count('error'), count('warning'), count('notice'), count('answer')]).toEqual([6, 6, 3, 1]);
    expect([...new Set(levels)]).toEqual(['error', 'warning', 'notice', 'answer']);
    expect(lines.find((line) => line.startsWith('::warning'))).toContain('title=could not be judged::');
    expect(lines.join('\n')).toContain('::error file=plans/main plan.json,line=12,endLine=14,title=other-buckets::');
  });

  it('has no line that something hostile began', () => {
    const lines = auditReporters.github(hostile, about).trimEnd().split('\n');
    expect(lines.slice(0, -1).filter((line) => !/^::(error|warning|notice) (file|title)=/.test(line))).toEqual([]);
    expect(lines).toHaveLength(240 + 10 + 1);
  });
});

describe('an audit in the AWS Security Finding Format', () => {
  it('is of the product of the account itself, in its partition and the named region', () => {
    expect(asff(bad)[0]?.ProductArn).toBe('arn:aws:securityhub:eu-west-1:111122223333:product/111122223333/default');
    const china = { ...bad, subject: { ...bad.subject, arn: 'arn:aws-cn:iam::111122223333:role/r' } };
    const { region: _, ...nowhere } = about;
    expect(JSON.parse(auditReporters.asff(china, nowhere))[0].ProductArn).toBe(
      'arn:aws-cn:securityhub:cn-north-1:111122223333:product/111122223333/default',
    );
  });

  it('leaves out a partition that the format does not know', () => {
    const partitions = ['aws-us-gov', 'aws-eusc'].map((partition) => {
      const subject = { ...bad.subject, arn: `arn:${partition}:iam::111122223333:role/r` };
      return asff({ ...bad, subject })[0]?.Resources[0]?.Partition;
    });
    expect(partitions).toEqual(['aws-us-gov', undefined]);
  });

  it('names what is found by the type of what it is about', () => {
    const types = asff(bad).map((one) => [one.Resources[0]?.Type, one.Resources[0]?.Id]);
    expect(types).toContainEqual(['AwsIamRole', ROLE]);
    expect(types).toContainEqual(['AwsS3Bucket', 'arn:aws:s3:::acme-reports']);
    expect(types).toContainEqual(['AwsIamUser', 'arn:aws:iam::111122223333:user/old']);
  });

  it('suppresses what is accepted, archives what is gone, and says what could not be judged', () => {
    const all = asff(bad);
    const suppressed = all.filter((one) => one.Workflow.Status === 'SUPPRESSED');
    expect(suppressed.map((one) => one.Note?.UpdatedBy)).toEqual(['Jane']);
    expect(all.filter((one) => one.RecordState === 'ARCHIVED')).toHaveLength(1);
    expect(all.filter((one) => one.Compliance.Status === 'NOT_AVAILABLE')).toHaveLength(1);
    expect(asff(good)).toEqual([]);
  });

  it('keeps the lengths that Security Hub takes, ids apart, and no text empty', () => {
    for (const one of asff({ ...hostile, findings: hostile.findings.map((each) => ({ ...each, fix: '' })) })) {
      expect(one.Title.length).toBeLessThanOrEqual(256);
      expect(one.Description.length).toBeLessThanOrEqual(1_024);
      expect(one.GeneratorId.length).toBeLessThanOrEqual(512);
      expect(one.Resources[0]?.Id.length).toBeLessThanOrEqual(512);
      expect(JSON.stringify(one)).not.toMatch(/:""/);
    }
    const ids = asff(hostile).map((one) => one.Id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

it('every format is among the reporters', () => {
  expect(Object.keys(auditReporters).sort()).toEqual([...AUDIT_FORMATS].sort());
});
