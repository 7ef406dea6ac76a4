import type { AccessDocuments, BucketDocuments, KeyDocuments } from '../model/access-documents.ts';
import type { Connect } from './clients.ts';
import { readAccountBlock } from './read-account-block.ts';
import { readBucket, readOtherBucket } from './read-bucket.ts';
import { defaultKeyOf, readKey, regionOfKey } from './read-key.ts';
import { readOrganization } from './read-organization.ts';
import { readPrincipal } from './read-principal.ts';
import { readRegion } from './read-region.ts';
import { createReader } from './reader.ts';

/** Whose access to what is read, and by whom. */
export interface AccessTarget {
  /** Role or user, with its path. */
  readonly principalArn: string;
  readonly bucket: string;
  /** Whoever reads: IAM, KMS and Organizations answer for its account only. */
  readonly caller: { readonly arn: string; readonly account: string };
  /** A key that is named beside that of the bucket's default encryption. */
  readonly kmsKeyArn?: string;
  /** A bucket that must stay closed. */
  readonly otherBucket?: string;
}

/**
 * Reads everything about a principal's access to a bucket, with the credentials of the clients: some dozen calls that change nothing, at
 * the same time where they do not need each other. What cannot be read is `unreadable` and no error.
 *
 * @param connect makes clients of one set of credentials
 * @throws KitError `interrupted` when the signal is aborted
 */
export async function readAccessDocuments(
  connect: Connect,
  target: AccessTarget,
  signal: AbortSignal,
): Promise<AccessDocuments> {
  const clients = connect();
  const reader = createReader(clients.host, signal);
  const readAt = new Date().toISOString();
  const { principalArn, caller } = target;
  const principalRead = readPrincipal(clients, reader, principalArn, caller.account);
  const principalAccount = principalArn.split(':')[4] ?? '';
  // It is awaited below; where the region ends the reading before, its end is nobody's news.
  principalRead.catch(() => undefined);
  const region = await readRegion(connect, reader, target.bucket);
  const near = region.state === 'read' ? connect({ region: region.value }) : clients;
  const accounts = { likely: principalAccount, caller: caller.account };
  const accountBlock = (owner: string | undefined) =>
    // It cuts other accounts off from buckets with a public policy.
    readAccountBlock(
      near,
      reader,
      caller.account,
      owner,
      owner === principalAccount ? 'it binds other accounts only' : undefined,
    );
  const [principal, bucket, otherBucket] = await Promise.all([
    principalRead,
    readBucket(near, reader, target.bucket, region, accounts, accountBlock),
    target.otherBucket === undefined ? undefined : readOtherBucket(clients, reader, target.otherBucket, accounts),
  ]);
  const owner = bucket.owner.state === 'read' ? bucket.owner.value : undefined;
  const [keys, organization] = await Promise.all([
    Promise.all(
      keysOf(bucket, target.kmsKeyArn).map(({ key, because }) => {
        const own = regionOfKey(key);
        return readKey(own === undefined ? near : connect({ region: own }), reader, key, because);
      }),
    ),
    readOrganization(clients, reader, principalAccount, owner, caller.account),
  ]);
  return {
    source: { kind: 'aws', readBy: caller.arn, readAt },
    principal,
    bucket,
    ...(otherBucket === undefined ? {} : { otherBucket }),
    keys,
    organization,
  };
}

/** Keys that objects are encrypted with. */
function keysOf(
  bucket: BucketDocuments,
  named: string | undefined,
): readonly { readonly key: string; readonly because: KeyDocuments['because'] }[] {
  const byDefault = defaultKeyOf(bucket);
  return [
    ...(byDefault === undefined ? [] : [{ key: byDefault, because: 'default-encryption' } as const]),
    ...(named === undefined || named === byDefault ? [] : [{ key: named, because: 'named' } as const]),
  ];
}
