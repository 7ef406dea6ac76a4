import {
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  type IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { allow, CHANNELMIX, CLIENT, failure, iamOf, policy, rootKeys, trust } from './support.ts';

describe('bad input', () => {
  let shared: Sandbox;
  let client: IAMClient;
  beforeAll(async () => {
    shared = await startSandbox();
    client = iamOf(shared, rootKeys(CLIENT));
    await client.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust(CHANNELMIX) }));
    await client.send(new CreateUserCommand({ UserName: 'u' }));
  });
  afterAll(async () => {
    await shared.close();
  });

  const statement = (more: object) => policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...more });
  // Wordings as users report them from the real service (issues of terraform-provider-aws, aws-cli, …).
  const inline: readonly (readonly [string, string, string])[] = [
    ['no JSON', '{"Version"', 'Syntax errors in policy.'],
    ['the Version of the help article', statement({}).replace('2012-10-17', '2024-05-16'), 'Syntax errors in policy.'],
    ['an unknown element', statement({ Foo: 1 }), 'Syntax errors in policy.'],
    ['a wrong Effect', statement({ Effect: 'allow' }), 'Syntax errors in policy.'],
    ['a duplicate key', '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}', 'Syntax errors in policy.'],
    ['nesting without end', '['.repeat(50_000), 'Syntax errors in policy.'],
    ['a principal', statement({ Principal: '*' }), 'Policy document should not specify a principal.'],
    ['no action', policy({ Effect: 'Allow', Resource: '*' }), 'Policy statement must contain actions.'],
    ['no resource', policy({ Effect: 'Allow', Action: 's3:*' }), 'Policy statement must contain resources.'],
    [
      'an action without a service',
      statement({ Action: 'GetObject' }),
      'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
    ],
    [
      'a colon too many',
      statement({ Action: 's3:AbortMultipartUpload:' }),
      'Actions/Condition can contain only one colon.',
    ],
    [
      'a resource that is no ARN',
      statement({ Resource: 'bucket/*' }),
      'Resource bucket/* must be in ARN format or "*".',
    ],
    [
      'a placeholder for the partition',
      statement({ Resource: 'arn:x:s3:::b' }),
      'Partition "x" is not valid for resource "arn:x:s3:::b".',
    ],
    [
      'a Sid with a space',
      statement({ Sid: 'a b' }),
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    ],
    [
      'two equal Sids',
      policy({ Sid: 'a', ...allow('s3:*') }, { Sid: 'a', ...allow('s3:*') }),
      'Statement IDs (SID) in a single policy must be unique.',
    ],
    ['an unknown operator', statement({ Condition: { StringEqual: { 'aws:x': 'y' } } }), 'Syntax errors in policy.'],
  ];
  it.each(inline)('an inline policy with %s is malformed', async (_what, document, message) => {
    const put = client.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: document }));
    expect(await failure(put)).toEqual({ code: 'MalformedPolicyDocumentException', status: 400, message });
  });

  const trustStatement = (more: object) =>
    policy({ Effect: 'Allow', Principal: { AWS: CHANNELMIX }, Action: 'sts:AssumeRole', ...more });
  const trusts: readonly (readonly [string, string, string])[] = [
    ['no JSON', 'x', 'This policy contains invalid Json'],
    ['a resource', trustStatement({ Resource: '*' }), 'Has prohibited field Resource'],
    ['no principal', policy({ Effect: 'Allow', Action: 'sts:AssumeRole' }), 'Missing required field Principal'],
    [
      'an action of S3',
      trustStatement({ Action: 's3:GetObject' }),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [
      'a role that does not exist',
      trustStatement({ Principal: { AWS: `arn:aws:iam::${CLIENT}:role/none` } }),
      `Invalid principal in policy: "AWS":"arn:aws:iam::${CLIENT}:role/none"`,
    ],
    [
      'a user of the other account that does not exist',
      trustStatement({ Principal: { AWS: `arn:aws:iam::${CHANNELMIX}:user/none` } }),
      `Invalid principal in policy: "AWS":"arn:aws:iam::${CHANNELMIX}:user/none"`,
    ],
    [
      'a wildcard in a principal',
      trustStatement({ Principal: { AWS: `arn:aws:iam::${CLIENT}:role/*` } }),
      `Invalid principal in policy: "AWS":"arn:aws:iam::${CLIENT}:role/*"`,
    ],
    [
      'an account of 11 digits',
      trustStatement({ Principal: { AWS: '31871504755' } }),
      'Invalid principal in policy: "AWS":"31871504755"',
    ],
  ];
  it.each(trusts)('a trust policy with %s is malformed', async (_what, document, message) => {
    const update = client.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'r', PolicyDocument: document }));
    expect(await failure(update)).toEqual({ code: 'MalformedPolicyDocumentException', status: 400, message });
  });

  it('sizes are limited as AWS does, white space not counted', async () => {
    const long = (length: number) =>
      policy(
        allow(
          's3:*',
          Array.from({ length: length / 20 }, (_, index) => `arn:aws:s3:::b/${String(index).padStart(4, '0')}`),
        ),
      );
    const put = (document: string) =>
      client.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: document }));
    expect((await failure(put(long(10_400)))).message).toBe('Maximum policy size of 10240 bytes exceeded for role r');
    await put(long(8000).replaceAll(',', `,${' '.repeat(30)}`));
    expect(
      (await failure(client.send(new CreatePolicyCommand({ PolicyName: 'm', PolicyDocument: long(6400) })))).message,
    ).toBe('Cannot exceed quota for PolicySize: 6144');
    expect(
      (
        await failure(
          client.send(new PutUserPolicyCommand({ UserName: 'u', PolicyName: 'p', PolicyDocument: long(2200) })),
        )
      ).message,
    ).toBe('Maximum policy size of 2048 bytes exceeded for user u');
  });

  it('names and numbers are checked in AWS’s words', async () => {
    const create = (more: object) =>
      failure(
        client.send(new CreateRoleCommand({ RoleName: 'n', AssumeRolePolicyDocument: trust(CHANNELMIX), ...more })),
      );
    expect(await create({ RoleName: 'x'.repeat(65) })).toMatchObject({
      status: 400,
      message: `1 validation error detected: Value '${'x'.repeat(65)}' at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64`,
    });
    expect((await create({ RoleName: 'a b' })).message).toBe(
      'The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-',
    );
    expect((await create({ Path: 'x' })).message).toMatch(
      /^The specified value for path is invalid\. It must begin and end with \//,
    );
    expect((await create({ MaxSessionDuration: 1 })).message).toBe(
      "1 validation error detected: Value '1' at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600",
    );
    expect(
      (
        await create({
          Tags: [
            { Key: 'a', Value: '1' },
            { Key: 'A', Value: '2' },
          ],
        })
      ).message,
    ).toBe('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  });

  it('an operation that is not there gets 501 by name', async () => {
    const answer = await failure(
      client.send(new (await import('@aws-sdk/client-iam')).CreateGroupCommand({ GroupName: 'g' })),
    );
    expect(answer).toMatchObject({
      code: 'NotImplemented',
      status: 501,
      message: 'The sandbox does not implement iam:CreateGroup.',
    });
  });
});
