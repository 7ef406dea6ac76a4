import pMap from 'p-map';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { auditPermissions } from '../../src/audit/permissions.ts';
import type { Unreadable } from '../../src/model/access-documents.ts';
import type { AuditDocuments } from '../../src/model/audit-documents.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { ACCOUNT, type AuditorKeys, KEY_ARN, ROLE_ARN, readAudit, startWorld, USER_ARN } from '../aws/audit-world.ts';
import { rootClients } from '../verify/setup.ts';

/** What is not read without an action; `*` stands for each bucket or key. Buckets are found by what the policies say of them. */
const WITHOUT: Readonly<Record<string, readonly string[]>> = {
  'iam:GetRole': ['principal.boundary', 'principal.lastUsed', 'principal.tags', 'principal.trust'],
  'iam:GetRolePolicy': ['principal.identity'],
  'iam:ListAttachedRolePolicies': ['principal.identity'],
  'iam:ListRolePolicies': ['principal.identity'],
  'iam:GetUser': ['principal.boundary', 'principal.tags'],
  'iam:GetUserPolicy': ['principal.identity'],
  'iam:ListAttachedUserPolicies': ['principal.identity'],
  'iam:ListUserPolicies': ['principal.identity'],
  'iam:ListGroupsForUser': ['principal.identity'],
  'iam:ListAccessKeys': ['principal.accessKeys'],
  'iam:GetAccessKeyLastUsed': ['principal.accessKeys.*.lastUsed'],
  'iam:GetLoginProfile': ['principal.password'],
  'iam:GetPolicy': ['principal.boundary', 'principal.identity'],
  'iam:GetPolicyVersion': ['principal.boundary', 'principal.identity'],
  'iam:GenerateServiceLastAccessedDetails': ['principal.lastAccessed'],
  'iam:GetServiceLastAccessedDetails': ['principal.lastAccessed'],
  'iam:ListRoles': ['otherWays'],
  'iam:ListUsers': ['otherWays'],
  'organizations:DescribeOrganization': ['organization.id'],
  's3:GetAccountPublicAccessBlock': ['buckets.*.accountPublicAccessBlock'],
  's3:GetBucketAcl': ['buckets.*.acl'],
  's3:GetBucketLogging': ['buckets.*.logging'],
  's3:GetBucketObjectLockConfiguration': ['buckets.*.objectLock'],
  's3:GetBucketOwnershipControls': ['buckets.*.ownership'],
  // Without it, nobody says whose the bucket is either.
  's3:GetBucketPolicy': ['buckets.*.owner', 'buckets.*.policy'],
  's3:GetBucketPublicAccessBlock': ['buckets.*.publicAccessBlock'],
  's3:GetBucketRequestPayment': ['buckets.*.requestPayer'],
  's3:GetBucketVersioning': ['buckets.*.mfaDelete', 'buckets.*.versioning'],
  's3:GetEncryptionConfiguration': ['buckets.*.encryption'],
  's3:GetLifecycleConfiguration': ['buckets.*.lifecycle'],
  's3:ListBucketMultipartUploads': ['buckets.*.uploads'],
  'kms:DescribeKey': ['keys.*.keyState', 'keys.*.manager'],
  'kms:GetKeyPolicy': ['keys.*.policy'],
  'kms:ListGrants': ['keys.*.grants'],
};

/** There are no groups in the sandbox (LocalEmu has some: test/peers/audit-groups.peers.ts), and the policies of an organization are not shown to the account that is audited. */
const NOT_ASKED_HERE = ['iam:GetGroupPolicy', 'iam:ListAttachedGroupPolicies', 'iam:ListGroupPolicies'];
const SHUT = ['organization.rcps', 'organization.scps'];

