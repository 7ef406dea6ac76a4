import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { CompiledPolicy } from '../../evaluate/types.ts';
import { parseArn } from '../../model/arn.ts';
import { defaultKeyPolicy } from '../../model/key-policy.ts';
import type { JsonValue } from '../../model/policy.ts';
import type { PrincipalDirectory } from '../contract.ts';
import { compileDocument } from '../identity/compiled.ts';

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html; `Deleted` keys are remembered, and not there. */
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion' | 'Deleted';

/** A KMS key. Replaced, never changed, but for its grants. */
export interface KmsKey {
  readonly arn: string;
  readonly id: string;
  readonly account: string;
  readonly region: string;
  /** AWS managed keys (aws/s3) belong to the account, which cannot change them. */
  readonly manager: 'AWS' | 'CUSTOMER';
  readonly policy: KeyPolicy;
  readonly state: KeyState;
  readonly createdAt: Date;
  /** When it will be gone, while deletion is pending. */
  readonly deletionAt?: Date;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly grants: Map<string, KeyGrant>;
}

/** A key policy as it was put, and as KMS keeps it: with unique ids for roles and users. */
export interface KeyPolicy {
  readonly text: string;
  readonly stored: JsonValue;
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/grants.html */
export interface KeyGrant {
  readonly id: string;
  readonly token: string;
  readonly name: string | undefined;
  readonly createdAt: Date;
  /** Roles and users by their unique ids. */
  readonly grantee: string;
  readonly retiring: string | undefined;
  readonly issuingAccount: string;
  readonly operations: readonly string[];
  readonly constraints: GrantConstraints | undefined;
}

export interface GrantConstraints {
  readonly subset?: Readonly<Record<string, string>>;
  readonly equals?: Readonly<Record<string, string>>;
}

/** How a test or scenario states a key. Without a policy it has the default one, which leaves the decision to IAM policies. */
export interface KmsKeySettings {
  readonly policy?: JsonValue;
  readonly enabled?: boolean;
  readonly state?: KeyState;
}

/** What is new about a key. */
export type NewKey = Pick<KmsKey, 'account' | 'region' | 'policy' | 'description' | 'tags'> & {
  /** ARN of a key that is stated; otherwise it gets an id of its own. */
  readonly arn?: string;
};

/** The keys of all accounts. */
export interface KeyStore {
  /** Adds or changes a key as it is stated, unchecked. */
  readonly put: (arn: string, settings?: KmsKeySettings) => void;
  readonly create: (key: NewKey) => KmsKey;
  /** The key with that ARN; `undefined` when there is none, or none any more. */
  readonly find: (arn: string) => KmsKey | undefined;
  /** The same for a key that a bucket or request names: one that nobody has stated or deleted comes to be, with the default policy. */
  readonly get: (arn: string) => KmsKey | undefined;
  /** ARN of the AWS managed key `aws/s3` of an account. */
  readonly managed: (region: string, account: string) => string;
  readonly update: (key: KmsKey, change: Partial<Omit<KmsKey, 'arn' | 'id'>>) => KmsKey;
  /** Puts a key in place of the one with its ARN. */
  readonly replace: (key: KmsKey) => void;
  readonly ofAccount: (account: string, region: string) => readonly KmsKey[];
  /** Aliases by ARN, with the ARNs of their keys. */
  readonly aliases: Map<string, Alias>;
  /** The policy of a key as it counts now: a deleted principal's id stays an id. */
  readonly compiledPolicy: (key: KmsKey) => CompiledPolicy;
  /** Whether a grant is known everywhere by now, and counts without its token. */
  readonly isSpread: (grant: KeyGrant) => boolean;
  readonly partition: string;
  readonly snapshot: () => JsonValue;
}

export interface Alias {
  readonly name: string;
  readonly arn: string;
  readonly target: string;
  readonly createdAt: Date;
}

/** What a store stands on. */
export interface KeyStoreEnvironment {
  readonly now: () => Date;
  readonly principals: PrincipalDirectory;
  readonly partition: string;
  /** Milliseconds before a new grant counts. */
  readonly grantDelayMs: () => number;
}

/** Value of `kms:ViaService` for requests that S3 makes. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html */
export function viaService(partition: string, region: string): string {
  return `s3.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`;
}

/** What AWS gives to `aws/s3`: any principal of the account, through S3 only; so nobody from another account can use it. */
function managedPolicy(partition: string, region: string, account: string): JsonValue {
  return {
    Version: '2012-10-17',
    Id: 'auto-s3-2',
    Statement: [
      {
        Sid: 'Allow access through S3 for all principals in the account that are authorized to use S3',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        Resource: '*',
        Condition: {
          StringEquals: { 'kms:CallerAccount': account, 'kms:ViaService': viaService(partition, region) },
        },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*'],
        Resource: '*',
      },
    ],
  };
}

/** A UUID that is always the same for the same text. */
function derivedUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** A new grant's id and token. */
export function newGrantIds(): { readonly id: string; readonly token: string } {
  return { id: randomBytes(32).toString('hex'), token: randomBytes(48).toString('base64') };
}

/** An empty store. */
export function createKeyStore({ now, principals, partition, grantDelayMs }: KeyStoreEnvironment): KeyStore {
  const keys = new Map<string, KmsKey>();
  const compiled = new WeakMap<KeyPolicy, { readonly shown: string; readonly policy: CompiledPolicy }>();
  const aliases = new Map<string, Alias>();

  const ownerOf = (arn: string): { readonly account: string; readonly region: string; readonly resource: string } => {
    const parsed = parseArn(arn);
    if (parsed?.service !== 'kms') throw new TypeError(`${arn} is not the ARN of a KMS key`);
    return parsed;
  };
  const add = (arn: string, policy: JsonValue, more: Partial<KmsKey> = {}): KmsKey => {
    const { account, region, resource } = ownerOf(arn);
    const key: KmsKey = {
      arn,
      id: resource.replace(/^key\//, ''),
      account,
      region,
      manager: 'CUSTOMER',
      policy: { text: JSON.stringify(policy), stored: policy },
      state: 'Enabled',
      createdAt: now(),
      description: '',
      tags: {},
      grants: new Map(),
      ...more,
    };
    keys.set(arn, key);
    return key;
  };
  const stateNow = (key: KmsKey): KeyState =>
    key.deletionAt !== undefined && key.deletionAt.getTime() <= now().getTime() ? 'Deleted' : key.state;
  const find = (arn: string): KmsKey | undefined => {
    const key = keys.get(arn);
    return key === undefined || stateNow(key) === 'Deleted' ? undefined : key;
  };

  return {
    partition,
    aliases,
    put: (arn, { policy, enabled = true, state = enabled ? 'Enabled' : 'Disabled' } = {}) => {
      add(arn, policy ?? defaultKeyPolicy(partition, ownerOf(arn).account), {
        state,
        ...(state === 'PendingDeletion' ? { deletionAt: new Date(now().getTime() + 30 * 86_400_000) } : {}),
      });
    },
    create: ({ arn, account, region, policy, description, tags }) =>
      add(arn ?? `arn:${partition}:kms:${region}:${account}:key/${randomUUID()}`, policy.stored, {
        policy,
        description,
        tags,
      }),
    find,
    get: (arn) => (keys.has(arn) ? find(arn) : add(arn, defaultKeyPolicy(partition, ownerOf(arn).account))),
    managed: (region, account) => {
      const arn = `arn:${partition}:kms:${region}:${account}:key/${derivedUuid(`aws/s3 ${region} ${account}`)}`;
      if (!keys.has(arn)) {
        add(arn, managedPolicy(partition, region, account), {
          manager: 'AWS',
          description: 'Default key that protects my S3 objects when no other key is defined',
        });
        const name = 'alias/aws/s3';
        const aliasArn = `arn:${partition}:kms:${region}:${account}:${name}`;
        aliases.set(aliasArn, { name, arn: aliasArn, target: arn, createdAt: now() });
      }
      return arn;
    },
    update: (key, change) => {
      const updated = { ...key, ...change };
      keys.set(key.arn, updated);
      return updated;
    },
    replace: (key) => void keys.set(key.arn, key),
    ofAccount: (account, region) =>
      [...keys.values()].filter(
        (key) => key.account === account && key.region === region && stateNow(key) !== 'Deleted',
      ),
    compiledPolicy: (key) => {
      const known = compiled.get(key.policy);
      const document = principals.toShown(key.policy.stored);
      const shown = JSON.stringify(document);
      if (known?.shown === shown) return known.policy;
      const policy = compileDocument(document, key.arn, 'key');
      compiled.set(key.policy, { shown, policy });
      return policy;
    },
    isSpread: (grant) => now().getTime() - grant.createdAt.getTime() >= grantDelayMs(),
    snapshot: () =>
      Object.fromEntries(
        [...keys.values()]
          .filter((key) => stateNow(key) !== 'Deleted')
          .map((key) => [
            key.arn,
            { state: key.state, policy: key.policy.text, grants: [...key.grants.keys()], tags: { ...key.tags } },
          ]),
      ),
  };
}
