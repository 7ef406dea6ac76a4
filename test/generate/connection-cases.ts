import type { ConnectionRuleId } from '../../src/generate/connection-rules.ts';

/** A connection form as somebody typed it, what is wrong with it, and what the fields should say. */
interface ConnectionCase {
  readonly text: string;
  readonly ids: readonly ConnectionRuleId[];
  /** By the form's name of the field, what the first finding about it proposes; `undefined`: nothing, since it is not certain. */
  readonly corrected?: Readonly<Record<string, string | undefined>>;
  /** The role of the form that is proposed. */
  readonly roleArn?: string;
}

export const ROLE = 'arn:aws:iam::111122223333:role/channelmix_s3_access';
export const KEY_ID = 'AKIAIOSFODNN7EXAMPLE';
/** AWS's example. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html */
export const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

const [ID_LABEL, SECRET_LABEL, ROLE_LABEL, ACCOUNT_LABEL] = [
  'AWS access key id',
  'AWS secret access key',
  'Role ARN',
  'ChannelMix AWS Account ID',
];

function form(id: string, secret: string, role: string, account: string): string {
  return `${ID_LABEL}: ${id}\n${SECRET_LABEL}: ${secret}\n${ROLE_LABEL}: ${role}\n${ACCOUNT_LABEL}: ${account}`;
}

function roleCase(value: string, ids: readonly ConnectionRuleId[], corrected?: string): ConnectionCase {
  return {
    text: form('n/a', 'n/a', value, '031871504755'),
    ids,
    corrected: { [ROLE_LABEL]: corrected },
    ...(corrected === undefined ? {} : { roleArn: corrected }),
  };
}

function accountCase(value: string, ids: readonly ConnectionRuleId[]): ConnectionCase {
  return { text: form('n/a', 'n/a', ROLE, value), ids, corrected: { [ACCOUNT_LABEL]: '031871504755' }, roleArn: ROLE };
}

function bucketCase(value: string, ids: readonly ConnectionRuleId[], corrected?: string): ConnectionCase {
  return { text: `Bucket: ${value}`, ids, corrected: { Bucket: corrected } };
}

const GOOD: readonly ConnectionCase[] = [
  form('n/a', 'n/a', ROLE, '031871504755'),
  form('N/A', 'N/A', ROLE, '031871504755'),
  form(KEY_ID, SECRET, 'n/a', 'n/a'),
  form(KEY_ID, '(secret: hand it over by a safe way)', 'n/a', 'n/a'),
  form(KEY_ID, '********', 'n/a', 'n/a'),
  form('', '', ROLE, ''),
  `Role ARN: arn:aws:iam::111122223333:role/vendors/channelmix_s3_access`,
  'Bucket: my-bucket',
].map((text) => ({ text, ids: [] }));

