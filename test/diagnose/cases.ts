import type { DiagnosisFacts } from '../../src/diagnose/index.ts';
import type { AccessDocuments, KeyGrant, Piece } from '../../src/model/access-documents.ts';
import type { Diagnosis, DiagnosisLayer } from '../../src/model/check.ts';
import { parseDenial } from '../../src/model/denial.ts';
import type { Failure, FailureKind } from '../../src/model/failure.ts';
import type { JsonValue } from '../../src/model/policy.ts';

export const ROLE = 'arn:aws:iam::111122223333:role/channelmix_s3_access';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/channelmix_s3_access/s';

/** A check of the role way that ended so. */
export function factsOf(changes: Partial<DiagnosisFacts> = {}): DiagnosisFacts {
  return {
    id: 'put-object',
    action: 's3:PutObject',
    resource: 'arn:aws:s3:::my-bucket/.channelmix-verify/*',
    expect: 'allow',
    result: 'deny',
    way: 'role',
    principalArn: ROLE,
    callerArn: 'arn:aws:iam::031871504755:user/support',
    partition: 'aws',
    bucket: 'my-bucket',
    prefix: '',
    prefixes: [],
    access: 'minimal',
    owner: 'same-account',
    peers: [],
    waited: { times: 0, ms: 0 },
    ...changes,
  };
}

/** A refusal with AWS's text. */
export function refusal(message: string): Failure {
  return { kind: 'denied', code: 'AccessDenied', message, attempts: 1, denial: parseDenial(message) };
}

/** AWS's text for an action of a session's, with its reason. */
export function text(action: string, reason: string, resource = '"arn:aws:s3:::my-bucket/k"'): string {
  return `User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource}${reason}`;
}

const because = (type: string, action = 's3:PutObject') =>
  text(action, ` because no ${type} allows the ${action} action`);
const explicit = (type: string, action = 's3:PutObject') => text(action, ` with an explicit deny in ${type}`);
const fault = (kind: FailureKind, code: string): Partial<DiagnosisFacts> => ({
  result: 'error',
  failure: { kind, code, message: 'words', attempts: 3 },
});
const assume = (message: string): Partial<DiagnosisFacts> => ({
  id: 'assume-role',
  action: 'sts:AssumeRole',
  resource: ROLE,
  failure: refusal(message),
});
const assumeText = (reason: string) => text('sts:AssumeRole', reason, ROLE);

export const absent: Piece<never> = { state: 'absent' };
export const read = <T>(value: T): Piece<T> => ({ state: 'read', value });
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/11112222-3333-4444-5555-666677778888';

/** A role and a bucket of which next to nothing was read, and no key. */
export const BLANK: AccessDocuments = {
  source: { kind: 'aws' },
  principal: {
    kind: 'role',
    arn: ROLE,
    account: '111122223333',
    name: 'channelmix_s3_access',
    tags: absent,
    trust: absent,
    identity: { read: [], unreadable: [] },
    boundary: absent,
  },
  bucket: {
    name: 'my-bucket',
    region: read('us-east-1'),
    owner: absent,
    policy: absent,
    publicAccessBlock: absent,
    accountPublicAccessBlock: absent,
    ownership: absent,
    versioning: absent,
    objectLock: absent,
    encryption: absent,
    requestPayer: absent,
  },
  keys: [],
  organization: { id: absent, scps: absent, rcps: absent },
};

/** Documents of which these were read. */
function documentsOf(
  known: {
    readonly trust?: JsonValue;
    readonly grants?: readonly KeyGrant[];
    readonly requestPayer?: 'Requester';
  } = {},
): AccessDocuments {
  return {
    ...BLANK,
    principal: {
      ...BLANK.principal,
      trust: known.trust === undefined ? absent : read({ name: 'trust policy', document: known.trust }),
    },
    bucket: {
      ...BLANK.bucket,
      requestPayer: known.requestPayer === undefined ? absent : read(known.requestPayer),
    },
    keys: [
      {
        arn: KEY,
        because: 'default-encryption',
        keyState: read('Enabled'),
        manager: read('CUSTOMER'),
        policy: absent,
        grants: read(known.grants ?? []),
      },
    ],
  };
}

const trusting = (statement: JsonValue) => documentsOf({ trust: { Version: '2012-10-17', Statement: [statement] } });
const grantOf = (...operations: readonly string[]): KeyGrant => ({
  id: 'g-1',
  granteePrincipal: ROLE,
  operations,
  constrained: false,
});
const noKeyPolicy = text('kms:Decrypt', ' because no resource-based policy allows the kms:Decrypt action', KEY);

