import pMap from 'p-map';
import type { KeyDocuments } from '../model/access-documents.ts';
import type { AuditBucket, AuditDocuments } from '../model/audit-documents.ts';
import type { Connect } from './clients.ts';
import { type BucketChoice, bucketsNamedIn } from './named-buckets.ts';
import { readAccountBlock } from './read-account-block.ts';
import { findPrincipal, readAuditPrincipal } from './read-audit-principal.ts';
import { readBucket } from './read-bucket.ts';
import { readBucketSettings } from './read-bucket-settings.ts';
import { defaultKeyOf, readKey, regionOfKey } from './read-key.ts';
import { readOrganization } from './read-organization.ts';
import { readOtherWays } from './read-other-ways.ts';
import { readRegion } from './read-region.ts';
import { createReader, type Reader } from './reader.ts';

/** Buckets, and keys, that are read at the same time: of each bucket a dozen calls are made at once. */
const AT_ONCE = 2;

/** What is audited, and by whom. */
export interface AuditTarget {
  /** ARN of a role or user, name of a user, or id of an access key. */
  readonly principalArn: string;
  /** Empty: those that the principal's policies name. */
  readonly buckets: readonly string[];
  /** Keys that are named beside those of the buckets' default encryption. */
  readonly kmsKeyArns: readonly string[];
  /** Whoever reads: IAM, KMS and Organizations answer for its account only. */
  readonly caller: { readonly arn: string; readonly account: string };
  /** Whether IAM is asked what the principal called last: its report takes some seconds. */
  readonly lastAccessed: boolean;
}

interface Reading {
  readonly connect: Connect;
  readonly reader: Reader;
  readonly target: AuditTarget;
}

/**
 * Reads everything that an audit judges, by calls that change nothing. What cannot be read is `unreadable` and no error, and so is what
 * vanishes midway.
 *
 * No call is made twice. For a role: 3, one for each inline policy, two for each managed one, the boundary among them; for a user 6, one for
 * each key, and for each of its groups as for a role but 2. Last use: 2, and one more each time that IAM is not done. The account: 3, for its
 * roles and users by pages of 1,000, and its public access block. Each bucket: 13. Each key: 3, and one for each other name that it is given.
 * The organization: 2, and where its policies are shown one for each level and each policy.
 *
 * @param connect makes clients of one set of credentials
 * @throws KitError `input` when there is no such principal; `credentials` or `network` when nothing at all can be read; `interrupted`
 */
export async function readAuditDocuments(
  connect: Connect,
  target: AuditTarget,
  signal: AbortSignal,
): Promise<AuditDocuments> {
  const end = new AbortController();
  const either = AbortSignal.any([signal, end.signal]);
  try {
    return await readAll(connect, target, either);
  } finally {
    // What still runs after an error is nobody's any more.
    end.abort();
  }
}

async function readAll(connect: Connect, target: AuditTarget, signal: AbortSignal): Promise<AuditDocuments> {
  const clients = connect();
  const reader = createReader(clients.host, signal);
  const reading: Reading = { connect, reader, target };
  const readAt = new Date().toISOString();
  const { caller } = target;
  const arn = await findPrincipal(clients, reader, target.principalArn, caller);
  const principalRead = readAuditPrincipal(clients, reader, arn, target.lastAccessed, signal);
  const choiceRead = chosenBuckets(target, principalRead);
  const bucketsRead = choiceRead.then(({ names }) =>
    pMap(names, (name) => readAuditBucket(reading, name), { concurrency: AT_ONCE }),
  );
  const [principal, choice, buckets, keys, organization, otherWays] = await Promise.all([
    principalRead,
    choiceRead,
    bucketsRead,
    bucketsRead.then((read) => readKeys(reading, read)),
    bucketsRead.then((read) =>
      readOrganization(clients, reader, caller.account, ownerOf(read, caller), caller.account),
    ),
    readOtherWays(clients, reader, arn),
  ]);
  return {
    source: { kind: 'aws', readBy: caller.arn, readAt },
    principal,
    buckets,
    keys,
    organization,
    otherWays,
    ...(choice.leftOut.length === 0 ? {} : { leftOut: choice.leftOut }),
  };
}

async function chosenBuckets(
  { buckets }: AuditTarget,
  principal: Promise<AuditDocuments['principal']>,
): Promise<BucketChoice> {
  if (buckets.length > 0) return { names: [...new Set(buckets)], leftOut: [] };
  return bucketsNamedIn((await principal).identity.read);
}

async function readAuditBucket({ connect, reader, target }: Reading, name: string): Promise<AuditBucket> {
  const { account } = target.caller;
  const region = await readRegion(connect, reader, name);
  const near = region.state === 'read' ? connect({ region: region.value }) : connect();
  const [documents, settings] = await Promise.all([
    readBucket(near, reader, name, region, { likely: account, caller: account }, (owner) =>
      readAccountBlock(near, reader, account, owner),
    ),
    readBucketSettings(near, reader, name),
  ]);
  return { ...documents, ...settings };
}

/** Keys of the buckets, then those that are named, each once: buckets may name one by its ARN, its id and an alias. */
async function readKeys(
  { connect, reader, target }: Reading,
  buckets: readonly AuditBucket[],
): Promise<readonly KeyDocuments[]> {
  const wanted = [
    ...buckets.flatMap((bucket) => {
      const key = defaultKeyOf(bucket);
      if (key === undefined) return [];
      const region = bucket.region.state === 'read' ? bucket.region.value : undefined;
      return [{ key, region: regionOfKey(key) ?? region, because: 'default-encryption' as const }];
    }),
    ...target.kmsKeyArns.map((key) => ({ key, region: regionOfKey(key), because: 'named' as const })),
  ];
  const byName = new Map(wanted.map((one) => [`${one.region} ${one.key}`, one] as const).reverse());
  const read = await pMap(
    [...byName.values()].reverse(),
    ({ key, region, because }) => readKey(region === undefined ? connect() : connect({ region }), reader, key, because),
    { concurrency: AT_ONCE },
  );
  return read.filter(({ arn }, index) => read.findIndex((other) => other.arn === arn) === index);
}

/** The account whose resource control policies are read, since all buckets whose owner can be known are its own; `undefined`: all are another's. */
function ownerOf(buckets: readonly AuditBucket[], { account }: AuditTarget['caller']): string | undefined {
  return buckets.length === 0 || buckets.some(({ owner }) => owner.state === 'read') ? account : undefined;
}
