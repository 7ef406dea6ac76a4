import { blueprint } from '../../../src/generate/blueprint.ts';
import { tlsOnlyBucketPolicy } from '../../../src/generate/policy-documents.ts';
import type { Grant } from '../../../src/model/grant.ts';
import type { PolicyDocument, PolicyStatement } from '../../../src/model/policy.ts';
import type { OrganizationMember } from '../../../src/sandbox/identity/organization-options.ts';
import { CLIENT_ACCOUNT_ID, grantPolicy, policy, trustPolicy } from '../../../src/sandbox/scenarios/documents.ts';
import type {
  ScenarioBucket,
  ScenarioKey,
  ScenarioPolicy,
  ScenarioRole,
  ScenarioUser,
  ScenarioWorld,
} from '../../../src/sandbox/scenarios/types.ts';
import type { CorpusAccount } from './account.ts';

/** What the accounts of the corpus are put together from: everything as it should be, with what is different in one. */

export const ACCOUNT = CLIENT_ACCOUNT_ID;
/** An account that is neither the client's nor ChannelMix's. */
export const OTHER = '444455556666';
export const ALL_ACCOUNTS = [ACCOUNT, '031871504755', OTHER];

export const BUCKET = 'acme-reports';
export const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;
export const OBJECTS = `${BUCKET_ARN}/*`;
const ROLE = 'channelmix_s3_access';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/${ROLE}`;
const USER = 'channelmix';
export const USER_ARN = `arn:aws:iam::${ACCOUNT}:user/${USER}`;
export const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/11112222-3333-4444-5555-666677778888`;
export const OTHER_KEY_ARN = `arn:aws:kms:us-east-1:${OTHER}:key/aaaabbbb-cccc-dddd-eeee-ffff00001111`;

/** What ChannelMix does. */
const USED = { lastUsedDays: 1, called: [{ service: 's3', daysAgo: 1 }] } as const;

export const ALLOW_ALL: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*' };
export const ALLOW_ALL_DOCUMENT = policy(ALLOW_ALL);

/** The account that manages the organization, where there is one. */
export const MANAGEMENT = '777788889999';

/** A statement that allows. */
export function allow(
  action: string | readonly string[],
  resource: string | readonly string[],
  more: Partial<PolicyStatement> = {},
): PolicyStatement {
  return { Effect: 'Allow', Action: action, Resource: resource, ...more };
}

/** A statement of a bucket's policy that denies everybody. */
export function deny(
  action: string | readonly string[],
  resource: string | readonly string[],
  more: Partial<PolicyStatement> = {},
): PolicyStatement {
  return { Effect: 'Deny', Principal: '*', Action: action, Resource: resource, ...more };
}

/** The kit's bucket policy, with more statements. */
export function tlsOnly(...more: readonly PolicyStatement[]): PolicyDocument {
  return policy(...[tlsOnlyBucketPolicy(BUCKET, 'aws').Statement].flat(), ...more);
}

/** A bucket of the client's that nothing is wrong with. */
export function goodBucket(changes: Partial<ScenarioBucket> = {}): ScenarioBucket {
  const { name = BUCKET } = changes;
  return {
    name,
    policy: tlsOnlyBucketPolicy(name, 'aws'),
    versioning: 'Enabled',
    lifecycle: [
      { id: 'abort-incomplete-uploads', enabled: true, abortUploadsAfterDays: 7 },
      { id: 'expire-old-versions', enabled: true, expireOldVersionsAfterDays: 30 },
    ],
    logging: { bucket: logsOf(changes.account), prefix: `${name}/` },
    ...changes,
  };
}

function logsOf(account: string = ACCOUNT): string {
  return `logs-${account}`;
}

/** Where access logs go. */
export function logBucket(account?: string): ScenarioBucket {
  return { name: logsOf(account), ...(account === undefined ? {} : { account }) };
}

/** The role as the kit makes it, which ChannelMix uses. */
export function goodRole(changes: Partial<ScenarioRole> = {}): ScenarioRole {
  return { name: ROLE, trust: trustPolicy(), inline: { 'channelmix-s3': grantPolicy(BUCKET) }, ...USED, ...changes };
}

/** The user of the key way, whose key ChannelMix uses. */
export function goodUser(changes: Partial<ScenarioUser> = {}): ScenarioUser {
  return {
    name: USER,
    inline: { 'channelmix-s3': grantPolicy(BUCKET) },
    called: USED.called,
    keys: [{ lastUsedDays: 1 }],
    ...changes,
  };
}

/** A role that may also do this. */
export function roleWith(...statements: readonly PolicyStatement[]): ScenarioRole {
  return goodRole({ inline: { 'channelmix-s3': grantPolicy(BUCKET), more: policy(...statements) } });
}

/** A role, the bucket, and whatever else there is. */
export function roleWorld(
  role: Partial<ScenarioRole> = {},
  bucket: Partial<ScenarioBucket> = {},
  more: ScenarioWorld = {},
): ScenarioWorld {
  return { roles: [goodRole(role)], buckets: [logBucket(), goodBucket(bucket)], ...more };
}

/** The same for the key way. */
export function userWorld(
  user: Partial<ScenarioUser> = {},
  bucket: Partial<ScenarioBucket> = {},
  more: ScenarioWorld = {},
): ScenarioWorld {
  return { users: [goodUser(user)], buckets: [logBucket(), goodBucket(bucket)], ...more };
}

