import type { PolicySource, PolicySources } from '../../evaluate/index.ts';
import type {
  AccessDocuments,
  KeyDocuments,
  KeyGrant,
  NamedPolicy,
  Piece,
  Unreadable,
} from '../../model/access-documents.ts';
import { nameOf } from '../../model/arn.ts';
import type { JsonValue } from '../../model/policy.ts';

/** The policies for one request, and what is missing among them. */
export interface Applicable {
  readonly sources: PolicySources;
  /** What could not be read and may decide otherwise: each makes a verdict one with a reservation. */
  readonly reservations: readonly Unreadable[];
}

function unread({ what }: Unreadable): PolicySource {
  return { name: what };
}

/** A policy as the evaluator takes it; `undefined`: there is none. */
export function sourceOf(piece: Piece<NamedPolicy>): PolicySource | undefined {
  if (piece.state === 'absent') return undefined;
  return piece.state === 'read' ? piece.value : unread(piece.why);
}

/** What binds the principal itself: identity policies, boundary, SCPs. All there is for ListBuckets, of which no resource policy speaks. */
export function principalPolicies({
  principal,
  organization,
}: Pick<AccessDocuments, 'principal' | 'organization'>): Applicable {
  const { identity, boundary } = principal;
  const bound = sourceOf(boundary);
  const { scps } = organization;
  return {
    sources: {
      identity: [...identity.read, ...identity.unreadable.map(unread)],
      ...(bound === undefined ? {} : { boundary: bound }),
      ...(scps.state === 'read' ? { scps: scps.value.map(({ policies }) => policies) } : {}),
    },
    reservations: [...identity.unreadable, ...(scps.state === 'unreadable' ? [scps.why] : [])],
  };
}

/** RCPs bind what belongs to the bucket's owner; of other accounts they are not read. */
function rcpsFor({ bucket, organization }: AccessDocuments, account: string): Applicable['sources']['rcps'] {
  const owner = bucket.owner.state === 'read' ? bucket.owner.value : undefined;
  if (owner !== account || organization.rcps.state !== 'read') return undefined;
  return organization.rcps.value.flatMap(({ policies }) => policies);
}

function withRcps(documents: AccessDocuments, account: string, { sources, reservations }: Applicable): Applicable {
  const rcps = rcpsFor(documents, account);
  const { rcps: piece } = documents.organization;
  return {
    sources: { ...sources, ...(rcps === undefined ? {} : { rcps }) },
    reservations: [...reservations, ...(piece.state === 'unreadable' ? [piece.why] : [])],
  };
}

/** For a request to a bucket, the one that is verified or the other. */
export function bucketPolicies(documents: AccessDocuments, bucket: string, account: string): Applicable {
  const own = principalPolicies(documents);
  const policy = documents.bucket.name === bucket ? documents.bucket.policy : otherPolicy(documents, bucket);
  const resource = sourceOf(policy);
  return withRcps(documents, account, {
    ...own,
    sources: { ...own.sources, ...(resource === undefined ? {} : { resource: { ...resource, kind: 'bucket' } }) },
  });
}

function otherPolicy({ otherBucket }: AccessDocuments, bucket: string): Piece<NamedPolicy> {
  if (otherBucket?.name === bucket) return otherBucket.policy;
  const why = { what: `the policy of bucket ${bucket}`, action: 's3:GetBucketPolicy', kind: 'not-asked' } as const;
  return { state: 'unreadable', why: { ...why, said: 'it was not asked for' } };
}

/** What ChannelMix's own account says is its own affair: it is taken to allow. */
const OWN_POLICIES: PolicySource = {
  name: "ChannelMix's own policies",
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' }] },
};

/** For assuming the role. */
export function trustPolicies(documents: AccessDocuments): Applicable {
  const { principal } = documents;
  const trust = sourceOf(principal.trust) ?? { name: `trust policy of role ${principal.name}`, document: {} };
  return withRcps(documents, principal.account, {
    sources: { identity: [OWN_POLICIES], resource: { ...trust, kind: 'trust' } },
    reservations: [],
  });
}

/** The policy of a key with its grants for one principal. */
interface KeyPolicy {
  readonly source: PolicySource;
  /** Grants that hold in an encryption context only: they are not in it. */
  readonly constrained: readonly KeyGrant[];
}

/** What a key says of a principal. A grant counts as a statement of the key policy, after the others. */
export function keyPolicyOf(key: KeyDocuments, principalArn: string): KeyPolicy {
  const policy = sourceOf(key.policy) ?? { name: `policy of key ${key.arn}`, document: {} };
  const { grants } = key;
  const own =
    grants.state === 'read'
      ? grants.value.filter(({ granteePrincipal }) => isOrIsSessionOf(granteePrincipal, principalArn))
      : [];
  const statements = own.filter(({ constrained }) => !constrained).map(grantStatement);
  return {
    source: { ...policy, ...withStatements(policy.document, statements) },
    constrained: own.filter(({ constrained }) => constrained),
  };
}

/** A grant can be for one session of a role, too. https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html */
function isOrIsSessionOf(grantee: string, principalArn: string): boolean {
  const [, partition, , , account] = principalArn.split(':');
  return (
    grantee === principalArn ||
    grantee.startsWith(`arn:${partition}:sts::${account}:assumed-role/${nameOf(principalArn)}/`)
  );
}

function grantStatement({ operations, granteePrincipal }: KeyGrant): JsonValue {
  const Action = operations.map((operation) => `kms:${operation}`);
  return { Effect: 'Allow', Principal: { AWS: granteePrincipal }, Action, Resource: '*' };
}

/** For the use of a KMS key. */
export function keyPolicies(documents: AccessDocuments, key: KeyDocuments): Applicable {
  const own = principalPolicies(documents);
  const { source, constrained } = keyPolicyOf(key, documents.principal.arn);
  const [first] = constrained;
  const { grants } = key;
  return withRcps(documents, key.account ?? '', {
    sources: { ...own.sources, resource: { ...source, kind: 'key' } },
    reservations: [
      ...own.reservations,
      ...(grants.state === 'unreadable' ? [grants.why] : []),
      ...(first === undefined ? [] : [bound(first.id, key.arn)]),
    ],
  });
}

function bound(id: string, arn: string): Unreadable {
  return {
    what: `the grant ${id} of key ${arn}`,
    action: 'kms:ListGrants',
    kind: 'not-asked',
    said: 'it is bound to an encryption context, which this does not compare',
  };
}

function withStatements(
  document: JsonValue | undefined,
  more: readonly JsonValue[],
): { readonly document?: JsonValue } {
  if (document === undefined || more.length === 0) return {};
  const { Statement = [] } = document as { readonly Statement?: JsonValue };
  return { document: { ...(document as object), Statement: [...[Statement].flat(), ...more] } };
}
