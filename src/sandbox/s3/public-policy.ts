import { isJsonObject, type JsonObject, type JsonValue } from '../../model/policy.ts';

/** Keys whose fixed values make a grant to everyone a grant to someone. */
const FIXING_KEYS = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceorgid',
  'aws:sourceowner',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
]);

const FIXING_OPERATORS = new Set(['stringequals', 'stringlike', 'arnequals', 'arnlike', 'ipaddress']);

function list(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** Whole continents of addresses are no fixed value: wider than /8 (IPv4) or /32 (IPv6). */
function isNarrowRange(range: string): boolean {
  const [address = '', length] = range.split('/');
  if (length === undefined) return true;
  return Number(length) >= (address.includes(':') ? 32 : 8);
}

function isFixed(key: string, value: JsonValue): boolean {
  if (typeof value !== 'string' || value.includes('${')) return false;
  if (key === 'aws:sourceip') return isNarrowRange(value);
  // An access point of one account is fixed, whatever its name.
  if (key === 's3:dataaccesspointarn') return /^arn:[^:*?]+:s3:[^:]*:\d{12}:accesspoint\/.+$/.test(value);
  return !/[*?]/.test(value);
}

function conditionFixes(condition: JsonValue | undefined): boolean {
  if (!isJsonObject(condition)) return false;
  return Object.entries(condition).some(([operator, keys]) => {
    const plain = operator.toLowerCase().replace(/^foranyvalue:/, '');
    if (!FIXING_OPERATORS.has(plain) || !isJsonObject(keys)) return false;
    return Object.entries(keys).some(([name, value]) => {
      const key = name.toLowerCase();
      const values = list(value);
      return FIXING_KEYS.has(key) && values.length > 0 && values.every((one) => isFixed(key, one));
    });
  });
}

function namesEveryone(statement: JsonObject): boolean {
  if (statement.NotPrincipal !== undefined) return true;
  if (statement.Principal === '*') return true;
  return isJsonObject(statement.Principal) && list(statement.Principal.AWS).includes('*');
}

/**
 * Whether S3 calls a bucket policy public: some Allow reaches everyone and no condition ties it to fixed values.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 */
export function isPublicPolicy(document: JsonValue): boolean {
  if (!isJsonObject(document)) return true;
  return list(document.Statement).some(
    (statement) =>
      isJsonObject(statement) &&
      statement.Effect === 'Allow' &&
      namesEveryone(statement) &&
      !conditionFixes(statement.Condition),
  );
}