const THINGS = { partition: 'aws', buckets: ['data-a', 'data-b'], kmsKeyArns: [KEY_ARN], lastAccessed: true } as const;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startWorld();
});
afterAll(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

let auditors = 0;

/** Keys of a new user with just that policy. */
async function auditorWith(policy: PolicyDocument): Promise<AuditorKeys> {
  const iam = await rootClients(sandbox.endpoint, ACCOUNT).iam();
  auditors += 1;
  const UserName = `auditor-${auditors}`;
  await iam.createUser({ UserName });
  await iam.putUserPolicy({ UserName, PolicyName: 'audit', PolicyDocument: JSON.stringify(policy) });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** Where something was refused, with `*` for places in lists. */
function refusedPlaces(value: unknown, place: readonly string[] = []): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('kind' in value && 'said' in value && 'what' in value) {
    return (value as Unreadable).kind === 'not-asked' ? [] : [place.filter((part) => part !== 'why').join('.')];
  }
  return Object.entries(value).flatMap(([name, part]) => {
    if (name === 'unreadable') return refusedPlaces(part, place).map(() => place.join('.'));
    return refusedPlaces(part, name === 'value' ? place : [...place, Array.isArray(value) ? '*' : name]);
  });
}

function refused(documents: AuditDocuments): readonly string[] {
  return [...new Set(refusedPlaces(documents))].filter((place) => !SHUT.includes(place)).sort();
}

function actionsOf(policy: PolicyDocument): readonly string[] {
  return [policy.Statement].flat().flatMap(({ Action = [] }) => Action);
}

function withoutAction(policy: PolicyDocument, action: string): PolicyDocument {
  const Statement = [policy.Statement].flat().flatMap((statement) => {
    const Action = [statement.Action ?? []].flat().filter((one) => one !== action);
    return Action.length === 0 ? [] : [{ ...statement, Action }];
  });
  return { ...policy, Statement };
}

const WHO = [
  ['a role', ROLE_ARN],
  ['a user', USER_ARN],
] as const;

test.each(WHO)(
  'with the policy for %s nothing is refused but what an organization keeps to itself',
  async (_who, principalArn) => {
    const credentials = await auditorWith(auditPermissions({ ...THINGS, principal: principalArn }));
    const documents = await readAudit(sandbox.endpoint, { principalArn, kmsKeyArns: [KEY_ARN] }, { credentials });
    expect(refused(documents)).toEqual([]);
    expect(documents.buckets).toHaveLength(2);
  },
);

test.each(WHO)(
  'without any one action of the policy for %s, what it is for is refused, and nothing else',
  async (_who, principalArn) => {
    const policy = auditPermissions({ ...THINGS, principal: principalArn });
    // What a user needs as a role does was taken away from the policy for a role.
    const known = principalArn === ROLE_ARN ? [] : actionsOf(auditPermissions({ ...THINGS, principal: ROLE_ARN }));
    const actions = actionsOf(policy).filter((action) => ![...NOT_ASKED_HERE, ...known].includes(action));
    const outcomes = await pMap(
      actions,
      async (action) => {
        const credentials = await auditorWith(withoutAction(policy, action));
        const target = { principalArn, buckets: THINGS.buckets, kmsKeyArns: [KEY_ARN] };
        return [action, refused(await readAudit(sandbox.endpoint, target, { credentials }))] as const;
      },
      { concurrency: 4 },
    );
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(actions.map((action) => [action, WITHOUT[action]])),
    );
  },
);

test('with every second action half of it is read', async () => {
  const policy = auditPermissions({ ...THINGS, principal: ROLE_ARN });
  const half = actionsOf(policy).filter((_action, index) => index % 2 === 1);
  const credentials = await auditorWith(half.reduce(withoutAction, policy));
  const documents = await readAudit(sandbox.endpoint, { buckets: THINGS.buckets }, { credentials });
  expect(refused(documents)).toEqual([...new Set(half.flatMap((action) => WITHOUT[action] ?? []))].sort());
});

test('a user without its ARN is looked for on all paths, and by an access key everywhere', () => {
  const of = (principal: string) => [auditPermissions({ ...THINGS, principal }).Statement].flat()[0]?.Resource;
  expect(of('channelmix')).toEqual(['arn:aws:iam::*:user/channelmix', 'arn:aws:iam::*:user/*/channelmix']);
  expect(of('AKIAIOSFODNN7EXAMPLE')).toEqual(['arn:aws:iam::*:user/*']);
});

test('what is not named is every bucket, and every key of the account; what is not wanted needs nothing', () => {
  const policy = auditPermissions({ ...THINGS, principal: ROLE_ARN, buckets: [], kmsKeyArns: [], lastAccessed: false });
  const resources = [policy.Statement].flat().flatMap(({ Resource = [] }) => Resource);
  expect(resources).toContain('arn:aws:s3:::*');
  expect(resources).toContain(`arn:aws:kms:*:${ACCOUNT}:key/*`);
  expect(actionsOf(policy).filter((action) => action.includes('LastAccessed'))).toEqual([]);
});

test('nothing in it changes anything', () => {
  const all = WHO.flatMap(([, principal]) => actionsOf(auditPermissions({ ...THINGS, principal })));
  expect(all.filter((action) => !/:(Get|List|Describe|Generate)/.test(action))).toEqual([]);
});
