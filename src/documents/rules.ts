import { PARTITIONS, parseArn } from '../model/arn.ts';

/** A rule of AWS's: the reason why a value is refused, or `undefined` when it obeys. */
export type Rule = (value: string) => string | undefined;

/** Where each rule stands in AWS's documentation. */
export const RULE_DOCS = {
  bucketName: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html',
  objectKey: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html',
  iamName: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names',
  arn: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html',
  bucketKey: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html',
  tags: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules_creating',
} as const;

const RESERVED_PREFIXES: readonly string[] = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES: Readonly<Record<string, string>> = {
  '-s3alias': 'access point aliases',
  '--ol-s3': 'Object Lambda access point aliases',
  '.mrap': 'Multi-Region Access Points',
  '--x-s3': 'directory buckets, which this kit does not support',
  '--table-s3': 'S3 table buckets',
};

/** Rules of general purpose bucket names. Says what to write instead where a URL, an ARN or a path was given. */
export const bucketNameRule: Rule = (name) => {
  if (name.startsWith('s3://') || name.startsWith('arn:') || name.includes('/')) {
    return 'must be the bare bucket name: no s3://, no ARN, no folder (folders go into "prefix")';
  }
  if (name.length < 3 || name.length > 63) return `must have 3 to 63 characters, this has ${name.length}`;
  if (/[A-Z]/.test(name)) return 'must not have uppercase letters';
  const strange = /[^a-z0-9.-]/u.exec(name)?.[0];
  if (strange !== undefined) return `must have only a-z, 0-9, '.' and '-', not ${quoteCharacter(strange)}`;
  if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return 'must begin and end with a letter or number';
  if (name.includes('..')) return 'must not have two dots in a row';
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'must not look like an IP address';
  const prefix = RESERVED_PREFIXES.find((reserved) => name.startsWith(reserved));
  if (prefix !== undefined) return `must not begin with "${prefix}", which AWS reserves`;
  const suffix = Object.keys(RESERVED_SUFFIXES).find((reserved) => name.endsWith(reserved));
  if (suffix !== undefined) return `must not end with "${suffix}", which AWS reserves for ${RESERVED_SUFFIXES[suffix]}`;
  return undefined;
};

/**
 * Rules of a prefix that limits access: a folder of keys. It becomes part of an ARN pattern in a policy, so besides S3's rules for keys
 * it must not hold what IAM gives a meaning (`*`, `?`, `${`) or refuses (characters beyond U+00FF).
 */
export const prefixRule: Rule = (prefix) => {
  if (prefix === '') return 'must not be empty; leave it out to give the whole bucket';
  if (prefix.startsWith('s3://')) return 'must be a folder inside the bucket, not an s3:// address';
  if (prefix.startsWith('/')) return 'must not begin with a slash: keys in S3 do not';
  if (new TextEncoder().encode(prefix).length > 900)
    return 'must have at most 900 bytes, so that keys below it stay within 1,024';
  const segments = prefix.split('/');
  if (segments.includes('..') || segments.includes('.')) return 'must not have "." or ".." as a folder';
  if (prefix.includes('//')) return 'must not have two slashes in a row';
  if (/[*?]/.test(prefix)) return "must not have '*' or '?': access below the prefix is given without them";
  if (prefix.includes('$')) return "must not have '$', which begins a policy variable";
  const strange = /[^\u0020-\u007E\u00A1-\u00FF]/u.exec(prefix)?.[0];
  if (strange !== undefined)
    return `must have only characters that IAM policies accept (U+0020 to U+00FF), not ${quoteCharacter(strange)}`;
  return undefined;
};

/** Rules of role and user names; `room` is the longest name that leaves space for a suffix. */
export function iamNameRule(room: number): Rule {
  return (name) => {
    if (name.startsWith('arn:')) return 'must be the name alone, not an ARN';
    if (name.includes('/')) return 'must be the name alone; the path goes into "rolePath"';
    if (name.length < 1 || name.length > room) {
      const why = room < 64 ? ` (64, less the unguessable suffix)` : '';
      return `must have 1 to ${room} characters${why}, this has ${name.length}`;
    }
    const strange = /[^\w+=,.@-]/u.exec(name)?.[0];
    return strange === undefined
      ? undefined
      : `must have only letters, digits and _+=,.@-, not ${quoteCharacter(strange)}`;
  };
}

