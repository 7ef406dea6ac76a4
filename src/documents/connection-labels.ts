import type { ConnectionField, TypedField } from '../model/connection.ts';

/** What people, exports and tools write for a field, in small letters without anything else. */
const LABELS: Readonly<Record<ConnectionField, readonly string[]>> = {
  accessKeyId: ['awsaccesskeyid', 'accesskeyid', 'accesskey', 'awsaccesskey', 'awskeyid', 'keyid', 'awsid'],
  secretAccessKey: [
    'awssecretaccesskey',
    'secretaccesskey',
    'awssecretkey',
    'secretkey',
    'awssecret',
    'accesskeysecret',
    'secret',
  ],
  sessionToken: ['awssessiontoken', 'sessiontoken', 'securitytoken', 'awssecuritytoken', 'token'],
  roleArn: ['rolearn', 'awsrolearn', 'iamrolearn', 'awsiamrolearn', 'iamrole', 'awsrole', 'role', 'arn', 'rolename'],
  accountId: [
    'channelmixawsaccountid',
    'channelmixaccountid',
    'channelmixawsaccount',
    'channelmixaccount',
    'awsaccountid',
    'awsaccount',
    'accountid',
    'account',
  ],
  bucket: ['bucket', 'bucketname', 's3bucket', 's3bucketname', 'awsbucket', 'awss3bucket', 's3path', 's3url', 's3uri'],
};

const FIELD_OF: ReadonlyMap<string, ConnectionField> = new Map(
  (Object.entries(LABELS) as [ConnectionField, readonly string[]][]).flatMap(([field, labels]) =>
    labels.map((label) => [label, field] as const),
  ),
);

/** The field that a label means; `undefined` for anything else. Case, punctuation and what stands in parentheses do not count. */
export function fieldOfLabel(label: string): ConnectionField | undefined {
  if (label.length > 80) return undefined;
  const letters = label.replaceAll(/\([^)]*\)/g, '').replaceAll(/[^A-Za-z0-9]/g, '');
  return FIELD_OF.get(letters.toLowerCase());
}

/** A line that begins with the label of a field; the value may be empty. */
export function labelledLine(line: string): TypedField | undefined {
  // Its colons are its own.
  if (/^\s*["'`<(]*arn:\s*aws/i.test(line) && !/^\s*arn:\s/i.test(line)) return undefined;
  const parted = /^([^:=\t：]{1,80}?)(?:\s*[:=：]|\t|\s{2,}|\s+[-–—]\s)(.*)$/s.exec(line);
  const field = parted === null ? undefined : fieldOfLabel(parted[1] ?? '');
  if (field !== undefined) return { field, value: withoutEmphasis(parted?.[1] ?? '', parted?.[2] ?? '') };
  const alone = fieldOfLabel(line);
  return alone === undefined ? afterWords(line) : { field: alone, value: '' };
}

/** `**Role ARN:** arn:…` and `**Role ARN: arn:…**`: the stars belong to the mail, not to the value. */
function withoutEmphasis(label: string, value: string): string {
  const mark = /^\s*(\*\*|__|\*|_)/.exec(label)?.[1];
  const rest = value.trimStart();
  if (mark === undefined || label.trimEnd().endsWith(mark)) return rest;
  if (rest.startsWith(mark)) return rest.slice(mark.length).trimStart();
  return rest.trimEnd().endsWith(mark) ? rest.trimEnd().slice(0, -mark.length) : rest;
}

/** `Role ARN arn:…`, `the role arn is arn:…`: a label with one word after it. */
function afterWords(line: string): TypedField | undefined {
  const words = line.trim().split(/\s+/);
  const value = words.at(-1) ?? '';
  const before = words.slice(0, -1).filter((word) => !/^(is|are|the|our|your|my)$/i.test(word));
  const field = before.length === 0 || before.length > 6 ? undefined : fieldOfLabel(before.join(' '));
  return field === undefined ? undefined : { field, value };
}

/** What looks like the value of a field in a line of prose; the punctuation of the sentence is not part of it. */
export function unlabelledValues(line: string): readonly TypedField[] {
  return line.split(/[\s,;"'`<>()]+/).flatMap((word): readonly TypedField[] => {
    const value = word.replace(/[.!?:]+$/, '');
    if (/^arn:aws[\w-]*:s3:/i.test(value) || /^s3:\/\//i.test(value)) return [{ field: 'bucket', value }];
    if (/^arn:aws/i.test(value)) return [{ field: 'roleArn', value }];
    if (/^(AKIA|ASIA)[A-Z0-9]{16}$/.test(value)) return [{ field: 'accessKeyId', value }];
    return isSecretShaped(value) ? [{ field: 'secretAccessKey', value }] : [];
  });
}

/**
 * Whether a word looks like a secret access key: 40 characters of Base64 with letters of both cases, and digits or signs.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
 */
export function isSecretShaped(word: string): boolean {
  return /^[A-Za-z0-9/+]{40}$/.test(word) && /[A-Z]/.test(word) && /[a-z]/.test(word) && /[0-9/+]/.test(word);
}
