import type { CompiledPolicy } from '../../evaluate/types.ts';
import { parseRoleArn } from '../../model/arn.ts';
import type { RequestContext } from '../../model/decision.ts';
import { stsPermissions } from '../../operations/index.ts';
import { AwsError, type Requirement } from '../contract.ts';
import { readPolicyDocument } from '../iam/policy-document.ts';
import { sessionArn } from '../identity/caller.ts';
import { compileText } from '../identity/compiled.ts';
import type { SessionPrincipal } from '../identity/session.ts';
import type { Role } from '../identity/store.ts';
import { isoTime, type QueryCall, type QueryOperation, type QueryResult } from '../query/operation.ts';
import { type Parameters, validationError } from '../query/parameters.ts';

const HOUR = 3600;
const MAX_POLICY_ARNS = 10;

/** Trust policies compiled, by role; the text tells whether a principal has come or gone since. */
const trusts = new WeakMap<Role, { readonly text: string; readonly compiled: CompiledPolicy }>();

function trustOf(call: QueryCall, role: Role): CompiledPolicy {
  const text = JSON.stringify(call.world.principals.toShown(role.trust));
  const known = trusts.get(role);
  if (known?.text === text) return known.compiled;
  const compiled = compileText(text, role.arn, 'trust');
  trusts.set(role, { text, compiled });
  return compiled;
}