/** Rules of IAM paths. */
export const iamPathRule: Rule = (path) => {
  if (!path.startsWith('/') || !path.endsWith('/')) return 'must begin and end with a slash';
  if (path.length > 512) return `must have at most 512 characters, this has ${path.length}`;
  if (path.includes('//')) return 'must not have two slashes in a row';
  const strange = /[^\u0021-\u007E]/u.exec(path)?.[0];
  if (strange !== undefined) return `must have only printable ASCII characters, not ${quoteCharacter(strange)}`;
  return undefined;
};

/** Twelve digits; a leading zero is lost where a spreadsheet or YAML took it for a number. */
export const accountIdRule: Rule = (id) => (/^\d{12}$/.test(id) ? undefined : 'must be an account id: 12 digits');

/** ARN of a KMS key that a policy can name: no alias, since IAM does not resolve aliases in Resource. */
export const kmsKeyArnRule: Rule = (text) => {
  const arn = parseArn(text);
  if (arn?.service !== 'kms') return 'must be the ARN of a KMS key: arn:aws:kms:REGION:ACCOUNT:key/KEY-ID';
  const problem = arnPartsProblem(arn.partition, arn.account);
  if (problem !== undefined) return problem;
  if (!/^[a-z]{2,4}(-[a-z]+)+-\d+$/.test(arn.region))
    return 'must name the region of the key: arn:aws:kms:REGION:ACCOUNT:key/KEY-ID';
  if (arn.resource.startsWith('alias/')) return 'must be the key ARN, not an alias: policies do not resolve aliases';
  if (!/^key\/(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(arn.resource)) {
    return 'must end in key/ and a key id (a UUID, or mrk- and 32 hexadecimal digits)';
  }
  return undefined;
};

/** ARN of a managed policy, the client's own or AWS's. */
export const policyArnRule: Rule = (text) => {
  const arn = parseArn(text);
  const shape = 'must be the ARN of a managed policy: arn:aws:iam::ACCOUNT:policy/NAME';
  if (arn?.service !== 'iam' || arn.region !== '') return shape;
  if (!/^policy\/([\u0021-\u007E]{1,512}\/)?[\w+=,.@-]{1,128}$/.test(arn.resource)) return shape;
  return arnPartsProblem(arn.partition, arn.account === 'aws' ? '000000000000' : arn.account);
};

/** Rules that IAM and S3 both accept for the key of a tag. */
export const tagKeyRule: Rule = (key) => {
  if (key.length < 1 || key.length > 128) return 'must have 1 to 128 characters as the key of a tag';
  if (/^aws:/i.test(key)) return 'must not begin with "aws:", which AWS reserves';
  return tagCharacters(key);
};

/** Rules that IAM and S3 both accept for the value of a tag. */
export const tagValueRule: Rule = (value) =>
  value.length > 256 ? 'must have at most 256 characters as the value of a tag' : tagCharacters(value);

function tagCharacters(text: string): string | undefined {
  const strange = /[^\p{L}\p{Z}\p{N}_.:/=+\-@]/u.exec(text)?.[0];
  return strange === undefined
    ? undefined
    : `must have only letters, digits, spaces and _.:/=+-@, not ${quoteCharacter(strange)}`;
}

function arnPartsProblem(partition: string, account: string): string | undefined {
  if (!PARTITIONS.some((known) => known === partition))
    return `must name a partition (${PARTITIONS.join(', ')}), not "${partition}"`;
  return accountIdRule(account) === undefined ? undefined : 'must name the account by its 12 digits';
}

/** A character as it may be shown: itself where it is visible ASCII, and its code point always. */
function quoteCharacter(character: string): string {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return /^[\x21-\x7E]$/.test(character) ? `'${character}'` : code;
}
