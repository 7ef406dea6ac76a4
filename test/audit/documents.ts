import type { AuditInput } from '../../src/audit/audit.ts';
import { audit } from '../../src/audit/index.ts';
import { blueprint } from '../../src/generate/blueprint.ts';
import { fullAccessDocument, keyPolicyStatement } from '../../src/generate/policy-documents.ts';
import type { KeyDocuments, NamedPolicy, Piece, Pieces, Unreadable } from '../../src/model/access-documents.ts';
import { parseArn } from '../../src/model/arn.ts';
import type { AuditExpectation, AuditReport } from '../../src/model/audit.ts';
import type { AuditBucket, AuditDocuments, AuditPrincipal } from '../../src/model/audit-documents.ts';
import type { BucketGrant, Grant } from '../../src/model/grant.ts';
import type { JsonValue } from '../../src/model/policy.ts';

/** Facts of an account in which everything is as it should be, and what tests change of them. */

/** The client's account, an account of somebody else's, and the day of the audit. */
export const ACCOUNT = '111122223333';
export const OTHER_ACCOUNT = '444455556666';
export const NOW = '2026-11-25T12:00:00.000Z';

export const BUCKET = 'acme-reports';
export const BUCKET_ARN = `arn:aws:s3:::${BUCKET}`;
const ROLE_NAME = 'channelmix_s3_access';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/${ROLE_NAME}`;
export const KEY_ARN = `arn:aws:kms:eu-west-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;

export const ABSENT = { state: 'absent' } as const;

/** A fact that was read. */
export function read<T>(value: T): { readonly state: 'read'; readonly value: T } {
  return { state: 'read', value };
}

/** A fact that could not be read. */
export function unread(
  what: string,
  action: string,
  kind: Unreadable['kind'] = 'denied',
): { readonly state: 'unreadable'; readonly why: Unreadable } {
  return { state: 'unreadable', why: { what, action, kind, said: `${action} was not allowed` } };
}

/** Things that could all be read. */
export function all<T>(...values: readonly T[]): Pieces<T> {
  return { read: values, unreadable: [] };
}

/** A policy with these statements; without a name it is the role's inline policy. */
export function policy(statements: JsonValue, name = 'channelmix-s3'): NamedPolicy {
  return { name, document: { Version: '2012-10-17', Statement: statements } };
}

/** A trust policy with these statements. */
export function trustPolicy(...statements: readonly JsonValue[]): Piece<NamedPolicy> {
  return read(policy(statements, `trust policy of role ${ROLE_NAME}`));
}

/** A bucket's policy with these statements. */
export function bucketPolicy(...statements: readonly JsonValue[]): Piece<NamedPolicy> {
  return read(policy(statements, `policy of bucket ${BUCKET}`));
}

/** The statement by which a role trusts ChannelMix, and more elements of it. */
export function trustStatement(more: Readonly<Record<string, JsonValue>> = {}): JsonValue {
  return {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::031871504755:root' },
    Action: 'sts:AssumeRole',
    ...more,
  };
}

/** A grant of minimal access to one bucket that the kit makes. */
export const GRANT: Grant = {
  auth: 'role',
  access: 'minimal',
  buckets: [{ name: BUCKET, create: true, prefixes: [] }],
  roleName: ROLE_NAME,
  rolePath: '/',
  uniqueName: false,
  tags: {},
  protectBucket: true,
  partition: 'aws',
};

/** What is read of an account in which a grant was deployed by the kit. */
export function deployed(grant: Grant = GRANT): AuditDocuments {
  const { partition } = grant;
  const made = blueprint(grant);
  const { kind, name, path } = made.principal;
  const arn = `arn:${partition}:iam::${ACCOUNT}:${kind}${path}${name}`;
  const own = made.policies.map(({ kind: how, name: called, document }): NamedPolicy => {
    const managed = `arn:${partition}:iam::${ACCOUNT}:policy${path}${name}${called}`;
    return { name: how === 'inline' ? called : managed, document: document as unknown as JsonValue };
  });
  const attached = made.attachedPolicyArns.map(
    (policyArn): NamedPolicy => ({ name: policyArn, document: fullAccessDocument() as unknown as JsonValue }),
  );
  const { trustPolicy: trust, permissionsBoundary: bound } = made.principal;
  const principal: AuditPrincipal = {
    kind,
    arn,
    account: ACCOUNT,
    name,
    id: kind === 'role' ? 'AROAEXAMPLEEXAMPLE001' : 'AIDAEXAMPLEEXAMPLE001',
    tags: read(grant.tags),
    trust:
      trust === undefined
        ? ABSENT
        : read({ name: `trust policy of role ${name}`, document: trust as unknown as JsonValue }),
    identity: all(...own, ...attached),
    boundary: bound === undefined ? ABSENT : read(policy([{ Effect: 'Allow', Action: '*', Resource: '*' }], bound)),
    ...(kind === 'role' ? { maxSessionSeconds: 3600 } : {}),
    created: '2026-10-01T08:00:00Z',
    lastUsed: kind === 'role' ? read('2026-11-24T03:00:00Z') : ABSENT,
    accessKeys:
      kind === 'role'
        ? ABSENT
        : read([
            {
              id: 'AKIAEXAMPLEEXAMPLE01',
              active: true,
              created: '2026-10-01T08:00:00Z',
              lastUsed: read('2026-11-24T03:00:00Z'),
            },
          ]),
    password: ABSENT,
    lastAccessed: read([{ service: 's3', lastAccessed: '2026-11-24T03:00:00Z' }]),
  };
  return {
    source: { kind: 'aws', readBy: `arn:${partition}:iam::${ACCOUNT}:user/auditor`, readAt: NOW },
    principal,
    buckets: grant.buckets.map((one) => bucketOf(grant, one)),
    keys: made.kmsKeyArns.map((key) => keyOf(key, arn)),
    organization: { id: ABSENT, scps: ABSENT, rcps: ABSENT },
    otherWays: all(),
  };
}

