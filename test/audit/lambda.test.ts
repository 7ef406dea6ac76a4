import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { auditPermissions } from '../../src/audit/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { bundleLambda, type LambdaFunction } from '../lambda-function.ts';
import { CLIENT_ACCOUNT, createBucket, createRole, rootClients } from '../verify/setup.ts';

const FOLDER = new URL('../../templates/audit-lambda/', import.meta.url);

describe('the Lambda function of templates/audit-lambda', () => {
  let sandbox: Sandbox;
  let roleArn: string;
  let lambda: LambdaFunction;

  beforeAll(async () => {
    sandbox = await startSandbox();
    await createBucket(sandbox.endpoint, 'my-bucket');
    await createBucket(sandbox.endpoint, 'reports');
    roleArn = await createRole(sandbox.endpoint, { name: 'channelmix', bucket: 'my-bucket' });
    lambda = await bundleLambda('audit-lambda', 'audit', ['@aws-sdk/client-securityhub']);
  });
  afterAll(async () => {
    await sandbox.close();
    await lambda.remove();
  });

  const invoke = (changes: Record<string, string> = {}) =>
    lambda.invoke({
      ROLE_ARN: roleArn,
      BUCKET: 'my-bucket',
      REPORT_BUCKET: 'reports',
      SECURITY_HUB: 'false',
      AWS_ENDPOINT_URL: sandbox.endpoint,
      ...changes,
    });

  async function report(key: string): Promise<string> {
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    const { Body } = await s3.getObject({ Bucket: 'reports', Key: key });
    return (await Body?.transformToString()) ?? '';
  }

  it('keeps the report as JSON and as a page, and says what is new the next time', { timeout: 60_000 }, async () => {
    const [log, answer] = await invoke();
    expect(answer).toMatchObject({ ok: true, Findings: 0, New: 0 });
    expect(log._aws.CloudWatchMetrics[0]).toMatchObject({ Namespace: 'ChannelMixS3', Dimensions: [['Bucket']] });
    expect(await report(answer.report)).toContain('<!doctype html>');
    expect(JSON.parse(await report('audit/latest.json'))).toMatchObject({
      command: 'audit',
      subject: { arn: roleArn },
    });

    const iam = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).iam();
    await iam.attachRolePolicy({ RoleName: 'channelmix', PolicyArn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess' });
    const [, changed] = await invoke();
    expect(changed.ok).toBe(false);
    expect(changed.Findings).toBeGreaterThan(0);
    expect(changed.New).toBeGreaterThan(0);
    const [, again] = await invoke();
    expect(again.New).toBe(0);
    // What had changed is no finding the second time.
    expect(again.Findings).toBeGreaterThan(0);
  });

  it('counts nothing that is accepted', { timeout: 60_000 }, async () => {
    const { findings } = JSON.parse(await report('audit/latest.json'));
    const soon = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const accepted = findings.map(
      ({ id }: { readonly id: string }) => `  - {id: "${id}", reason: wanted, owner: us, expires: ${soon}}\n`,
    );
    const s3 = await rootClients(sandbox.endpoint, CLIENT_ACCOUNT).s3();
    await s3.putObject({ Bucket: 'reports', Key: 'audit/accepted.yaml', Body: `accepted:\n${accepted.join('')}` });
    const [, answer] = await invoke();
    expect(answer).toMatchObject({ ok: true, Findings: 0 });
    await s3.deleteObject({ Bucket: 'reports', Key: 'audit/accepted.yaml' });
  });

  it('fails when nothing could be found out', async () => {
    await expect(invoke({ BUCKET: 'No_Bucket' })).rejects.toThrow('No_Bucket');
    await expect(invoke({ ROLE_ARN: `${roleArn}-gone` })).rejects.toThrow('channelmix-gone');
  });

  it('may do what an audit needs, and no more', async () => {
    const text = await readFile(new URL('template.yaml', FOLDER), 'utf8');
    const tags = ['!Ref', '!Sub', '!GetAtt', '!If', '!Not', '!Equals'].map((tag) => ({
      tag,
      identify: () => false,
      resolve: (value: unknown) => value,
    }));
    const template = parse(text, {
      customTags: [...tags, ...tags.map((tag) => ({ ...tag, collection: 'seq' as const }))],
    });
    const policies: readonly {
      readonly PolicyName: string;
      readonly PolicyDocument: { readonly Statement: unknown };
    }[] = template.Resources.FunctionRole.Properties.Policies;
    const needed = auditPermissions({
      partition: 'aws',
      principal: roleArn,
      buckets: ['my-bucket'],
      kmsKeyArns: [],
      lastAccessed: true,
    });
    const actions = (statements: unknown) =>
      (statements as readonly { readonly Sid: string; readonly Action: unknown }[]).map(({ Sid, Action }) => [
        Sid,
        Action,
      ]);
    const written = policies.find(({ PolicyName }) => PolicyName === 'read-what-decides-access');
    expect(actions(written?.PolicyDocument.Statement)).toEqual(actions(needed.Statement));
  });
});