const ROLES: readonly ConnectionCase[] = [
  roleCase('arn:aws:sts::111122223333:assumed-role/channelmix/session', ['session-arn']),
  roleCase('arn:aws:iam::111122223333:user/ann', ['user-arn']),
  roleCase('arn:aws:iam::111122223333:policy/channelmix', ['policy-arn']),
  roleCase('arn:aws:iam::111122223333:root', ['root-arn']),
  roleCase('arn:aws:iam::111122223333:instance-profile/channelmix', ['other-arn']),
  roleCase('arn:aws:s3:::my-bucket', ['other-arn']),
  roleCase('channelmix_s3_access', ['role-name']),
  roleCase('role/channelmix_s3_access', ['role-name']),
  roleCase('our role is the one from last week', ['no-arn']),
  roleCase('arn:aws:iam::031871504755:role/channelmix_s3_access', ['channelmix-role']),
  roleCase('arn:aws-cn:iam::111122223333:role/channelmix_s3_access', ['other-partition']),
  roleCase('arn:aws-us-gov:iam::111122223333:role/channelmix_s3_access', ['other-partition']),
  roleCase('arn:aws:iam::111122223333:role/aws-service-role/s3.amazonaws.com/AWSServiceRoleForS3', ['service-role']),
  roleCase('arn:aws:iam::11122223333:role/channelmix_s3_access', ['role-arn-account']),
  roleCase('arn:aws:iam::111122223333:role/channelmix–s3', ['role-arn-name']),
  roleCase('arn:aws:iam:eu-west-1:111122223333:policy/x', ['role-arn-region']),
  roleCase('arn:aws:iam:eu-west-1:111122223333:role/channelmix_s3_access', ['role-arn-with-region'], ROLE),
  roleCase('ARN:AWS:IAM::111122223333:Role/channelmix_s3_access', ['role-arn-case'], ROLE),
  roleCase('arn:aws:iam::1111-2222-3333:role/channelmix_s3_access', ['role-arn-account-format'], ROLE),
  roleCase('iam::111122223333:role/channelmix_s3_access', ['role-arn-incomplete'], ROLE),
  roleCase('111122223333:role/channelmix_s3_access', ['role-arn-incomplete'], ROLE),
  roleCase('arn:aws:iam:111122223333:role/channelmix_s3_access', ['role-arn-incomplete'], ROLE),
  roleCase('arn:aws:iam::111122223333:role:channelmix_s3_access', ['role-arn-incomplete'], ROLE),
  roleCase('https://us-east-1.console.aws.amazon.com/iam/home#/roles/details/channelmix', ['role-url']),
  roleCase(`${ROLE} `, ['spaces'], ROLE),
  roleCase(`${ROLE}\u00a0`, ['spaces'], ROLE),
  roleCase('arn:aws:iam::111122223333: role/channelmix_s3_access', ['spaces'], ROLE),
  roleCase('arn:aws:iam::111122223333:\nrole/channelmix_s3_access', ['spaces'], ROLE),
  roleCase(`"${ROLE}"`, ['quotes'], ROLE),
  roleCase(`“${ROLE}”`, ['quotes'], ROLE),
  roleCase(`'${ROLE}',`, ['quotes', 'punctuation'], ROLE),
  roleCase(`<${ROLE}>`, ['quotes'], ROLE),
  roleCase(`${ROLE}.`, ['punctuation'], ROLE),
  roleCase(`${ROLE}/`, ['punctuation'], ROLE),
  roleCase(`\u200b${ROLE}`, ['invisible-characters'], ROLE),
  roleCase('arn:aws:iam::111122223333:role/channelmix\u200b_s3_access', ['invisible-characters'], ROLE),
  roleCase(SECRET, ['secret-for-other']),
  roleCase(KEY_ID, ['key-id-for-other']),
  roleCase('111122223333', ['account-for-other']),
];

const ACCOUNTS: readonly ConnectionCase[] = [
  accountCase('0318-7150-4755', ['account-format']),
  accountCase('0318 7150 4755', ['account-format']),
  accountCase('31871504755', ['account-lost-zero']),
  accountCase('3.18715E+10', ['account-lost-zero']),
  accountCase('111122223333', ['account-of-role']),
  accountCase('444455556666', ['account-other']),
  accountCase('ChannelMix', ['account-shape']),
  accountCase('n/a', ['not-applicable-misplaced']),
  accountCase('N/A', ['not-applicable-misplaced']),
  accountCase('"031871504755"', ['quotes']),
  accountCase('031871504755;', ['punctuation']),
];