/** A bucket as the kit makes it; one that exists already is taken to be as good. */
function bucketOf(grant: Grant, { name, kmsKeyArn }: BucketGrant): AuditBucket {
  const [made] = blueprint({ ...grant, buckets: [{ name, create: true, prefixes: [] }] }).buckets;
  const block = {
    blockPublicAcls: true,
    ignorePublicAcls: true,
    blockPublicPolicy: true,
    restrictPublicBuckets: true,
  };
  const owner = 'c'.repeat(64);
  return {
    name,
    region: read(parseArn(kmsKeyArn ?? '')?.region ?? 'eu-west-1'),
    owner: read(ACCOUNT),
    policy: read({ name: `policy of bucket ${name}`, document: made?.policy as unknown as JsonValue }),
    publicAccessBlock: read(block),
    accountPublicAccessBlock: read(block),
    ownership: read('BucketOwnerEnforced'),
    versioning: read('Enabled'),
    objectLock: ABSENT,
    encryption: read(
      kmsKeyArn === undefined ? { algorithm: 'AES256' } : { algorithm: 'aws:kms', kmsKey: kmsKeyArn, bucketKey: true },
    ),
    requestPayer: read('BucketOwner'),
    acl: read({ owner, grants: [{ grantee: owner, permission: 'FULL_CONTROL' }] }),
    lifecycle: read([
      { id: 'abort-incomplete-uploads', enabled: true, abortUploadsAfterDays: 7 },
      { id: 'expire-old-versions', enabled: true, expireOldVersionsAfterDays: 30 },
    ]),
    logging: read({ bucket: 'acme-logs', prefix: `${name}/` }),
    mfaDelete: ABSENT,
    uploads: read({ count: 0, more: false }),
  };
}

/** A key that leaves permissions to IAM and lets the principal use it. */
export function keyOf(arn: string, principalArn: string = ROLE_ARN): KeyDocuments {
  const account = parseArn(arn)?.account ?? ACCOUNT;
  const partition = parseArn(arn)?.partition ?? 'aws';
  const root = { AWS: `arn:${partition}:iam::${account}:root` };
  return {
    arn,
    account,
    because: 'default-encryption',
    keyState: read('Enabled'),
    manager: read('CUSTOMER'),
    policy: read(
      policy(
        [
          { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' },
          keyPolicyStatement(principalArn) as unknown as JsonValue,
        ],
        `policy of key ${arn}`,
      ),
    ),
    grants: read([]),
  };
}

/** What tests change of an account in which everything is as it should be. */
export interface Changes {
  readonly principal?: Partial<AuditPrincipal>;
  /** Of the first bucket. */
  readonly bucket?: Partial<AuditBucket>;
  /** Statements in a policy of their own, beside the one that the kit makes. */
  readonly allow?: readonly JsonValue[];
  readonly documents?: Partial<AuditDocuments>;
}

/** The documents with these changes. */
export function changed(documents: AuditDocuments, changes: Changes = {}): AuditDocuments {
  const { principal, bucket, allow, documents: others } = changes;
  const { identity } = documents.principal;
  const more = allow === undefined ? [] : [policy(allow, 'more')];
  return {
    ...documents,
    principal: {
      ...documents.principal,
      identity: { ...identity, read: [...identity.read, ...more] },
      ...principal,
    },
    buckets: documents.buckets.map((one, index) => (index === 0 ? { ...one, ...bucket } : one)),
    ...others,
  };
}

/** Documents of a deployed grant with these changes; the grant is the one above, or that one with changes of its own. */
export function documentsWith(changes: Changes = {}, grant: Partial<Grant> = {}): AuditDocuments {
  return changed(deployed({ ...GRANT, ...grant }), changes);
}

/** What a grant is meant to give. */
export function expectedOf({ access, buckets }: Pick<Grant, 'access' | 'buckets'> = GRANT): AuditExpectation {
  return { access, buckets: buckets.map(({ name, prefixes }) => ({ name, prefixes })), from: 'named' };
}

/** An audit of the documents, by default against the grant above. */
export function auditOf(documents: AuditDocuments, more: Partial<AuditInput> = {}): AuditReport {
  return audit({ documents, expected: expectedOf(), now: NOW, ...more });
}
