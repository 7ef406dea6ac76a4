import type { RoleArn } from '../model/arn.ts';
import { KitError } from '../model/errors.ts';
import type { Failure } from '../model/failure.ts';
import type { JsonValue } from '../model/policy.ts';
import { type CallResult, callAws } from './call.ts';
import type { AwsClients } from './clients.ts';

/** A policy document with the name of its policy. */
export interface ReadDocument {
  readonly name: string;
  readonly document: JsonValue;
}

/** Everything that IAM says about what a role may do. */
export interface RoleDocuments {
  readonly trust: JsonValue;
  /** Inline policies, then attached ones. */
  readonly identity: readonly ReadDocument[];
  readonly boundary?: ReadDocument;
}

/** More pages than this are no role of IAM's: 20 attached policies and 10,240 characters of inline ones are the most. */
const MOST_PAGES = 100;

/** One read: what it is for messages, and the permission that it takes. */
interface Read {
  readonly action: string;
  readonly of: string;
  readonly signal: AbortSignal;
  readonly host: string;
}

async function read<T>(what: Read, send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
  const { signal, host } = what;
  const answer: CallResult<T> = await callAws(send, { signal, host });
  if (answer.ok) return answer.value;
  throw readError(what, answer.failure);
}

/** An answer that is not there, in words that say what could not be read and what to do. */
function readError({ action, of, host }: Read, failure: Failure): KitError {
  const said = `${failure.code}: ${failure.message}`;
  switch (failure.kind) {
    case 'denied':
      return new KitError('credentials', `these credentials may not read ${of}: ${action} was refused (${said})`, {
        hint: `Use credentials that allow ${action}, or give the documents as files: --identity FILE --bucket-policy FILE.`,
      });
    case 'not-found':
      return new KitError('input', `there is no ${of} in the account of these credentials (${said})`, {
        hint: 'A role is read by its own account: check the ARN and the profile.',
      });
    case 'credentials':
    case 'expired':
    case 'clock-skew':
      return new KitError('credentials', `${of} could not be read with these credentials (${said})`, {
        hint: 'Sign in again, or name a profile with --profile.',
      });
    case 'network':
    case 'timeout':
      return new KitError('network', `${host} could not be reached to read ${of} (${said})`);
    case 'interrupted':
      return new KitError('interrupted', `stopped while reading ${of}`);
    default:
      return new KitError('service', `${host} could not answer when asked for ${of} (${said})`);
  }
}

/** IAM encodes documents by RFC 3986. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html */
function parseDocument(of: string, text: string | undefined): JsonValue {
  try {
    return JSON.parse(decodeURIComponent(text ?? '')) as JsonValue;
  } catch (cause) {
    throw new KitError('service', `the document of ${of} that IAM sent is no JSON`, { cause });
  }
}

/** All pages of a list, in order. */
async function pages<T>(
  page: (
    marker: string | undefined,
  ) => Promise<{ readonly items: readonly T[] | undefined; readonly next: string | undefined }>,
): Promise<readonly T[]> {
  const found: T[] = [];
  let marker: string | undefined;
  for (let count = 0; count < MOST_PAGES; count++) {
    const { items = [], next } = await page(marker);
    found.push(...items);
    if (next === undefined) return found;
    marker = next;
  }
  throw new KitError('service', 'a list of IAM did not come to an end');
}

function nextOf(answer: {
  readonly IsTruncated?: boolean | undefined;
  readonly Marker?: string | undefined;
}): string | undefined {
  return answer.IsTruncated === true ? answer.Marker : undefined;
}

/**
 * Reads the documents of a role: trust policy, inline policies, attached policies in their default version, permissions boundary.
 *
 * @throws KitError `credentials` that names the permission that is missing, `input` when there is no such role, `network`, `service`
 */