const KEYS: readonly ConnectionCase[] = [
  { text: form(SECRET, KEY_ID, 'n/a', 'n/a'), ids: ['swapped'] },
  { text: form('ASIAIOSFODNN7EXAMPLE', SECRET, 'n/a', 'n/a'), ids: ['temporary-key'] },
  { text: `aws_access_key_id=${KEY_ID}\naws_session_token=IQoJb3JpZ2luX2VjEXAMPLE`, ids: ['session-token'] },
  { text: form('AIDACKCEVSQ6C2EXAMPLE', SECRET, 'n/a', 'n/a'), ids: ['unique-id'] },
  { text: form('akiaiosfodnn7example', SECRET, 'n/a', 'n/a'), ids: ['key-id-case'], corrected: { [ID_LABEL]: KEY_ID } },
  { text: form('AKIAIOSFODNN7', SECRET, 'n/a', 'n/a'), ids: ['key-id-shape'], corrected: { [ID_LABEL]: undefined } },
  { text: form(`${KEY_ID},`, SECRET, 'n/a', 'n/a'), ids: ['punctuation'], corrected: { [ID_LABEL]: KEY_ID } },
  { text: form(KEY_ID, SECRET.slice(0, 30), 'n/a', 'n/a'), ids: ['secret-shape'] },
  { text: form(KEY_ID, `${SECRET} `, 'n/a', 'n/a'), ids: ['spaces'], corrected: { [SECRET_LABEL]: undefined } },
  { text: form(KEY_ID, KEY_ID, 'n/a', 'n/a'), ids: ['key-id-for-other'] },
  { text: form(KEY_ID, 'n/a', 'n/a', 'n/a'), ids: ['not-applicable-misplaced'] },
  { text: form('n/a', SECRET, 'n/a', 'n/a'), ids: ['not-applicable-misplaced'] },
  { text: form('', SECRET, 'n/a', 'n/a'), ids: ['missing'] },
  { text: form(SECRET, '', 'n/a', 'n/a'), ids: ['secret-for-other'] },
  {
    text: form(KEY_ID, SECRET, 'n/a', '031871504755'),
    ids: ['account-with-key'],
    corrected: { [ACCOUNT_LABEL]: 'n/a' },
  },
  { text: form(KEY_ID, SECRET, 'n/a', SECRET), ids: ['secret-for-other'] },
  { text: form(ROLE, 'n/a', 'n/a', '031871504755'), ids: ['role-for-other'] },
  { text: form('arn:aws:iam::111122223333:user/ann', SECRET, 'n/a', 'n/a'), ids: ['arn-for-other'] },
];

const FORMS: readonly ConnectionCase[] = [
  { text: form(KEY_ID, SECRET, ROLE, '031871504755'), ids: ['both-ways'] },
  { text: form('n/a', 'n/a', 'n/a', '031871504755'), ids: ['nothing-given'] },
  { text: form('n/a', 'n/a', 'N/A', 'n/a'), ids: ['nothing-given'] },
  {
    text: form('none', 'n/a', ROLE, '031871504755'),
    ids: ['not-applicable-spelling'],
    corrected: { [ID_LABEL]: 'n/a' },
  },
  {
    text: form('NA', '-', ROLE, '031871504755'),
    ids: ['not-applicable-spelling', 'not-applicable-spelling'],
    roleArn: ROLE,
  },
  { text: `Role ARN: ${ROLE}\nRole ARN: ${ROLE}2`, ids: ['given-twice'] },
];

const BUCKETS: readonly ConnectionCase[] = [
  bucketCase('my-bucket/Client123', ['bucket-path'], 'my-bucket'),
  bucketCase('my-bucket/', ['punctuation'], 'my-bucket'),
  bucketCase('s3://my-bucket', ['bucket-url'], 'my-bucket'),
  bucketCase('s3://my-bucket/Client123/', ['bucket-url', 'bucket-path'], 'my-bucket'),
  bucketCase('arn:aws:s3:::my-bucket', ['bucket-arn'], 'my-bucket'),
  bucketCase('arn:aws:s3:::my-bucket/*', ['bucket-arn'], 'my-bucket'),
  bucketCase('arn:aws:s3:eu-west-1:111122223333:accesspoint/ap', ['bucket-access-point']),
  bucketCase('https://my-bucket.s3.eu-west-1.amazonaws.com/Client123/', ['bucket-url', 'bucket-path'], 'my-bucket'),
  bucketCase('https://s3.amazonaws.com/my-bucket', ['bucket-url'], 'my-bucket'),
  bucketCase('https://s3.console.aws.amazon.com/s3/buckets/my-bucket?region=eu-west-1', ['bucket-url'], 'my-bucket'),
  bucketCase('My-Bucket', ['bucket-name']),
  bucketCase('"my-bucket"', ['quotes'], 'my-bucket'),
  bucketCase(SECRET, ['secret-for-other']),
];

export const CASES: readonly ConnectionCase[] = [...GOOD, ...ROLES, ...ACCOUNTS, ...KEYS, ...FORMS, ...BUCKETS];
