import { fullAccessDocument, fullAccessPolicyArn } from '../../src/generate/policy-documents.ts';
import type { ScenarioRole, ScenarioUser, ScenarioWorld } from '../../src/sandbox/scenarios/types.ts';

const CLIENT = '111122223333';
const DATE = '2026-01-01T00:00:00Z';
/** Documents of AWS's own policies. */
const OF_AWS: Readonly<Record<string, unknown>> = {
  [fullAccessPolicyArn('aws')]: fullAccessDocument(),
  'arn:aws:iam::aws:policy/AdministratorAccess': {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  },
};

/**
 * What `aws iam get-account-authorization-details` would print of a world's client account.
 *
 * @param boundariesToo with the policies that only bound: Cloudsplaining takes these for given
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
 */
export function authorizationDetails({ roles = [], users = [], policies = [] }: ScenarioWorld, boundariesToo: boolean) {
  const own = <T extends { readonly account?: string; readonly deleted?: true }>(all: readonly T[]) =>
    all.filter(({ account = CLIENT, deleted }) => account === CLIENT && deleted !== true);
  const principals: readonly (ScenarioRole | ScenarioUser)[] = [...own(roles), ...own(users)];
  const boundaries = principals.flatMap(({ boundary }) => boundary ?? []);
  const managed = policies.filter(({ account = CLIENT }) => account === CLIENT);
  const attached = [...new Set(principals.flatMap(({ attached: arns = [] }) => arns))].filter((arn) => arn in OF_AWS);
  return {
    UserDetailList: own(users).map((user) => ({
      ...common(user, 'user', 'AIDA'),
      UserName: user.name,
      UserPolicyList: inlineOf(user),
      GroupList: [],
    })),
    GroupDetailList: [],
    RoleDetailList: own(roles).map((role) => ({
      ...common(role, 'role', 'AROA'),
      RoleName: role.name,
      AssumeRolePolicyDocument: role.trust,
      InstanceProfileList: [],
      RolePolicyList: inlineOf(role),
      RoleLastUsed: {},
    })),
    Policies: [
      ...managed
        .filter(({ name }) => boundariesToo || !boundaries.includes(`arn:aws:iam::${CLIENT}:policy/${name}`))
        .map(({ name, document }) => policyOf(`arn:aws:iam::${CLIENT}:policy/${name}`, document)),
      ...attached.map((arn) => policyOf(arn, OF_AWS[arn])),
    ],
  };
}

function common(principal: ScenarioRole | ScenarioUser, kind: 'role' | 'user', prefix: string) {
  const { name, path = '/', boundary } = principal;
  return {
    Path: path,
    [kind === 'role' ? 'RoleId' : 'UserId']:
      `${prefix}${name.toUpperCase().replace(/[^A-Z0-9]/g, '')}AAAAAAAAAAAAAAAAA`.slice(0, 21),
    Arn: `arn:aws:iam::${CLIENT}:${kind}${path}${name}`,
    CreateDate: DATE,
    AttachedManagedPolicies: (principal.attached ?? []).map((arn) => ({ PolicyName: nameOf(arn), PolicyArn: arn })),
    ...(boundary === undefined
      ? {}
      : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: boundary } }),
    Tags: [],
  };
}

function inlineOf({ inline = {} }: ScenarioRole | ScenarioUser) {
  return Object.entries(inline).map(([PolicyName, PolicyDocument]) => ({ PolicyName, PolicyDocument }));
}

function policyOf(arn: string, document: unknown) {
  return {
    PolicyName: nameOf(arn),
    PolicyId: `ANPA${nameOf(arn)
      .toUpperCase()
      .replace(/[^A-Z0-9]/g, '')}AAAAAAAAAAAAAAAAA`.slice(0, 21),
    Arn: arn,
    Path: '/',
    DefaultVersionId: 'v1',
    AttachmentCount: 1,
    PermissionsBoundaryUsageCount: 0,
    IsAttachable: true,
    CreateDate: DATE,
    UpdateDate: DATE,
    PolicyVersionList: [{ Document: document, VersionId: 'v1', IsDefaultVersion: true, CreateDate: DATE }],
  };
}

function nameOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