export async function readRoleDocuments(
  clients: AwsClients,
  role: RoleArn,
  signal: AbortSignal,
): Promise<RoleDocuments> {
  const iam = await clients.iam();
  const { host } = clients;
  const RoleName = role.name;
  const reading = (action: string, of: string): Read => ({ action, of, signal, host });
  const named = `role ${role.name}`;

  const { Role } = await read(reading('iam:GetRole', named), (options) => iam.getRole({ RoleName }, options));
  const expected = `arn:${role.partition}:iam::${role.account}:role${role.path}${role.name}`;
  if (Role?.Arn !== expected) {
    throw new KitError(
      'input',
      `the role that these credentials see is ${Role?.Arn ?? 'without an ARN'}, not ${expected}`,
      {
        hint: 'A role is read by its own account, and its ARN has its path.',
      },
    );
  }

  const managed = async (arn: string): Promise<ReadDocument> => {
    const of = `policy ${arn}`;
    const { Policy } = await read(reading('iam:GetPolicy', of), (options) =>
      iam.getPolicy({ PolicyArn: arn }, options),
    );
    const VersionId = Policy?.DefaultVersionId;
    const { PolicyVersion } = await read(reading('iam:GetPolicyVersion', of), (options) =>
      iam.getPolicyVersion({ PolicyArn: arn, VersionId }, options),
    );
    return { name: arn, document: parseDocument(of, PolicyVersion?.Document) };
  };

  const inlineNames = await pages(async (Marker) => {
    const answer = await read(reading('iam:ListRolePolicies', named), (options) =>
      iam.listRolePolicies({ RoleName, Marker }, options),
    );
    return { items: answer.PolicyNames, next: nextOf(answer) };
  });
  const attached = await pages(async (Marker) => {
    const answer = await read(reading('iam:ListAttachedRolePolicies', named), (options) =>
      iam.listAttachedRolePolicies({ RoleName, Marker }, options),
    );
    return { items: answer.AttachedPolicies, next: nextOf(answer) };
  });
  const inline = await Promise.all(
    inlineNames.map(async (PolicyName): Promise<ReadDocument> => {
      const of = `inline policy ${PolicyName} of ${named}`;
      const { PolicyDocument } = await read(reading('iam:GetRolePolicy', of), (options) =>
        iam.getRolePolicy({ RoleName, PolicyName }, options),
      );
      return { name: PolicyName, document: parseDocument(of, PolicyDocument) };
    }),
  );
  const attachedDocuments = await Promise.all(
    attached.flatMap(({ PolicyArn }) => (PolicyArn === undefined ? [] : [managed(PolicyArn)])),
  );
  const boundaryArn = Role.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    trust: parseDocument(`the trust policy of ${named}`, Role.AssumeRolePolicyDocument),
    identity: [...inline, ...attachedDocuments],
    ...(boundaryArn === undefined ? {} : { boundary: await managed(boundaryArn) }),
  };
}

/**
 * Reads the policy of a bucket; `undefined` when it has none, or when there is no such bucket: a role may name buckets to come.
 *
 * @throws KitError as `readRoleDocuments`
 */
export async function readBucketPolicy(
  clients: AwsClients,
  bucket: string,
  signal: AbortSignal,
): Promise<ReadDocument | undefined> {
  const s3 = await clients.s3();
  const { host } = clients;
  const of = `the policy of bucket ${bucket}`;
  const answer = await callAws((options) => s3.getBucketPolicy({ Bucket: bucket }, options), { signal, host });
  if (answer.ok) return { name: of, document: parseBucketPolicy(of, answer.value.Policy) };
  if (answer.failure.kind === 'not-found') return undefined;
  throw readError({ action: 's3:GetBucketPolicy', of, signal, host }, answer.failure);
}

function parseBucketPolicy(of: string, text: string | undefined): JsonValue {
  try {
    return JSON.parse(text ?? '') as JsonValue;
  } catch (cause) {
    throw new KitError('service', `${of} that S3 sent is no JSON`, { cause });
  }
}
