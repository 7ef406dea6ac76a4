import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DetachRolePolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListInstanceProfilesForRoleCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListRoleTagsCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
  SetDefaultPolicyVersionCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IAM_OPERATIONS } from '../../src/operations/index.ts';
import { iamOperations } from '../../src/sandbox/iam/index.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { allow, CHANNELMIX, CLIENT, failure, iamOf, type Keys, policy, rootKeys, stsOf, trust } from './support.ts';

let sandbox: Sandbox;
let iam: IAMClient;

beforeEach(async () => {
  sandbox = await startSandbox();
  iam = iamOf(sandbox, rootKeys(CLIENT));
});

afterEach(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

const role = (name: string, more: object = {}) =>
  iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust(CHANNELMIX), ...more }));
const managed = async (name: string, document = policy(allow('s3:GetObject'))) =>
  (await iam.send(new CreatePolicyCommand({ PolicyName: name, PolicyDocument: document }))).Policy?.Arn ?? '';
const decoded = (text: string | undefined) => JSON.parse(decodeURIComponent(text ?? ''));

it('has no operation that the operations table does not know', () => {
  expect(iamOperations.map((operation) => operation.name).filter((name) => !IAM_OPERATIONS.includes(name))).toEqual([]);
});

describe('roles', () => {
  it('are created, read, changed, listed and deleted', async () => {
    const created = await role('vendor', {
      Path: '/x/',
      Description: 'd',
      MaxSessionDuration: 7200,
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    expect(created.Role).toMatchObject({
      Arn: `arn:aws:iam::${CLIENT}:role/x/vendor`,
      Path: '/x/',
      RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
    });
    await iam.send(new UpdateRoleCommand({ RoleName: 'vendor', MaxSessionDuration: 3600, Description: 'e' }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'vendor' }));
    expect(Role).toMatchObject({ Description: 'e', MaxSessionDuration: 3600, Tags: [{ Key: 'a', Value: 'b' }] });
    expect(decoded(Role?.AssumeRolePolicyDocument)).toEqual(JSON.parse(trust(`arn:aws:iam::${CHANNELMIX}:root`)));
    expect((await iam.send(new ListRolesCommand({ PathPrefix: '/x/' }))).Roles?.map((item) => item.RoleName)).toEqual([
      'vendor',
    ]);
    expect((await iam.send(new ListRolesCommand({ PathPrefix: '/y/' }))).Roles).toEqual([]);
    expect((await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: 'vendor' }))).InstanceProfiles).toEqual(
      [],
    );
    await iam.send(new DeleteRoleCommand({ RoleName: 'vendor' }));
    expect(await failure(iam.send(new GetRoleCommand({ RoleName: 'vendor' })))).toMatchObject({
      code: 'NoSuchEntityException',
      status: 404,
      message: 'The role with name vendor cannot be found.',
    });
  });

  it('are refused a second time, whatever the case of the name', async () => {
    await role('vendor');
    expect(await failure(role('Vendor'))).toMatchObject({
      code: 'EntityAlreadyExistsException',
      status: 409,
      message: 'Role with name Vendor already exists.',
    });
  });

  it('come in pages', async () => {
    for (let index = 0; index < 7; index += 1) await role(`r${index}`);
    const names: (string | undefined)[] = [];
    let Marker: string | undefined;
    do {
      const page = await iam.send(new ListRolesCommand({ MaxItems: 3, ...(Marker === undefined ? {} : { Marker }) }));
      names.push(...(page.Roles ?? []).map((item) => item.RoleName));
      Marker = page.IsTruncated === true ? page.Marker : undefined;
    } while (Marker !== undefined);
    expect(names).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6']);
  });

  it('are not deleted while policies hang on them', async () => {
    await role('r');
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: policy(allow('s3:*')) }));
    const remove = () => failure(iam.send(new DeleteRoleCommand({ RoleName: 'r' })));
    expect(await remove()).toMatchObject({
      code: 'DeleteConflictException',
      status: 409,
      message: 'Cannot delete entity, must delete policies first.',
    });
    const arn = await managed('m');
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: arn }));
    expect((await remove()).message).toBe('Cannot delete entity, must detach all policies first.');
    await iam.send(new DetachRolePolicyCommand({ RoleName: 'r', PolicyArn: arn }));
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'r', PolicyName: 'p' }));
    await iam.send(new DeleteRoleCommand({ RoleName: 'r' }));
    expect(sandbox.snapshot().iam).toMatchObject({ [CLIENT]: { roles: [] } });
  });

  it('keep the text of inline policies as it was given', async () => {
    await role('r');
    const document = policy(allow('s3:GetObject', "arn:aws:s3:::b/it's (a) key*")).replace('{', '{\n  ');
    await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: document }));
    const read = await iam.send(new GetRolePolicyCommand({ RoleName: 'r', PolicyName: 'p' }));
    expect(decodeURIComponent(read.PolicyDocument ?? '')).toBe(document);
    expect((await iam.send(new ListRolePoliciesCommand({ RoleName: 'r' }))).PolicyNames).toEqual(['p']);
  });

  it('are tagged and untagged', async () => {
    await role('r');
    await iam.send(
      new TagRoleCommand({
        RoleName: 'r',
        Tags: [
          { Key: 'Team', Value: 'a' },
          { Key: 'x', Value: '' },
        ],
      }),
    );
    await iam.send(new TagRoleCommand({ RoleName: 'r', Tags: [{ Key: 'team', Value: 'b' }] }));
    await iam.send(new UntagRoleCommand({ RoleName: 'r', TagKeys: ['x'] }));
    expect((await iam.send(new ListRoleTagsCommand({ RoleName: 'r' }))).Tags).toEqual([{ Key: 'team', Value: 'b' }]);
  });

  it('have a boundary set and taken away', async () => {
    await role('r');
    const arn = await managed('edge');
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'r', PermissionsBoundary: arn }));
    expect(
      (await iam.send(new GetRoleCommand({ RoleName: 'r' }))).Role?.PermissionsBoundary?.PermissionsBoundaryArn,
    ).toBe(arn);
    expect((await iam.send(new GetPolicyCommand({ PolicyArn: arn }))).Policy?.PermissionsBoundaryUsageCount).toBe(1);
    expect((await failure(iam.send(new DeletePolicyCommand({ PolicyArn: arn })))).message).toBe(
      'Cannot delete a policy attached to entities.',
    );
    await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: 'r' }));
    expect((await iam.send(new GetRoleCommand({ RoleName: 'r' }))).Role?.PermissionsBoundary).toBeUndefined();
  });
});

