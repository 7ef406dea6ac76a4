import type { BucketDocuments, KeyDocuments, KeyGrant } from '../model/access-documents.ts';
import { parseArn } from '../model/arn.ts';
import { isManagedKey } from '../model/key-policy.ts';
import type { AwsClients } from './clients.ts';
import { allPages, parseDocument, piece, type Read, type Reader } from './reader.ts';

/** The key of a bucket's default encryption; not aws/s3, whose policy nobody can change and which every principal of the account may use through S3. */
export function defaultKeyOf({ encryption }: Pick<BucketDocuments, 'encryption'>): string | undefined {
  if (encryption.state !== 'read' || encryption.value.algorithm === 'AES256') return undefined;
  const { kmsKey } = encryption.value;
  return kmsKey === undefined || isManagedKey(kmsKey) ? undefined : kmsKey;
}

/** The region in the ARN of a key; `undefined` for an id or alias, which is one of the bucket's region. */
export function regionOfKey(key: string): string | undefined {
  return /^arn:[^:]*:kms:([^:]+):/.exec(key)?.[1];
}

/**
 * Reads a KMS key: state, policy, grants. Policy and grants are readable in the key's own account only.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
 *
 * @param clients in the key's region
 * @param key ARN, id or alias
 */
export async function readKey(
  clients: AwsClients,
  reader: Reader,
  key: string,
  because: KeyDocuments['because'],
): Promise<KeyDocuments> {
  const kms = await clients.kms();
  const of = `key ${key}`;
  const described = await piece(async () => {
    const { KeyMetadata } = await reader.call({ action: 'kms:DescribeKey', of }, (options) =>
      kms.describeKey({ KeyId: key }, options),
    );
    return KeyMetadata;
  });
  const metadata = described.state === 'read' ? described.value : undefined;
  const arn = metadata?.Arn ?? key;
  // An alias names its key for DescribeKey only.
  const KeyId = arn;
  const policyRead: Read = { action: 'kms:GetKeyPolicy', of: `the policy of ${of}` };
  const grantsRead: Read = { action: 'kms:ListGrants', of: `the grants of ${of}` };
  // Buckets may name one key in several ways.
  const [policy, grants] = await Promise.all([
    piece(() =>
      reader.once(`policy of key ${arn}`, async () => {
        const answer = await reader.call(policyRead, (options) =>
          kms.getKeyPolicy({ KeyId, PolicyName: 'default' }, options),
        );
        return { name: `policy of key ${arn}`, document: parseDocument(policyRead, answer.Policy, false) };
      }),
    ),
    piece(() =>
      reader.once(`grants of key ${arn}`, () =>
        allPages(grantsRead, async (Marker) => {
          const answer = await reader.call(grantsRead, (options) => kms.listGrants({ KeyId, Marker }, options));
          const items = (answer.Grants ?? []).map(
            (grant): KeyGrant => ({
              id: grant.GrantId ?? '',
              granteePrincipal: grant.GranteePrincipal ?? '',
              operations: grant.Operations ?? [],
              constrained: grant.Constraints !== undefined,
            }),
          );
          return { items, next: answer.Truncated === true ? answer.NextMarker : undefined };
        }),
      ),
    ),
  ]);
  const account = metadata?.AWSAccountId ?? parseArn(arn)?.account;
  return {
    arn,
    ...(account === undefined || account === '' ? {} : { account }),
    because,
    keyState: described.state === 'read' ? stateOf(metadata?.KeyState) : described,
    manager:
      described.state === 'read'
        ? { state: 'read', value: metadata?.KeyManager === 'AWS' ? 'AWS' : 'CUSTOMER' }
        : described,
    policy,
    grants,
  };
}

function stateOf(state: string | undefined): KeyDocuments['keyState'] {
  return state === undefined ? { state: 'absent' } : { state: 'read', value: state };
}
