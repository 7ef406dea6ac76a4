// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
/** The small world of the random cases: few names, so that policies often fit the requests. */
export const OWN = '111122223333';
export const OTHER = '444455556666';
export const ROLE = `arn:aws:iam::${OWN}:role/app`;
export const SESSION = `arn:aws:sts::${OWN}:assumed-role/app/run1`;
export const USER = `arn:aws:iam::${OWN}:user/alice`;
export const FEDERATED = `arn:aws:sts::${OWN}:federated-user/fiona`;
const KEY = `arn:aws:kms:us-east-1:${OWN}:key/1234abcd`;
const TARGET = `arn:aws:iam::${OWN}:role/target`;

export const PRINCIPALS = [
  USER,
  USER,
  SESSION,
  SESSION,
  SESSION,
  FEDERATED,
  `arn:aws:iam::${OTHER}:user/bob`,
  '*',
] as const;
export const NAMED = [
  USER,
  ROLE,
  SESSION,
  FEDERATED,
  OWN,
  `arn:aws:iam::${OWN}:root`,
  OTHER,
  `arn:aws:iam::${OTHER}:user/bob`,
  `arn:aws:iam::${OWN}:role/other`,
];

/** A kind of request: its actions, the patterns that name them, resources, patterns that name those. */
export interface Kind {
  readonly actions: readonly string[];
  readonly actionPatterns: readonly string[];
  readonly resources: readonly string[];
  readonly resourcePatterns: readonly string[];
  /** Condition keys of the service, and of the way that a request takes. */
  readonly keys: readonly string[];
}

/** Values of those keys, in requests and as patterns. */
export const VALUES: Readonly<Record<string, readonly string[]>> = {
  's3:prefix': ['', 'alice/', 'alice/2024', 'red/'],
  's3:delimiter': ['/', ''],
  's3:x-amz-acl': ['private', 'bucket-owner-full-control'],
  's3:x-amz-server-side-encryption': ['aws:kms', 'AES256'],
  's3:ExistingObjectTag/team': ['red', 'alice'],
  'kms:ViaService': ['s3.us-east-1.amazonaws.com', 's3.eu-west-1.amazonaws.com'],
  'sts:ExternalId': ['abc', 'ABC'],
  'sts:RoleSessionName': ['run1', 'alice'],
  'aws:SourceVpce': ['vpce-1a2b3c4d', 'vpce-5e6f7a8b'],
  'aws:PrincipalOrgID': ['o-aaaaaaaaaa', 'o-bbbbbbbbbb'],
};
const WAY = ['aws:SourceVpce', 'aws:PrincipalOrgID'];

const S3_ACTIONS = [
  's3:*',
  's3:Get*',
  's3:get?bject',
  's3:GetObject',
  's3:PutObject',
  's3:*Object*',
  's3:ListBucket',
  '*',
];
const BUCKET = 'arn:aws:s3:::bucket';
const S3_RESOURCES = [
  '*',
  BUCKET,
  `${BUCKET}*`,
  `${BUCKET}/*`,
  `${BUCKET}/a*`,
  `${BUCKET}/*/key?`,
  'arn:aws:s3:::b?cket/*',
  'arn:aws:s3:::other/*',
  `${BUCKET}/\${aws:username}/*`,
  `${BUCKET}/\${aws:PrincipalTag/team}/*`,
  `${BUCKET}/\${aws:PrincipalTag/team, 'alice'}/*`,
  `${BUCKET}/a\${*}`,
];
export const KINDS: readonly Kind[] = [
  {
    actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject', 's3:GetObjectTagging'],
    actionPatterns: S3_ACTIONS,
    resources: [`${BUCKET}/key`, `${BUCKET}/alice/key1`, `${BUCKET}/red/a:b`, `${BUCKET}/a`, 'arn:aws:s3:::other/x'],
    resourcePatterns: S3_RESOURCES,
    keys: ['s3:x-amz-acl', 's3:x-amz-server-side-encryption', 's3:ExistingObjectTag/team', ...WAY],
  },
  {
    actions: ['s3:ListBucket', 's3:GetBucketPolicy', 's3:PutBucketPolicy'],
    actionPatterns: [...S3_ACTIONS, 's3:*Bucket*'],
    resources: [BUCKET, `${BUCKET}-2`],
    resourcePatterns: S3_RESOURCES,
    keys: ['s3:prefix', 's3:prefix', 's3:delimiter', ...WAY],
  },
  {
    actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
    actionPatterns: ['kms:*', 'kms:Decrypt', 'kms:Generate*', '*'],
    resources: [KEY],
    resourcePatterns: [
      '*',
      KEY,
      `arn:aws:kms:*:${OWN}:key/*`,
      'arn:aws:kms:us-east-1:*:key/1*',
      `arn:aws:kms:eu-*:${OWN}:key/*`,
    ],
    keys: ['kms:ViaService', ...WAY],
  },
  {
    actions: ['sts:AssumeRole'],
    actionPatterns: ['sts:*', 'sts:AssumeRole', 'sts:Assume*', '*'],
    resources: [TARGET],
    resourcePatterns: [
      '*',
      TARGET,
      `arn:aws:iam::${OWN}:role/*`,
      `arn:aws:iam::*:role/t*`,
      `arn:aws:iam::${OTHER}:role/*`,
    ],
    keys: ['sts:ExternalId', 'sts:RoleSessionName', ...WAY],
  },
];
