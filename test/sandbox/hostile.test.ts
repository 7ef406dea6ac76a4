import aws4 from 'aws4';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../src/sandbox/faults/index.ts';
import { iamOperations } from '../../src/sandbox/iam/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { JSON_TARGETS } from '../../src/sandbox/json/service.ts';
import { kmsOperations } from '../../src/sandbox/kms/index.ts';
import { organizationsOperations } from '../../src/sandbox/organizations/index.ts';
import { stsOperations } from '../../src/sandbox/sts/index.ts';
import { allow, CLIENT, policy, rootKeys, trust } from './support.ts';

const ROUNDS = Number(process.env.HOSTILE_ROUNDS ?? 400);
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const random = seededRandom(99);
const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;

/** Parameters that some operation takes, with values that fit, nearly fit, or are meant to hurt. */
const NAMES = [
  'RoleName',
  'UserName',
  'PolicyName',
  'PolicyArn',
  'PolicyDocument',
  'AssumeRolePolicyDocument',
  'PermissionsBoundary',
  'Path',
  'PathPrefix',
  'MaxItems',
  'Marker',
  'VersionId',
  'AccessKeyId',
  'Status',
  'Tags.member.1.Key',
  'Tags.member.1.Value',
  'Tags.member.2.Key',
  'TagKeys.member.1',
  'RoleArn',
  'RoleSessionName',
  'DurationSeconds',
  'Policy',
  'PolicyArns.member.1.arn',
  'PolicyInputList.member.1',
  'ActionNames.member.1',
  'ResourceArns.member.1',
  'ContextEntries.member.1.ContextKeyName',
  'ContextEntries.member.1.ContextKeyValues.member.1',
  'ResourcePolicy',
  'PolicySourceArn',
  'MaxSessionDuration',
  'SerialNumber',
  'TokenCode',
  'SourceIdentity',
  'SetAsDefault',
  'Description',
  'NewUserName',
  'CallerArn',
  'ResourceOwner',
];
const VALUES = [
  'a',
  'r',
  'u',
  'p',
  '',
  ' ',
  '__proto__',
  'constructor',
  'toString',
  '<a>&"\'',
  '\u0000',
  '\r\n',
  'é中😀',
  'x'.repeat(3000),
  '-1',
  '0',
  '900',
  '3600',
  '1e9',
  'NaN',
  '99999999999999999999',
  '/',
  '/a/',
  '../..',
  'v1',
  'v0',
  'Active',
  'true',
  `arn:aws:iam::${CLIENT}:role/r`,
  `arn:aws:iam::${CLIENT}:policy/p`,
  'arn:aws:iam::aws:policy/AmazonS3FullAccess',
  'arn:::::',
  'arn:aws:iam::x:role/r',
  '{}',
  '[]',
  'null',
  '1',
  '"x"',
  '{"Statement":null}',
  '{"Statement":[null]}',
  '{"Statement":{"Effect":"Allow","Action":[1],"Resource":{}}}',
  '{"__proto__":{"x":1},"Statement":[]}',
  '['.repeat(10_000),
  policy(),
  policy(allow('s3:*')),
  policy(allow('s3:*', '*', { Condition: { StringEquals: { 'aws:x': ['\u0024{aws:username', '\u0024{}'] } } })),
  trust(CLIENT),
  trust('*'),
  trust(`arn:aws:iam::${CLIENT}:user/u`),
  's3:GetObject',
  '*',
  '*:*',
  'ZnJvbTo1',
  'bGFyZ2U',
];

