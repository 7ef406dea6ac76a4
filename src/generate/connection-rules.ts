import { RULE_DOCS } from '../documents/rules.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../model/constants.ts';

const USER_GUIDE = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';
const ACCESS_KEYS = `${USER_GUIDE}/id_credentials_access-keys.html`;
const ACCOUNT_IDS = 'https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html';
const THIRD_PARTY = `${USER_GUIDE}/id_roles_common-scenarios_third-party.html`;
const ROLE_ARN = { message: '{rule}', docs: RULE_DOCS.arn };

/**
 * Everything that can be wrong with the fields of the connection form: in words, and with the page that says why. `{name}` is filled with
 * the data of the finding.
 */
export const CONNECTION_RULES = {
  // How it was typed.
  'invisible-characters': {
    message: 'has characters that cannot be seen ({codes}): type it anew, or paste it as plain text',
    docs: RULE_DOCS.arn,
  },
  spaces: { message: 'has spaces, tabs or line breaks that do not belong to it', docs: RULE_DOCS.arn },
  quotes: { message: 'is in quotes or brackets: write it without', docs: RULE_DOCS.arn },
  punctuation: { message: 'ends in punctuation that does not belong to it', docs: RULE_DOCS.arn },
  'not-applicable-spelling': { message: 'a field that does not apply says n/a', docs: THIRD_PARTY },
  'given-twice': { message: 'stands there twice, with different values: keep one', docs: THIRD_PARTY },
  // Which way.
  'both-ways': {
    message: 'a role and an access key are filled in: with a role the key fields say n/a, with a key Role ARN says n/a',
    docs: THIRD_PARTY,
  },
  'nothing-given': {
    message: 'neither a role nor an access key is filled in: give the Role ARN (recommended)',
    docs: THIRD_PARTY,
  },
  'not-applicable-misplaced': { message: 'says that it does not apply, and it does: {why}', docs: THIRD_PARTY },
  missing: { message: 'is empty: {why}', docs: THIRD_PARTY },
  // The role.
  'no-arn': ROLE_ARN,
  'role-name': ROLE_ARN,
  'session-arn': ROLE_ARN,
  'user-arn': ROLE_ARN,
  'policy-arn': ROLE_ARN,
  'root-arn': ROLE_ARN,
  'other-arn': ROLE_ARN,
  'role-arn-region': ROLE_ARN,
  'role-arn-account': ROLE_ARN,
  'role-arn-name': ROLE_ARN,
  'other-partition': ROLE_ARN,
  'channelmix-role': ROLE_ARN,
  'service-role': ROLE_ARN,
  'role-arn-case': { message: 'has capital letters where an ARN has small ones', docs: RULE_DOCS.arn },
  'role-arn-with-region': { message: 'names a region: ARNs of IAM have none', docs: RULE_DOCS.arn },
  'role-arn-incomplete': { message: 'lacks a part of the ARN, or a colon', docs: RULE_DOCS.arn },
  'role-arn-account-format': {
    message: 'has the account id in groups: an ARN has its 12 digits without anything between them',
    docs: RULE_DOCS.arn,
  },
  'role-url': {
    message: 'is the address of a page of the console: send the ARN that stands on that page',
    docs: RULE_DOCS.arn,
  },
  // The key.
  swapped: { message: 'the access key id and the secret are swapped', docs: ACCESS_KEYS },
  'secret-for-other': {
    message:
      'looks like a secret access key, which belongs into the field for it and nowhere else: rotate the key if others could read this',
    docs: ACCESS_KEYS,
  },
  'secret-in-arguments': {
    message:
      'a secret was given on the command line, where other users of the machine and the shell history see it: rotate the key',
    docs: ACCESS_KEYS,
  },
  'key-id-for-other': { message: 'is the id of an access key: it belongs into AWS access key id', docs: ACCESS_KEYS },
  'role-for-other': { message: 'is the ARN of a role: it belongs into Role ARN', docs: RULE_DOCS.arn },
  'arn-for-other': { message: 'is an ARN, and no part of an access key', docs: RULE_DOCS.arn },
  'account-for-other': { message: 'is an account id', docs: ACCOUNT_IDS },
  'temporary-key': {
    message:
      'is the id of temporary credentials (ASIA...), which end within hours: create an access key of an IAM user (AKIA...)',
    docs: ACCESS_KEYS,
  },
  'session-token': {
    message:
      'belongs to temporary credentials, which end within hours: ChannelMix takes access keys of IAM users, which have none',
    docs: ACCESS_KEYS,
  },
  'unique-id': {
    message: 'is the unique id of {what}, not the id of an access key (AKIA...)',
    docs: `${USER_GUIDE}/reference_identifiers.html#identifiers-unique-ids`,
  },
  'key-id-case': { message: 'has small letters: ids of access keys have capitals and digits', docs: ACCESS_KEYS },
  'key-id-shape': {
    message: 'is no id of an access key: AKIA and 16 capital letters and digits ({found})',
    docs: ACCESS_KEYS,
  },
  'secret-shape': {
    message:
      'is no whole secret access key: it has {length} characters, and they have 40 letters, digits, / and +; was it copied whole?',
    docs: ACCESS_KEYS,
  },
  // ChannelMix's account.
  'account-format': { message: 'is the right account, written with signs between the digits', docs: ACCOUNT_IDS },
  'account-lost-zero': {
    message: 'has lost its leading zero, as in a spreadsheet: an account id has 12 digits',
    docs: ACCOUNT_IDS,
  },
  'account-other': {
    message: `is another account: this field names ChannelMix's (${CHANNELMIX_ACCOUNT_ID}), which the role trusts`,
    docs: ACCOUNT_IDS,
  },
  'account-of-role': {
    message: `is the account of your role: this field names ChannelMix's (${CHANNELMIX_ACCOUNT_ID}), which the role trusts`,
    docs: ACCOUNT_IDS,
  },
  'account-shape': { message: `is no account id: this field says ${CHANNELMIX_ACCOUNT_ID}`, docs: ACCOUNT_IDS },
  'account-with-key': { message: 'does not apply with an access key: no role trusts anybody', docs: THIRD_PARTY },
  // The bucket.
  'bucket-path': {
    message: 'has a folder behind the bucket: give the bucket alone, and the folder ({prefix}) apart',
    docs: RULE_DOCS.bucketName,
  },
  'bucket-url': { message: 'is an address: give the name of the bucket alone', docs: RULE_DOCS.bucketName },
  'bucket-arn': { message: 'is an ARN: give the name of the bucket alone', docs: RULE_DOCS.bucketName },
  'bucket-access-point': {
    message: 'is an access point: give the name of the bucket behind it',
    docs: RULE_DOCS.bucketName,
  },
  'bucket-name': { message: '{rule}', docs: RULE_DOCS.bucketName },
} as const satisfies Readonly<Record<string, { readonly message: string; readonly docs: string }>>;

export type ConnectionRuleId = keyof typeof CONNECTION_RULES;