/** A missing role, a wrong account and a refusal look alike: STS does not tell who may not know. */
function denied(call: QueryCall, roleArn: string): AwsError {
  return new AwsError(
    'AccessDenied',
    403,
    `User: ${call.caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
  );
}

function findRole(call: QueryCall, roleArn: string): Role {
  const parts = parseRoleArn(roleArn);
  if (parts === undefined) throw new AwsError('ValidationError', 400, 'Request ARN is invalid');
  const role = call.world.store.accounts.get(parts.account)?.roles.seen(parts.name);
  if (role === undefined || role.arn !== roleArn) throw denied(call, roleArn);
  return role;
}

/** Session tags of the request and those that the caller's session passes on. */
function sessionTags(call: QueryCall): {
  readonly tags: Readonly<Record<string, string>>;
  readonly requested: Readonly<Record<string, string>>;
  readonly transitive: readonly string[];
} {
  const { parameters, identity } = call;
  const inherited = identity.kind === 'role' ? identity.session.principal : undefined;
  const passed = Object.fromEntries(
    (inherited?.transitiveTagKeys ?? []).map((key) => [key, inherited?.tags[key] ?? '']),
  );
  const requested: Record<string, string> = {};
  for (const record of parameters.records('Tags')) {
    const key = record.need('Key');
    const taken = Object.keys({ ...passed, ...requested }).some((other) => other.toLowerCase() === key.toLowerCase());
    if (taken)
      throw new AwsError(
        'InvalidParameterValue',
        400,
        'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
      );
    requested[key] = record.get('Value') ?? '';
  }
  return {
    tags: { ...requested, ...passed },
    requested,
    transitive: [...new Set([...parameters.list('TransitiveTagKeys'), ...Object.keys(passed)])],
  };
}

/** Context keys of the request. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html */
function requestContext(call: QueryCall, tags: ReturnType<typeof sessionTags>): RequestContext {
  const { parameters } = call;
  const externalId = parameters.get('ExternalId');
  const sourceIdentity = parameters.get('SourceIdentity');
  const keys = Object.keys(tags.requested);
  return {
    'sts:RoleSessionName': parameters.need('RoleSessionName'),
    ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
    ...(sourceIdentity === undefined ? {} : { 'sts:SourceIdentity': sourceIdentity }),
    ...(keys.length === 0 ? {} : { 'aws:TagKeys': keys }),
    ...(tags.transitive.length === 0 ? {} : { 'sts:TransitiveTagKeys': tags.transitive }),
    ...Object.fromEntries(keys.map((key) => [`aws:RequestTag/${key}`, tags.requested[key] ?? ''])),
    ...mfaContext(call),
  };
}

/**
 * A device and its code. The sandbox has no devices: it takes any code of six digits for a serial number of the caller's account
 * (a known difference, docs/sandbox.md).
 */
function mfaContext(call: QueryCall): RequestContext {
  const serial = call.parameters.get('SerialNumber');
  const code = call.parameters.get('TokenCode');
  if (serial === undefined && code === undefined) return {};
  if (!isDevice(call, serial, code)) {
    throw new AwsError('AccessDenied', 403, 'MultiFactorAuthentication failed with invalid MFA one time pass code. ');
  }
  return { 'aws:MultiFactorAuthPresent': 'true', 'aws:MultiFactorAuthAge': '0' };
}

/** Whether serial number and code could be those of a device of the caller. */
export function isDevice(call: QueryCall, serial: string | undefined, code: string | undefined): boolean {
  const own = `arn:aws:iam::${call.caller.account}:mfa/`;
  return serial !== undefined && code !== undefined && serial.startsWith(own) && /^\d{6}$/.test(code);
}

/** Every action that the request takes on the role. */
function requirements(call: QueryCall, role: Role, tags: ReturnType<typeof sessionTags>): readonly Requirement[] {
  const context = requestContext(call, tags);
  const permissions = stsPermissions({
    operation: 'AssumeRole',
    partition: 'aws',
    account: call.caller.account,
    roleArn: role.arn,
    setsTags: Object.keys(tags.requested).length > 0,
    setsSourceIdentity: sourceIdentityOf(call) !== undefined,
  });
  return permissions.map((permission) => ({ ...permission, context }));
}

/** A source identity stays through a chain of roles. */
function sourceIdentityOf(call: QueryCall): string | undefined {
  const inherited = call.identity.kind === 'role' ? call.identity.session.principal.sourceIdentity : undefined;
  const given = call.parameters.get('SourceIdentity');
  if (inherited !== undefined && given !== undefined && inherited !== given) {
    throw new AwsError('AccessDenied', 403, 'The source identity of the session cannot be changed.');
  }
  return given ?? inherited;
}

function durationOf(call: QueryCall, role: Role): number {
  const seconds = call.parameters.int('DurationSeconds') ?? HOUR;
  if (call.identity.kind === 'role' && seconds > HOUR) {
    throw new AwsError(
      'ValidationError',
      400,
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining',
    );
  }
  if (seconds > role.maxSessionDuration) {
    throw new AwsError(
      'ValidationError',
      400,
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  }
  return seconds;
}

function sessionPolicies(
  call: QueryCall,
  account: string,
): { readonly policies?: readonly string[]; readonly policyArns?: readonly string[] } {
  const { parameters, world } = call;
  const policy = parameters.get('Policy');
  const arns = parameters.records('PolicyArns').map((record) => record.get('arn') ?? '');
  if (policy !== undefined) readPolicyDocument(policy, 'session');
  if (arns.length > MAX_POLICY_ARNS) {
    throw validationError([
      `Value '[${arns.length} items]' at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to ${MAX_POLICY_ARNS}`,
    ]);
  }
  for (const arn of arns) {
    if (world.store.policySeen(account, arn) === undefined) {
      throw new AwsError('MalformedPolicyDocument', 400, `Policy ${arn} does not exist or is not attachable.`);
    }
  }
  return {
    ...(policy === undefined ? {} : { policies: [policy] }),
    ...(arns.length === 0 ? {} : { policyArns: arns }),
  };
}

/** Percentage of the space that policies and tags have, a rough measure: AWS does not publish how it packs them. */
function packedSize(parameters: Parameters, tags: Readonly<Record<string, string>>): number | undefined {
  const bytes =
    (parameters.get('Policy')?.length ?? 0) +
    parameters.records('PolicyArns').reduce((sum, record) => sum + (record.get('arn') ?? '').length, 0) +
    Object.entries(tags).reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return bytes === 0 ? undefined : Math.min(100, Math.max(1, Math.round(bytes / 41)));
}

function assume(call: QueryCall): QueryResult {
  const { parameters, world } = call;
  const roleArn = parameters.need('RoleArn');
  const role = findRole(call, roleArn);
  const tags = sessionTags(call);
  call.context.authorize(call.caller, requirements(call, role, tags), {
    account: role.account,
    policy: trustOf(call, role),
    policyType: 'trust',
  });
  // The real STS refuses root users ("Roles may not be assumed by root accounts"). Here they may: an account of the sandbox has
  // nobody else to begin with (a known difference, docs/sandbox.md).
  const seconds = durationOf(call, role);
  const sourceIdentity = sourceIdentityOf(call);
  const sessionName = parameters.need('RoleSessionName');
  const principal: SessionPrincipal = {
    kind: 'role',
    roleArn: role.arn,
    roleName: role.name,
    roleId: role.id,
    sessionName,
    ...sessionPolicies(call, role.account),
    tags: tags.tags,
    transitiveTagKeys: tags.transitive,
    ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
  };
  const issuedAt = world.now().getTime();
  const credentials = world.vault.issue({
    account: role.account,
    issuedAt,
    expiresAt: issuedAt + seconds * 1000,
    mfa: parameters.get('SerialNumber') !== undefined,
    principal,
  });
  return {
    AssumedRoleUser: {
      AssumedRoleId: `${role.id}:${sessionName}`,
      Arn: sessionArn(role.account, role.name, sessionName),
    },
    Credentials: {
      AccessKeyId: credentials.accessKeyId,
      SecretAccessKey: credentials.secretAccessKey,
      SessionToken: credentials.sessionToken,
      Expiration: isoTime(credentials.expiration),
    },
    PackedPolicySize: packedSize(parameters, tags.requested),
    SourceIdentity: sourceIdentity,
  };
}

/** AssumeRole. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const assumeRole: QueryOperation = {
  name: 'AssumeRole',
  rules: [
    { name: 'RoleArn', required: true, min: 20, max: 2048 },
    { name: 'RoleSessionName', required: true, min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ },
    { name: 'DurationSeconds', integer: true, min: 900, max: 43_200 },
    { name: 'ExternalId', min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/ },
    { name: 'Policy', min: 1, max: 2048 },
    { name: 'SerialNumber', min: 9, max: 256, pattern: /^[\w+=/:,.@-]*$/ },
    { name: 'TokenCode', min: 6, max: 6, pattern: /^[\d]*$/ },
    { name: 'SourceIdentity', min: 2, max: 64, pattern: /^[\w+=,.@-]*$/ },
  ],
  handle: assume,
};