it('no parameters of IAM and STS, however wrong, meet a bug', async () => {
  const { port } = new URL(sandbox.endpoint);
  const statuses = new Set<number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const service = pick(['iam', 'iam', 'iam', 'sts'] as const);
    const operation = pick(service === 'iam' ? iamOperations : stsOperations);
    const form = new URLSearchParams({
      Action: operation.name,
      Version: service === 'iam' ? '2010-05-08' : '2011-06-15',
    });
    for (const rule of operation.rules) if (random() < 0.8) form.set(rule.name, pick(VALUES));
    for (let extra = 0; extra < 6; extra += 1) form.set(pick(NAMES), pick(VALUES));
    const body = form.toString();
    const { headers } = aws4.sign(
      {
        service,
        region: 'us-east-1',
        method: 'POST',
        host: `127.0.0.1:${port}`,
        path: '/',
        body,
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      },
      rootKeys(CLIENT),
    );
    const { Host: _host, 'Content-Length': _length, ...rest } = headers as Record<string, string>;
    const answer = await fetch(sandbox.endpoint, { method: 'POST', headers: rest, body });
    statuses.add(answer.status);
    const text = await answer.text();
    expect(sandbox.bugs(), `${body}\n${text}`).toEqual([]);
    expect(text).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?><\w+Response /);
  }
  expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 400, 404]));
  expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
});

/** Values of a member in JSON, beside the texts above. */
const JSON_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  1,
  1.5,
  1e9,
  [],
  {},
  [null],
  [{}],
  [[]],
  ['x'],
  { __proto__: 1 },
];
const JSON_MEMBERS = [
  'KeyId',
  'TargetKeyId',
  'AliasName',
  'Policy',
  'PolicyName',
  'BypassPolicyLockoutSafetyCheck',
  'GranteePrincipal',
  'RetiringPrincipal',
  'Operations',
  'Constraints',
  'Name',
  'GrantId',
  'Limit',
  'Marker',
  'Tags',
  'Description',
  'PendingWindowInDays',
  'MultiRegion',
  'ChildId',
  'ParentId',
  'TargetId',
  'AccountId',
  'PolicyId',
  'OrganizationalUnitId',
  'Filter',
  'MaxResults',
  'NextToken',
];

it('no input of KMS and Organizations, however wrong, meets a bug', async () => {
  const { port } = new URL(sandbox.endpoint);
  const key = `arn:aws:kms:us-east-1:${CLIENT}:key/11111111-2222-3333-4444-555555555555`;
  sandbox.kms.put(key);
  sandbox.organization.set({ id: 'o-example', management: CLIENT, members: { [CLIENT]: {} } });
  const wanted: readonly unknown[] = [key, CLIENT, 'alias/a', 'SERVICE_CONTROL_POLICY', ['Decrypt'], 'p-FullAWSAccess'];
  const statuses = new Set<number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const service = pick(['kms', 'organizations'] as const);
    const operation = pick(service === 'kms' ? kmsOperations : organizationsOperations);
    const input: Record<string, unknown> = {};
    for (const member of JSON_MEMBERS) {
      if (random() < 0.6)
        input[member] = pick<unknown>(random() < 0.5 ? wanted : random() < 0.5 ? JSON_VALUES : VALUES);
    }
    const body = random() < 0.05 ? pick(VALUES) : JSON.stringify(input);
    const { headers } = aws4.sign(
      {
        service,
        region: 'us-east-1',
        method: 'POST',
        host: `127.0.0.1:${port}`,
        path: '/',
        body,
        headers: {
          'Content-Type': 'application/x-amz-json-1.1',
          'X-Amz-Target': `${JSON_TARGETS[service]}.${random() < 0.02 ? 'Nothing' : operation.name}`,
        },
      },
      rootKeys(CLIENT),
    );
    const answer = await fetch(sandbox.endpoint, { method: 'POST', headers: headers as Record<string, string>, body });
    statuses.add(answer.status);
    const text = await answer.text();
    expect(typeof JSON.parse(text), text).toBe('object');
    expect(sandbox.bugs(), `${operation.name} ${body.slice(0, 2000)}`).toEqual([]);
  }
  expect(statuses).toContain(200);
  expect(statuses).toContain(400);
  expect(statuses).not.toContain(500);
});
