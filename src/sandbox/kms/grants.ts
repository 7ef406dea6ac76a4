import { parseArn } from '../../model/arn.ts';
import type { JsonValue } from '../../model/policy.ts';
import { createInput, validationException } from '../json/input.ts';
import type { JsonCall, JsonOperation } from '../json/service.ts';
import { authorizedKey } from './access.ts';
import { disabled, invalidArn, notFound } from './errors.ts';
import { truncated } from './keys.ts';
import { type GrantConstraints, type KeyGrant, type KmsKey, newGrantIds } from './store.ts';

/** https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grant-operations */
const OPERATIONS: readonly string[] = [
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'RetireGrant',
];

/** A principal as KMS keeps it. Throws InvalidArnException for one that is not there. */
function storedPrincipal(call: JsonCall, arn: string): string {
  const parts = parseArn(arn);
  const invalid = invalidArn(`ARN does not refer to a valid principal: ${arn}`);
  if (parts === undefined || (parts.service !== 'iam' && parts.service !== 'sts')) throw invalid;
  const { principals } = call.world;
  const isStored = parts.service === 'iam' && /^(?:role|user)\//.test(parts.resource);
  if (!isStored || !principals.accounts.includes(parts.account)) return arn;
  const id = principals.idOf(arn);
  if (id === undefined) throw invalid;
  return id;
}

function readContext(value: JsonValue | undefined): Readonly<Record<string, string>> | undefined {
  if (value === undefined) return undefined;
  const entries = Object.keys(value as object).map((name): [string, string] => [name, createInput(value).need(name)]);
  return Object.fromEntries(entries);
}

function readConstraints(call: JsonCall): GrantConstraints | undefined {
  const raw = call.input.raw('Constraints');
  if (raw === undefined) return undefined;
  const input = createInput(raw);
  const subset = readContext(input.raw('EncryptionContextSubset'));
  const equals = readContext(input.raw('EncryptionContextEquals'));
  return { ...(subset === undefined ? {} : { subset }), ...(equals === undefined ? {} : { equals }) };
}

function sameGrant(a: Omit<KeyGrant, 'id' | 'token' | 'createdAt'>, b: KeyGrant): boolean {
  const { id: _id, token: _token, createdAt: _createdAt, ...facts } = b;
  return JSON.stringify(a) === JSON.stringify(facts);
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html */
const createGrant: JsonOperation = {
  name: 'CreateGrant',
  handle: (call) => {
    const { input, caller } = call;
    const granteePrincipal = input.need('GranteePrincipal');
    const operations = input.texts('Operations');
    const unknown = operations.find((operation) => !OPERATIONS.includes(operation));
    if (operations.length === 0 || unknown !== undefined) {
      throw validationException('Operations', `Member must satisfy enum value set: [${OPERATIONS.join(', ')}]`);
    }
    const retiring = input.text('RetiringPrincipal');
    const key = authorizedKey(call, {
      acrossAccounts: true,
      alive: true,
      context: {
        'kms:GranteePrincipal': granteePrincipal,
        'kms:GrantOperations': operations,
        'kms:GrantIsForAWSResource': 'false',
        ...(retiring === undefined ? {} : { 'kms:RetiringPrincipal': retiring }),
      },
    });
    if (key.state === 'Disabled') throw disabled(key);
    const facts = {
      name: input.text('Name'),
      grantee: storedPrincipal(call, granteePrincipal),
      retiring: retiring === undefined ? undefined : storedPrincipal(call, retiring),
      issuingAccount: caller.account,
      operations: [...new Set(operations)],
      constraints: readConstraints(call),
    };
    // With a name, the same request again gives the same grant.
    const known = facts.name === undefined ? undefined : [...key.grants.values()].find((one) => sameGrant(facts, one));
    const grant = known ?? { ...newGrantIds(), createdAt: call.world.now(), ...facts };
    key.grants.set(grant.id, grant);
    return { GrantId: grant.id, GrantToken: grant.token };
  },
};

function shownGrant(call: JsonCall, key: KmsKey, grant: KeyGrant): JsonValue {
  const { arnOf } = call.world.principals;
  const { constraints, retiring } = grant;
  return {
    KeyId: key.arn,
    GrantId: grant.id,
    ...(grant.name === undefined ? {} : { Name: grant.name }),
    CreationDate: grant.createdAt.getTime() / 1000,
    GranteePrincipal: arnOf(grant.grantee) ?? grant.grantee,
    ...(retiring === undefined ? {} : { RetiringPrincipal: arnOf(retiring) ?? retiring }),
    IssuingAccount: `arn:${call.world.keys.partition}:iam::${grant.issuingAccount}:root`,
    Operations: [...grant.operations],
    ...(constraints === undefined
      ? {}
      : {
          Constraints: {
            ...(constraints.subset === undefined ? {} : { EncryptionContextSubset: constraints.subset }),
            ...(constraints.equals === undefined ? {} : { EncryptionContextEquals: constraints.equals }),
          },
        }),
  };
}

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_ListGrants.html */
const listGrants: JsonOperation = {
  name: 'ListGrants',
  handle: (call) => {
    const key = authorizedKey(call, { acrossAccounts: true });
    const id = call.input.text('GrantId');
    const grantee = call.input.text('GranteePrincipal');
    const { arnOf } = call.world.principals;
    const grants = [...key.grants.values()].filter(
      (grant) =>
        (id === undefined || grant.id === id) &&
        (grantee === undefined || (arnOf(grant.grantee) ?? grant.grantee) === grantee),
    );
    return truncated(call, 'Grants', grants, 50, (grant) => shownGrant(call, key, grant));
  },
};

/** https://docs.aws.amazon.com/kms/latest/APIReference/API_RevokeGrant.html */
const revokeGrant: JsonOperation = {
  name: 'RevokeGrant',
  handle: (call) => {
    const id = call.input.need('GrantId');
    const key = authorizedKey(call, { acrossAccounts: true });
    if (!key.grants.delete(id)) throw notFound(`Grant ID ${id} not found`);
    return {};
  },
};

/** Grants of keys. */
export const grantOperations: readonly JsonOperation[] = [createGrant, listGrants, revokeGrant];