/** The table: what happened, and which row must speak. */
export const CASES: readonly (readonly [
  rule: string,
  facts: Partial<DiagnosisFacts>,
  layer: DiagnosisLayer,
  evidence: Diagnosis['evidence'],
])[] = [
  [
    'trust-too-wide',
    { id: 'denied:sts:AssumeRole', action: 'sts:AssumeRole', resource: ROLE, expect: 'deny', result: 'allow' },
    'trust',
    'aws',
  ],
  [
    'over-privilege',
    { id: 'denied:s3:ListAllMyBuckets', action: 's3:ListAllMyBuckets', expect: 'deny', result: 'allow' },
    'identity',
    'inferred',
  ],
  [
    'trust-dead-principal',
    {
      ...assume(assumeText('')),
      documents: trusting({ Effect: 'Allow', Principal: { AWS: 'AROAEXAMPLEEXAMPLE12' }, Action: 'sts:AssumeRole' }),
    },
    'trust',
    'inferred',
  ],
  [
    'trust-demands',
    {
      ...assume(assumeText('')),
      documents: trusting({
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::031871504755:root' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': 'x' }, Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
      }),
    },
    'trust',
    'inferred',
  ],
  ['trust-explicit', assume(assumeText(' with an explicit deny in the role trust policy')), 'trust', 'aws'],
  [
    'trust-implicit',
    assume(assumeText(' because no role trust policy allows the sts:AssumeRole action')),
    'trust',
    'aws',
  ],
  [
    'trust-implicit',
    assume(assumeText(' because no resource-based policy allows the sts:AssumeRole action')),
    'trust',
    'aws',
  ],
  [
    'assume-caller',
    assume(assumeText(' because no identity-based policy allows the sts:AssumeRole action')),
    'identity',
    'aws',
  ],
  ['assume-limit', assume(assumeText(' with an explicit deny in a service control policy')), 'scp', 'aws'],
  ['assume-unnamed', assume(assumeText('')), 'trust', 'inferred'],
  [
    'kms-key-policy-explicit',
    { failure: refusal(explicit('a resource-based policy', 'kms:GenerateDataKey')) },
    'kms',
    'aws',
  ],
  [
    'kms-grant-new',
    { failure: refusal(noKeyPolicy), documents: documentsOf({ grants: [grantOf('GenerateDataKey', 'Decrypt')] }) },
    'consistency',
    'inferred',
  ],
  [
    'kms-grant',
    { failure: refusal(noKeyPolicy), documents: documentsOf({ grants: [grantOf('GenerateDataKey')] }) },
    'kms-grant',
    'inferred',
  ],
  [
    'kms-grant',
    {
      failure: refusal(noKeyPolicy),
      documents: documentsOf({ grants: [{ ...grantOf('Decrypt'), constrained: true }] }),
    },
    'kms-grant',
    'inferred',
  ],
  ['kms-key-policy', { failure: refusal(because('resource-based policy', 'kms:GenerateDataKey')) }, 'kms', 'aws'],
  ['kms-identity', { failure: refusal(because('identity-based policy', 'kms:Decrypt')) }, 'kms', 'aws'],
  ['identity-explicit', { failure: refusal(explicit('an identity-based policy', 'kms:Decrypt')) }, 'identity', 'aws'],
  ['boundary', { failure: refusal(because('permissions boundary', 'kms:Decrypt')) }, 'boundary', 'aws'],
  [
    'identity-elsewhere',
    {
      failure: refusal(because('identity-based policy')),
      peers: [
        {
          id: 'get-object',
          action: 's3:GetObject',
          prefix: '',
          result: 'deny',
          failure: refusal(because('identity-based policy', 's3:GetObject')),
        },
      ],
    },
    'identity',
    'aws',
  ],
  ['identity-implicit', { failure: refusal(because('identity-based policy')) }, 'identity', 'aws'],
  ['identity-explicit', { failure: refusal(explicit('an identity-based policy')) }, 'identity', 'aws'],
  ['bucket-policy-explicit', { failure: refusal(explicit('a resource-based policy')) }, 'bucket-policy', 'aws'],
  ['bucket-policy-implicit', { failure: refusal(because('resource-based policy')) }, 'bucket-policy', 'aws'],
  ['boundary', { failure: refusal(because('permissions boundary')) }, 'boundary', 'aws'],
  ['boundary-explicit', { failure: refusal(explicit('a permissions boundary')) }, 'boundary', 'aws'],
  ['session-policy', { failure: refusal(because('session policy')) }, 'session', 'aws'],
  ['session-explicit', { failure: refusal(explicit('a sessions policy')) }, 'session', 'aws'],
  ['scp', { failure: refusal(because('service control policy')) }, 'scp', 'aws'],
  ['rcp', { failure: refusal(explicit('a resource control policy')) }, 'rcp', 'aws'],
  ['vpc-endpoint', { failure: refusal(because('VPC endpoint policy')) }, 'vpc-endpoint', 'aws'],
  [
    'public-access-block',
    {
      failure: refusal(
        text(
          's3:PutObjectAcl',
          ' because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access',
        ),
      ),
    },
    'public-access-block',
    'aws',
  ],
  [
    'kms-unnamed',
    { id: 'put-object-kms', kmsKeyArn: 'arn:aws:kms:us-east-1:1:key/k', failure: refusal('Access Denied') },
    'kms',
    'inferred',
  ],
  [
    'kms-unnamed',
    {
      failure: refusal(
        text('kms:GenerateDataKey', '', 'arn:aws:kms:us-east-1:444455556666:key/11112222-3333-4444-5555-666677778888'),
      ),
    },
    'kms',
    'inferred',
  ],
  [
    'kms-unnamed',
    {
      failure: refusal(
        text(
          'kms:Decrypt',
          ' because no identity-based policy allows the kms:Decrypt action',
          'arn:aws:kms:us-east-1:444455556666:key/11112222-3333-4444-5555-666677778888',
        ),
      ),
    },
    'kms',
    'inferred',
  ],
  [
    'requester-pays',
    {
      owner: 'other-account',
      failure: refusal('Access Denied'),
      documents: documentsOf({ requestPayer: 'Requester' }),
    },
    'requester-pays',
    'inferred',
  ],
  [
    'requester-pays',
    { owner: 'unknown', failure: refusal('Access Denied'), requesterPays: true },
    'requester-pays',
    'inferred',
  ],
  ['other-account', { owner: 'other-account', failure: refusal('Access Denied') }, 'bucket-policy', 'inferred'],
  ['bare', { owner: 'unknown', failure: refusal('Access Denied') }, 'bucket-policy', 'inferred'],
  [
    'bare',
    {
      id: 'head-object',
      owner: 'unknown',
      failure: refusal('AWS answered with status 403 and no text'),
      peers: [
        {
          id: 'put-object',
          action: 's3:PutObject',
          prefix: '',
          result: 'deny',
          failure: refusal('Access Denied'),
        },
      ],
    },
    'bucket-policy',
    'inferred',
  ],
  ['everything', { failure: refusal('Access Denied') }, 'identity', 'inferred'],
  ['everything', { id: 'head-object', owner: 'unknown', failure: refusal('') }, 'identity', 'inferred'],
  [
    'one-action',
    {
      failure: refusal('Access Denied'),
      peers: [{ id: 'list-bucket', action: 's3:ListBucket', prefix: '', result: 'allow' }],
    },
    'identity',
    'inferred',
  ],
  ['expired', fault('expired', 'ExpiredToken'), 'credentials', 'aws'],
  ['not-known-yet', fault('credentials', 'InvalidAccessKeyId'), 'consistency', 'inferred'],
  ['credentials', fault('credentials', 'SignatureDoesNotMatch'), 'credentials', 'aws'],
  ['clock-skew', fault('clock-skew', 'RequestTimeTooSkewed'), 'clock-skew', 'aws'],
  ['throttling', fault('throttling', 'SlowDown'), 'throttling', 'aws'],
  ['server', fault('server', 'InternalError'), 'network', 'aws'],
  ['network', fault('network', 'ECONNRESET'), 'network', 'inferred'],
  ['network', fault('timeout', 'TimeoutError'), 'network', 'inferred'],
  ['region', fault('region', 'PermanentRedirect'), 'region', 'aws'],
  ['acl', fault('acl', 'AccessControlListNotSupported'), 'ownership', 'aws'],
  ['kms-disabled', fault('kms', 'KMS.DisabledException'), 'kms', 'aws'],
  [
    'kms-pending-deletion',
    {
      failure: {
        kind: 'kms',
        code: 'KMS.KMSInvalidStateException',
        message: `${KEY} is pending deletion.`,
        attempts: 1,
      },
    },
    'kms',
    'aws',
  ],
  ['kms-missing', fault('kms', 'KMS.NotFoundException'), 'kms', 'aws'],
  ['kms-state', fault('kms', 'KMS.KMSInvalidStateException'), 'kms', 'aws'],
  ['no-bucket', fault('not-found', 'NoSuchBucket'), 'not-found', 'aws'],
  ['lost-object', fault('not-found', 'NoSuchKey'), 'not-found', 'aws'],
  [
    'hidden-absence',
    {
      id: 'get-object',
      action: 's3:GetObject',
      failure: refusal(because('identity-based policy', 's3:ListBucket')),
    },
    'not-found',
    'inferred',
  ],
  [
    'flapping',
    {
      id: 'head-object',
      action: 's3:GetObject',
      failure: refusal('AWS answered with status 403 and no text'),
      peers: [{ id: 'get-object', action: 's3:GetObject', prefix: '', result: 'allow' }],
    },
    'consistency',
    'inferred',
  ],
  [
    'proxy',
    {
      result: 'error',
      failure: { kind: 'unknown', code: 'Unknown', message: 'a login page', httpStatus: 403, attempts: 1 },
    },
    'network',
    'inferred',
  ],
  ['unknown', fault('unknown', 'NoRequestId'), 'unknown', 'inferred'],
];