describe('managed policies', () => {
  it('have up to five versions, one of them in force', async () => {
    const arn = await managed('m');
    for (let index = 0; index < 4; index += 1) {
      await iam.send(
        new CreatePolicyVersionCommand({
          PolicyArn: arn,
          PolicyDocument: policy(allow(`s3:Get${index}`)),
          SetAsDefault: index === 1,
        }),
      );
    }
    expect(
      await failure(
        iam.send(new CreatePolicyVersionCommand({ PolicyArn: arn, PolicyDocument: policy(allow('s3:*')) })),
      ),
    ).toMatchObject({
      code: 'LimitExceededException',
      status: 409,
      message:
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    });
    const { Versions } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn: arn }));
    expect(Versions?.map((version) => [version.VersionId, version.IsDefaultVersion])).toEqual([
      ['v5', false],
      ['v4', false],
      ['v3', true],
      ['v2', false],
      ['v1', false],
    ]);
    expect((await failure(iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId: 'v3' })))).message).toBe(
      'Cannot delete the default version of a policy.',
    );
    expect((await failure(iam.send(new DeletePolicyCommand({ PolicyArn: arn })))).code).toBe('DeleteConflictException');
    await iam.send(new SetDefaultPolicyVersionCommand({ PolicyArn: arn, VersionId: 'v1' }));
    for (const VersionId of ['v2', 'v3', 'v4', 'v5'])
      await iam.send(new DeletePolicyVersionCommand({ PolicyArn: arn, VersionId }));
    await iam.send(new DeletePolicyCommand({ PolicyArn: arn }));
    expect((await failure(iam.send(new GetPolicyCommand({ PolicyArn: arn })))).message).toBe(
      `Policy ${arn} was not found.`,
    );
  });

  it('are AWS’s own too: read, attached, never changed', async () => {
    const arn = 'arn:aws:iam::aws:policy/AmazonS3FullAccess';
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn: arn }));
    const version = await iam.send(
      new GetPolicyVersionCommand({ PolicyArn: arn, VersionId: Policy?.DefaultVersionId }),
    );
    expect(decoded(version.PolicyVersion?.Document).Statement).toEqual([
      { Effect: 'Allow', Action: ['s3:*', 's3-object-lambda:*'], Resource: '*' },
    ]);
    await role('r');
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: arn }));
    await iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: arn }));
    expect((await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: 'r' }))).AttachedPolicies).toEqual([
      { PolicyName: 'AmazonS3FullAccess', PolicyArn: arn },
    ]);
    expect(
      (await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn: arn }))).PolicyRoles?.map((item) => item.RoleName),
    ).toEqual(['r']);
    expect(
      (await iam.send(new ListPoliciesCommand({ Scope: 'AWS', OnlyAttached: true }))).Policies?.map(
        (item) => item.PolicyName,
      ),
    ).toEqual(['AmazonS3FullAccess']);
    expect((await failure(iam.send(new DeletePolicyCommand({ PolicyArn: arn })))).status).toBe(403);
    expect(
      (await failure(iam.send(new AttachRolePolicyCommand({ RoleName: 'r', PolicyArn: `${arn}x` })))).message,
    ).toBe(`Policy ${arn}x does not exist or is not attachable.`);
  });
});

