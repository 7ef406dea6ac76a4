import { createHash } from 'node:crypto';
import type { CompiledPolicy } from '../../../evaluate/types.ts';
import { parseArn } from '../../../model/arn.ts';
import type { JsonValue } from '../../../model/policy.ts';

/** A KMS key as S3 sees it. */
export interface KmsKey {
  readonly arn: string;
  readonly account: string;
  readonly policy: CompiledPolicy;
  readonly enabled: boolean;
}

/** How a test or scenario states a key. Without a policy it has the default one, which leaves the decision to IAM policies. */
export interface KmsKeySettings {
  readonly policy?: JsonValue;
  readonly enabled?: boolean;
}

/** The keys that the sandbox knows; there is no KMS API. */
export interface KeyRegistry {
  /** Adds or changes a key. */
  put(arn: string, settings?: KmsKeySettings): void;
  /** The key with that ARN; one that nobody has added has the default key policy of the account in its ARN. */
  get(arn: string): KmsKey;
  /** ARN of the AWS managed key `aws/s3` of an account. */
  managed(partition: string, region: string, account: string): string;
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html */
function defaultPolicy(partition: string, account: string): JsonValue {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  };
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
    ],
  };
}

/** A UUID that is always the same for the same text. */
function derivedUuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** An empty registry. `compile` prepares a key policy for evaluation. */
export function createKeyRegistry(compile: (document: JsonValue, name: string) => CompiledPolicy): KeyRegistry {
  const keys = new Map<string, KmsKey>();
  const put = (arn: string, document: JsonValue, account: string, enabled: boolean): KmsKey => {
    const key = { arn, account, policy: compile(document, arn), enabled };
    keys.set(arn, key);
    return key;
  };
  const ownerOf = (arn: string): { partition: string; account: string } => {
    const parsed = parseArn(arn);
    if (parsed?.service !== 'kms') throw new TypeError(`${arn} is not the ARN of a KMS key`);
    return parsed;
  };
  return {
    put(arn, settings = {}) {
      const { partition, account } = ownerOf(arn);
      put(arn, settings.policy ?? defaultPolicy(partition, account), account, settings.enabled ?? true);
    },
    get(arn) {
      const known = keys.get(arn);
      if (known !== undefined) return known;
      const { partition, account } = ownerOf(arn);
      return { arn, account, policy: compile(defaultPolicy(partition, account), arn), enabled: true };
    },
    managed(partition, region, account) {
      const arn = `arn:${partition}:kms:${region}:${account}:key/${derivedUuid(`aws/s3 ${region} ${account}`)}`;
      if (!keys.has(arn)) put(arn, managedPolicy(partition, region, account), account, true);
      return arn;
    },
  };
}