/** A role of the other account, where its owner looks at its buckets from. */
export const OWNERS_ROLE: ScenarioRole = {
  name: 'owner',
  account: OTHER,
  trust: policy({ Effect: 'Allow', Principal: { AWS: OTHER }, Action: 'sts:AssumeRole' }),
};

/** The role, and the bucket in the other account, whose policy lets the role in. */
export function foreignWorld(
  changes: Pick<ScenarioWorld, 'roles' | 'keys'> & { readonly bucket?: Partial<ScenarioBucket> } = {},
  principal: PolicyStatement['Principal'] = { AWS: ROLE_ARN },
): ScenarioWorld {
  const { bucket, roles = [goodRole()], keys = [] } = changes;
  const lets = (action: readonly string[], resource: string) => allow(action, resource, { Principal: principal });
  const letsIn = [
    lets(['s3:ListBucket'], BUCKET_ARN),
    lets(['s3:PutObject', 's3:GetObject', 's3:DeleteObject'], OBJECTS),
  ];
  return {
    accounts: ALL_ACCOUNTS,
    roles: [...roles, OWNERS_ROLE],
    keys,
    buckets: [logBucket(OTHER), goodBucket({ account: OTHER, policy: tlsOnly(...letsIn), ...bucket })],
  };
}

/** The role and the bucket in an account of an organization. */
export function organizationWorld(member: OrganizationMember): ScenarioWorld {
  return roleWorld(
    {},
    {},
    {
      accounts: [ACCOUNT, '031871504755', MANAGEMENT],
      organization: { id: 'o-exampleorgid', management: MANAGEMENT, members: { [ACCOUNT]: member, [MANAGEMENT]: {} } },
    },
  );
}

/** A bucket that is encrypted with this key. */
export function encrypted(keyArn: string = KEY_ARN): Partial<ScenarioBucket> {
  return { encryption: { algorithm: 'aws:kms', keyArn, bucketKey: true } };
}

/** A key whose policy leaves everything to its account's IAM policies. */
export function plainKey(changes: Partial<ScenarioKey> = {}): ScenarioKey {
  return { arn: KEY_ARN, ...changes };
}

/** The grant that tests change. */
export const GRANT: Grant = {
  auth: 'role',
  access: 'minimal',
  buckets: [{ name: BUCKET, create: true, prefixes: [] }],
  roleName: ROLE,
  rolePath: '/',
  uniqueName: false,
  tags: {},
  protectBucket: true,
  partition: 'aws',
};

/** The world that the kit makes of a grant; buckets that it does not make are good ones, and those that it makes have their logging turned on. */
function deployedWorld(grant: Grant): ScenarioWorld {
  const { principal, policies, attachedPolicyArns, buckets, kmsKeyArns } = blueprint(grant);
  const { name, path, tags, trustPolicy: trust, permissionsBoundary: boundary } = principal;
  const managed = policies
    .filter(({ kind }) => kind === 'managed')
    .map((one): ScenarioPolicy => ({ name: `${name}${one.name}`, document: one.document }));
  const common = {
    name,
    path,
    tags,
    inline: Object.fromEntries(policies.filter(({ kind }) => kind === 'inline').map((one) => [one.name, one.document])),
    attached: [...attachedPolicyArns, ...managed.map((one) => `arn:aws:iam::${ACCOUNT}:policy/${one.name}`)],
    called: USED.called,
    ...(boundary === undefined ? {} : { boundary }),
  };
  return {
    policies: [
      ...managed,
      ...(boundary === undefined ? [] : [{ name: boundary.split('/').at(-1) ?? '', document: policy(ALLOW_ALL) }]),
    ],
    ...(trust === undefined
      ? { users: [{ ...common, keys: [{ lastUsedDays: 1 }] }] }
      : { roles: [{ ...common, trust, lastUsedDays: 1 }] }),
    keys: kmsKeyArns.map((arn) => ({ arn })),
    buckets: [
      logBucket(),
      ...grant.buckets.map(({ name: bucket, kmsKeyArn }) => {
        const made = buckets.find((one) => one.name === bucket);
        return goodBucket({
          name: bucket,
          ...(kmsKeyArn === undefined ? {} : encrypted(kmsKeyArn)),
          ...(made === undefined
            ? {}
            : {
                policy: made.policy,
                tags: made.tags,
                lifecycle: made.lifecycle.map(({ id, abortUploadsAfterDays, keepOldVersionsDays }) => ({
                  id,
                  enabled: true,
                  ...(abortUploadsAfterDays === undefined ? {} : { abortUploadsAfterDays }),
                  ...(keepOldVersionsDays === undefined ? {} : { expireOldVersionsAfterDays: keepOldVersionsDays }),
                })),
              }),
        });
      }),
    ],
  };
}

/** An account in which a grant was deployed by the kit, audited for just that. */
export function deployed(name: string, title: string, changes: Partial<Grant>): CorpusAccount {
  const grant: Grant = { ...GRANT, ...changes };
  const arn = (kind: string) => `arn:aws:iam::${ACCOUNT}:${kind}${grant.rolePath}${grant.roleName}`;
  return {
    name,
    title,
    world: deployedWorld(grant),
    audit: {
      ...(grant.auth === 'role' ? { roleArn: arn('role') } : { user: arn('user') }),
      buckets: grant.buckets,
      access: grant.access,
    },
    finds: [],
    exit: 0,
  };
}

/** The audit of the role or user of these parts, for minimal access to the buckets that the policies name. */
export const OF_ROLE = { roleArn: ROLE_ARN } as const;
export const OF_USER = { user: USER } as const;