describe('users and access keys', () => {
  it('have two keys at most, and say when one was used last', async () => {
    await iam.send(new CreateUserCommand({ UserName: 'bob' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
    const lastUsed = async () =>
      (await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: AccessKey?.AccessKeyId }))).AccessKeyLastUsed;
    expect(await lastUsed()).toEqual({ ServiceName: 'N/A', Region: 'N/A' });
    const keys: Keys = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
    await stsOf(sandbox, keys).send(new GetCallerIdentityCommand({}));
    expect(await lastUsed()).toMatchObject({ ServiceName: 'sts', Region: 'us-east-1' });
    await iam.send(new CreateAccessKeyCommand({ UserName: 'bob' }));
    expect((await failure(iam.send(new CreateAccessKeyCommand({ UserName: 'bob' })))).message).toBe(
      'Cannot exceed quota for AccessKeysPerUser: 2',
    );
    expect((await iam.send(new ListAccessKeysCommand({ UserName: 'bob' }))).AccessKeyMetadata).toHaveLength(2);
    expect((await failure(iam.send(new DeleteUserCommand({ UserName: 'bob' })))).message).toBe(
      'Cannot delete entity, must delete access keys first.',
    );
    // A user asks for itself without a name.
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'bob',
        PolicyName: 'p',
        PolicyDocument: policy(allow('iam:GetUser', `arn:aws:iam::${CLIENT}:user/bob`)),
      }),
    );
    expect((await iamOf(sandbox, keys).send(new GetUserCommand({}))).User?.UserName).toBe('bob');
    expect(await failure(iamOf(sandbox, keys).send(new ListAccessKeysCommand({})))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: `User: arn:aws:iam::${CLIENT}:user/bob is not authorized to perform: iam:ListAccessKeys on resource: arn:aws:iam::${CLIENT}:user/bob because no identity-based policy allows the iam:ListAccessKeys action`,
    });
  });

  it('are counted in the summary of the account', async () => {
    await iam.send(new CreateUserCommand({ UserName: 'bob' }));
    expect((await iam.send(new GetAccountSummaryCommand({}))).SummaryMap).toMatchObject({ Users: 1, Roles: 0 });
  });
});

describe('the simulator', () => {
  it('decides given documents, with the statement and its place', async () => {
    const document =
      '{\n  "Version": "2012-10-17",\n  "Statement": [\n    {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"},\n    {"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::b/x"}\n  ]\n}';
    const { EvaluationResults } = await iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [document],
        ActionNames: ['s3:GetObject', 's3:PutObject'],
        ResourceArns: ['arn:aws:s3:::b/a', 'arn:aws:s3:::b/x'],
      }),
    );
    expect(EvaluationResults).toMatchObject([
      {
        EvalActionName: 's3:GetObject',
        EvalDecision: 'explicitDeny',
        MatchedStatements: [{ SourcePolicyId: 'PolicyInputList.1', StartPosition: { Line: 5, Column: 5 } }],
        ResourceSpecificResults: [
          {
            EvalResourceName: 'arn:aws:s3:::b/a',
            EvalResourceDecision: 'allowed',
            MatchedStatements: [{ StartPosition: { Line: 4, Column: 5 } }],
          },
          { EvalResourceName: 'arn:aws:s3:::b/x', EvalResourceDecision: 'explicitDeny' },
        ],
      },
      { EvalActionName: 's3:PutObject', EvalDecision: 'explicitDeny' },
    ]);
  });

  it('decides for a role with its policies and boundary, and names the keys that it misses', async () => {
    await role('r');
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'r',
        PolicyName: 'p',
        PolicyDocument: policy(
          allow('s3:ListBucket', '*', { Condition: { StringLike: { 's3:prefix': 'in/*' } } }),
          allow('s3:PutObject'),
        ),
      }),
    );
    const edge = await managed('edge', policy(allow('s3:ListBucket')));
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: 'r', PermissionsBoundary: edge }));
    const simulate = async (action: string, prefix?: string) =>
      (
        await iam.send(
          new SimulatePrincipalPolicyCommand({
            PolicySourceArn: `arn:aws:iam::${CLIENT}:role/r`,
            ActionNames: [action],
            ResourceArns: ['arn:aws:s3:::b'],
            ...(prefix === undefined
              ? {}
              : {
                  ContextEntries: [
                    { ContextKeyName: 's3:prefix', ContextKeyType: 'string', ContextKeyValues: [prefix] },
                  ],
                }),
          }),
        )
      ).EvaluationResults?.[0];
    expect(await simulate('s3:ListBucket')).toMatchObject({
      EvalDecision: 'implicitDeny',
      MissingContextValues: ['s3:prefix'],
    });
    expect(await simulate('s3:ListBucket', 'in/x')).toMatchObject({
      EvalDecision: 'allowed',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    });
    expect(await simulate('s3:PutObject')).toMatchObject({
      EvalDecision: 'implicitDeny',
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
  });
});
