import type { CompiledPolicy } from '../../evaluate/types.ts';
import { parseArn } from '../../model/arn.ts';
import type { RequestContext } from '../../model/decision.ts';
import { defaultKeyPolicy } from '../../model/key-policy.ts';
import { keyDenied } from '../authorize.ts';
import type { Caller, Requirement } from '../contract.ts';
import { compileDocument } from '../identity/compiled.ts';
import type { JsonCall } from '../json/service.ts';
import { invalidArn, noSuchKey, notFound, pendingDeletion, unsupported } from './errors.ts';
import type { KeyGrant, KeyStore, KmsKey } from './store.ts';

const ID = /^(?:mrk-)?[0-9a-f-]{32,36}$/;

/** The ARN that a key id or ARN stands for, in the region of the request. Throws what KMS answers for what is neither. */
function arnOf(call: JsonCall, name: string): string {
  const { region, caller, world } = call;
  const prefix = `arn:${world.keys.partition}:kms:${region}:${caller.account}:`;
  if (ID.test(name)) return `${prefix}key/${name}`;
  if (name.startsWith('alias/')) return prefix + name;
  const arn = parseArn(name);
  if (arn?.service !== 'kms' || !/^(?:key|alias)\/./.test(arn.resource)) throw notFound(`Invalid keyId '${name}'`);
  if (arn.region !== region) throw notFound(`Invalid arn ${arn.region}`);
  return name;
}

/**
 * The key that a call names, for operations that take aliases too. A key of another account that is not there is an AccessDenied.
 * https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html
 */
function findKey(call: JsonCall, name: string, takesAlias: boolean): KmsKey {
  const { caller, world } = call;
  const arn = arnOf(call, name);
  const isAlias = parseArn(arn)?.resource.startsWith('alias/') === true;
  if (isAlias && !takesAlias) throw invalidArn(`${arn} is not a key ARN.`);
  // The AWS managed key comes to be when it is first asked for.
  if (isAlias && arn === `arn:${world.keys.partition}:kms:${call.region}:${caller.account}:alias/aws/s3`) {
    world.keys.managed(call.region, caller.account);
  }
  const target = isAlias ? world.keys.aliases.get(arn)?.target : arn;
  const key = target === undefined ? undefined : world.keys.find(target);
  if (key !== undefined) return key;
  if (parseArn(arn)?.account !== caller.account) throw outside(call, arn);
  throw isAlias ? notFound(`Alias ${arn} is not found.`) : noSuchKey(arn);
}

function outside(call: JsonCall, arn: string): Error {
  return keyDenied(call.caller, `kms:${call.operation}`, arn);
}

/** Keys of the request that KMS adds to the global ones. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
function keyContext(key: KmsKey, caller: Caller): RequestContext {
  return {
    'kms:CallerAccount': caller.account,
    'kms:KeySpec': 'SYMMETRIC_DEFAULT',
    'kms:KeyUsage': 'ENCRYPT_DECRYPT',
    'kms:KeyOrigin': 'AWS_KMS',
    ...Object.fromEntries(Object.entries(key.tags).map(([name, value]) => [`aws:ResourceTag/${name}`, value])),
  };
}

/** What an operation wants of its key. */
export interface KeyRules {
  /** The operation may be used on keys of other accounts. */
  readonly acrossAccounts?: true;
  readonly takesAlias?: true;
  /** The key must not be pending deletion. */
  readonly alive?: true;
  /** AWS managed keys cannot be changed. */
  readonly customer?: true;
  readonly context?: RequestContext;
}

/** The key that `KeyId` names, authorized by its policy, the caller's policies and its grants. Throws KMS's errors. */
export function authorizedKey(call: JsonCall, rules: KeyRules = {}): KmsKey {
  const { caller, context, world, operation } = call;
  const key = findKey(call, call.input.need('KeyId'), rules.takesAlias === true);
  if (key.account !== caller.account && rules.acrossAccounts !== true) throw outside(call, key.arn);
  const tokens = call.input.texts('GrantTokens');
  const isInForce = (grant: KeyGrant): boolean => tokens.includes(grant.token) || world.keys.isSpread(grant);
  const requirement: Requirement = {
    action: `kms:${operation}`,
    resource: key.arn,
    context: { ...keyContext(key, caller), ...rules.context },
  };
  context.authorize(caller, [requirement], {
    account: key.account,
    policy: world.keys.compiledPolicy(key),
    policyType: 'key',
    grants: (asked) => isGranted(key, caller, asked, world.principals.arnOf, isInForce),
  });
  if (rules.customer === true && key.manager === 'AWS') {
    throw unsupported(`The operation ${operation} is not valid for the AWS managed key ${key.arn}.`);
  }
  if (rules.alive === true && key.state === 'PendingDeletion') throw pendingDeletion(key);
  return key;
}

/**
 * Whether a grant of the key lets the caller do it. An explicit deny has been looked for before.
 *
 * @param isInForce a new grant takes a while to be known, unless the request has its token
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-eventual-consistency
 */
export function isGranted(
  key: KmsKey,
  caller: Caller,
  { action, context = {} }: Requirement,
  arnOfId: (id: string) => string | undefined,
  isInForce: (grant: KeyGrant) => boolean,
): boolean {
  const operation = action.slice('kms:'.length);
  return [...key.grants.values()].some(
    (grant) =>
      grant.operations.includes(operation) &&
      isInForce(grant) &&
      isGrantee(grant, caller, arnOfId) &&
      meetsConstraints(grant, context),
  );
}

function isGrantee(grant: KeyGrant, caller: Caller, arnOfId: (id: string) => string | undefined): boolean {
  const arn = arnOfId(grant.grantee) ?? grant.grantee;
  return arn === caller.arn || (caller.kind !== 'anonymous' && arn === caller.context['aws:PrincipalArn']);
}

const ENCRYPTION_CONTEXT = 'kms:EncryptionContext:';

function meetsConstraints({ constraints }: KeyGrant, context: RequestContext): boolean {
  if (constraints === undefined) return true;
  const { subset, equals } = constraints;
  const given = Object.keys(context).filter((name) => name.startsWith(ENCRYPTION_CONTEXT));
  const has = ([name, value]: readonly [string, string]): boolean => context[ENCRYPTION_CONTEXT + name] === value;
  if (subset !== undefined && !Object.entries(subset).every(has)) return false;
  if (equals === undefined) return true;
  return Object.keys(equals).length === given.length && Object.entries(equals).every(has);
}

/** Authorizes an operation that is about no key that exists: IAM policies decide alone, as under the default key policy. */
export function authorizeWithoutKey(call: JsonCall, resource = '*', context: RequestContext = {}): void {
  const { caller, operation } = call;
  call.context.authorize(
    caller,
    [{ action: `kms:${operation}`, resource, context: { 'kms:CallerAccount': caller.account, ...context } }],
    { account: caller.account, policy: delegating(call.world.keys.partition, caller.account) },
  );
}

/** A key policy that leaves everything to the account's IAM policies. */
function delegating(partition: string, account: string): CompiledPolicy {
  const known = delegatingPolicies.get(`${partition} ${account}`);
  if (known !== undefined) return known;
  const policy = compileDocument(defaultKeyPolicy(partition, account), 'default', 'key');
  delegatingPolicies.set(`${partition} ${account}`, policy);
  return policy;
}

const delegatingPolicies = new Map<string, CompiledPolicy>();

/** The store of a call. */
export function keysOf(call: JsonCall): KeyStore {
  return call.world.keys;
}
