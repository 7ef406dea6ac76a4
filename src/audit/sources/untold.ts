import type { KeyDocuments, OrganizationDocuments, Pieces, Unreadable } from '../../model/access-documents.ts';
import type { AuditBucket, AuditPrincipal } from '../../model/audit-documents.ts';

/** A fact that was not read. */
export type Unread = { readonly state: 'unreadable'; readonly why: Unreadable };

/** Says of a fact why it was not read. */
export type Untold = (what: string, action: string) => Unread;

/**
 * For a source that does not speak of a fact.
 *
 * @param kind `not-asked`: it never does; `unknown`: it should, and does not
 * @param said why, as the end of a sentence: `the plan does not say it`
 */
export function untold(said: string, kind: 'not-asked' | 'unknown' = 'not-asked'): Untold {
  return (what, action) => ({ state: 'unreadable', why: { what, action, kind, said } });
}

/** A bucket of which only its name is known. */
export function untoldBucket(name: string, tell: Untold): AuditBucket {
  const of = (thing: string, action: string) => tell(`${thing} of bucket ${name}`, `s3:${action}`);
  return {
    name,
    region: of('the region', 'ListBucket'),
    owner: of('the owner', 'ListBucket'),
    policy: of('the policy', 'GetBucketPolicy'),
    publicAccessBlock: of('Block Public Access', 'GetBucketPublicAccessBlock'),
    accountPublicAccessBlock: of('Block Public Access of the account', 'GetAccountPublicAccessBlock'),
    ownership: of('Object Ownership', 'GetBucketOwnershipControls'),
    versioning: of('versioning', 'GetBucketVersioning'),
    objectLock: of('Object Lock', 'GetBucketObjectLockConfiguration'),
    encryption: of('default encryption', 'GetEncryptionConfiguration'),
    requestPayer: of('Requester Pays', 'GetBucketRequestPayment'),
    acl: of('the access control list', 'GetBucketAcl'),
    lifecycle: of('the lifecycle rules', 'GetLifecycleConfiguration'),
    logging: of('server access logging', 'GetBucketLogging'),
    mfaDelete: of('MFA delete', 'GetBucketVersioning'),
    uploads: of('the unfinished uploads', 'ListBucketMultipartUploads'),
  };
}

/** A key of which only its ARN is known. */
export function untoldKey(arn: string, because: KeyDocuments['because'], tell: Untold): KeyDocuments {
  const account = arn.split(':')[4] ?? '';
  return {
    arn,
    ...(account === '' ? {} : { account }),
    because,
    keyState: tell(`the state of key ${arn}`, 'kms:DescribeKey'),
    manager: tell(`the manager of key ${arn}`, 'kms:DescribeKey'),
    policy: tell(`the policy of key ${arn}`, 'kms:GetKeyPolicy'),
    grants: tell(`the grants of key ${arn}`, 'kms:ListGrants'),
  };
}

/** An organization that nothing is known of. */
export function untoldOrganization(tell: Untold): OrganizationDocuments {
  return {
    id: tell('the organization', 'organizations:DescribeOrganization'),
    scps: tell('the service control policies (SCPs)', 'organizations:ListPoliciesForTarget'),
    rcps: tell('the resource control policies (RCPs)', 'organizations:ListPoliciesForTarget'),
  };
}

/** What a principal does and did, of which only an account itself speaks: keys, password, use. */
export function untoldHistory(
  { kind, name }: Pick<AuditPrincipal, 'kind' | 'name'>,
  tell: Untold,
): Pick<AuditPrincipal, 'lastUsed' | 'accessKeys' | 'password' | 'lastAccessed'> {
  const isRole = kind === 'role';
  const of = (thing: string, action: string) => tell(`${thing} of ${kind} ${name}`, `iam:${action}`);
  return {
    lastUsed: isRole ? of('the last use', 'GetRole') : { state: 'absent' },
    accessKeys: isRole ? { state: 'absent' } : of('the access keys', 'ListAccessKeys'),
    password: isRole ? { state: 'absent' } : of('the password', 'GetLoginProfile'),
    lastAccessed: of('what was used', 'GenerateServiceLastAccessedDetails'),
  };
}

/** Facts that were read, and those that were not. */
export function toPieces<T>(all: readonly ({ readonly state: 'read'; readonly value: T } | Unread)[]): Pieces<T> {
  return {
    read: all.flatMap((one) => (one.state === 'read' ? [one.value] : [])),
    unreadable: all.flatMap((one) => (one.state === 'read' ? [] : [one.why])),
  };
}
