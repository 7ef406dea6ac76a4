import { AttachUserPolicyCommand, CreateAccessKeyCommand, CreateUserCommand } from '@aws-sdk/client-iam';
import {
  DescribeAccountCommand,
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListAccountsCommand,
  ListOrganizationalUnitsForParentCommand,
  ListParentsCommand,
  type ListParentsCommandOutput,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTargetsForPolicyCommand,
  OrganizationsClient,
  type PolicyType,
} from '@aws-sdk/client-organizations';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import { CHANNELMIX, CLIENT, failure, iamOf, type Keys, policy, rootKeys, s3Of } from './support.ts';

const MANAGEMENT = '444455556666';
const FULL: PolicyDocument = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
const NO_IAM: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'iam:*', Resource: '*' }],
};
const SAME_ORG: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: '*',
      Condition: { StringNotEqualsIfExists: { 'aws:PrincipalOrgID': 'o-example123' } },
    },
  ],
};

let sandbox: Sandbox;
const clientOf = (keys: Keys): OrganizationsClient =>
  new OrganizationsClient({ region: 'us-east-1', endpoint: sandbox.endpoint, credentials: keys, maxAttempts: 1 });
let management: OrganizationsClient;

beforeEach(async () => {
  sandbox = await startSandbox({
    accounts: [CLIENT, CHANNELMIX, MANAGEMENT],
    organization: {
      id: 'o-example123',
      management: MANAGEMENT,
      members: {
        [MANAGEMENT]: {},
        [CLIENT]: {
          units: ['Workloads'],
          scps: [[FULL], [FULL, { policyName: 'no-iam', document: NO_IAM }], [FULL]],
          rcps: [{ policyName: 'same-org', document: SAME_ORG }],
        },
      },
    },
  });
  management = clientOf(rootKeys(MANAGEMENT));
});
afterEach(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

/** Policies of an account by level, from the account up, as somebody reads them who knows nothing of the data. */
async function levels(account: string, Filter: PolicyType): Promise<readonly (readonly (string | undefined)[])[]> {
  const found: (readonly (string | undefined)[])[] = [];
  for (let target: string | undefined = account; target !== undefined; ) {
    const { Policies = [] } = await management.send(new ListPoliciesForTargetCommand({ TargetId: target, Filter }));
    found.push(Policies.map(({ Name }) => Name));
    if (target.startsWith('r-')) return found;
    const { Parents = [] }: ListParentsCommandOutput = await management.send(
      new ListParentsCommand({ ChildId: target }),
    );
    target = Parents[0]?.Id;
  }
  return found;
}

describe('the management account', () => {
  it('reads what is attached at each level, and what it says', async () => {
    expect(await levels(CLIENT, 'SERVICE_CONTROL_POLICY')).toEqual([
      ['FullAWSAccess'],
      ['FullAWSAccess', 'no-iam'],
      ['FullAWSAccess'],
    ]);
    expect(await levels(CLIENT, 'RESOURCE_CONTROL_POLICY')).toEqual([
      ['RCPFullAWSAccess', 'same-org'],
      ['RCPFullAWSAccess'],
      ['RCPFullAWSAccess'],
    ]);
    const { Roots = [] } = await management.send(new ListRootsCommand({}));
    const { OrganizationalUnits = [] } = await management.send(
      new ListOrganizationalUnitsForParentCommand({ ParentId: Roots[0]?.Id }),
    );
    expect(OrganizationalUnits).toMatchObject([{ Name: 'Workloads', Id: expect.stringMatching(/^ou-/) }]);
    const TargetId = OrganizationalUnits[0]?.Id;
    const { Policies = [] } = await management.send(
      new ListPoliciesForTargetCommand({ TargetId, Filter: 'SERVICE_CONTROL_POLICY' }),
    );
    const PolicyId = Policies.find(({ Name }) => Name === 'no-iam')?.Id;
    const { Policy } = await management.send(new DescribePolicyCommand({ PolicyId }));
    expect(JSON.parse(Policy?.Content ?? '')).toEqual(NO_IAM);
    expect(Policy?.PolicySummary?.Arn).toBe(
      `arn:aws:organizations::${MANAGEMENT}:policy/o-example123/service_control_policy/${PolicyId}`,
    );
    const { Targets } = await management.send(new ListTargetsForPolicyCommand({ PolicyId }));
    expect(Targets).toMatchObject([{ TargetId, Name: 'Workloads', Type: 'ORGANIZATIONAL_UNIT' }]);
  });

  it('describes its accounts', async () => {
    const { Account } = await management.send(new DescribeAccountCommand({ AccountId: CLIENT }));
    expect(Account).toMatchObject({ Id: CLIENT, Status: 'ACTIVE' });
    const { Accounts = [] } = await management.send(new ListAccountsCommand({}));
    expect(Accounts.map(({ Id }) => Id).sort()).toEqual([CLIENT, MANAGEMENT].sort());
    const missing = management.send(new DescribeAccountCommand({ AccountId: CHANNELMIX }));
    expect(await failure(missing)).toMatchObject({ code: 'AccountNotFoundException', status: 400 });
  });

  it('needs permission as anywhere', async () => {
    const iam = iamOf(sandbox, rootKeys(MANAGEMENT));
    await iam.send(new CreateUserCommand({ UserName: 'u' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'u' }));
    const user = clientOf({
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    });
    expect(await failure(user.send(new DescribeOrganizationCommand({})))).toMatchObject({
      code: 'AccessDeniedException',
      message: `User: arn:aws:iam::${MANAGEMENT}:user/u is not authorized to perform: organizations:DescribeOrganization on resource: * because no identity-based policy allows the organizations:DescribeOrganization action`,
    });
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await iam.send(new AttachUserPolicyCommand({ UserName: 'u', PolicyArn }));
    await user.send(new DescribeOrganizationCommand({}));
  });

  it('is bound by none of its policies', async () => {
    sandbox.organization.set({
      id: 'o-example123',
      management: CLIENT,
      members: { [CLIENT]: { scps: [[NO_IAM]] } },
    });
    await iamOf(sandbox, rootKeys(CLIENT)).send(new CreateUserCommand({ UserName: 'u' }));
  });
});

describe('an account of the organization', () => {
  it('learns which organization it is in, and nothing more', async () => {
    const client = clientOf(rootKeys(CLIENT));
    const { Organization } = await client.send(new DescribeOrganizationCommand({}));
    expect(Organization).toMatchObject({ Id: 'o-example123', MasterAccountId: MANAGEMENT, FeatureSet: 'ALL' });
    expect(await failure(client.send(new ListParentsCommand({ ChildId: CLIENT })))).toMatchObject({
      code: 'AccessDeniedException',
      message: "You don't have permissions to access this resource.",
    });
  });

  it('is known to policies by its path', async () => {
    const { Roots = [] } = await management.send(new ListRootsCommand({}));
    const root = Roots[0]?.Id ?? '';
    const pathCondition = (path: string): PolicyDocument =>
      JSON.parse(
        policy({
          Effect: 'Deny',
          Action: 's3:CreateBucket',
          Resource: '*',
          Condition: { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': path } },
        }),
      );
    const member = (path: string) => ({ units: ['Workloads'], scps: [[FULL, pathCondition(path)]] });
    const set = (path: string): void =>
      sandbox.organization.set({ id: 'o-example123', management: MANAGEMENT, members: { [CLIENT]: member(path) } });
    const create = (Bucket: string) => s3Of(sandbox, rootKeys(CLIENT)).send(new CreateBucketCommand({ Bucket }));
    set(`o-example123/${root}/ou-*`);
    expect((await failure(create('one'))).message).toContain('service control policy');
    set(`o-example123/${root}/nowhere/*`);
    await create('one');
  });
});

describe('an account outside of it', () => {
  it('is told that it is in none', async () => {
    const call = clientOf(rootKeys(CHANNELMIX)).send(new DescribeOrganizationCommand({}));
    expect(await failure(call)).toMatchObject({
      code: 'AWSOrganizationsNotInUseException',
      message: 'Your account is not a member of an organization.',
    });
  });
});

it('an organization has one root', () => {
  const members = { [CLIENT]: { scps: [[FULL]] }, [CHANNELMIX]: { scps: [[FULL, NO_IAM]] } };
  expect(() => sandbox.organization.set({ id: 'o-1', management: MANAGEMENT, members })).toThrow(
    /different policies at Root/,
  );
});
