import { fullAccessDocument, fullAccessPolicyArn, identityPolicies } from '../generate/policy-documents.ts';
import type { NamedPolicy } from '../model/access-documents.ts';
import { bucketArn, type Partition, parseArn } from '../model/arn.ts';
import type { AuditExpectation } from '../model/audit.ts';
import type { AuditBucket, AuditDocuments } from '../model/audit-documents.ts';
import { PROBE_FOLDER } from '../model/constants.ts';
import type { AccessLevel } from '../model/grant.ts';
import { isJsonObject, type JsonValue, type PolicyDocument } from '../model/policy.ts';
import { intersects } from '../model/wildcard-compare.ts';

/** Partition of the principal. */
export function partitionOf({ principal }: AuditDocuments): Partition {
  return (parseArn(principal.arn)?.partition ?? 'aws') as Partition;
}

/**
 * What ChannelMix is meant to have: what was named, or the access level on all buckets of the documents, in the folders that the policies
 * limit it to.
 *
 * @param named buckets with their prefixes; empty: nobody named any
 */
export function expectationOf(
  documents: AuditDocuments,
  access: AccessLevel,
  named: AuditExpectation['buckets'],
): AuditExpectation {
  if (named.length > 0) return { access, buckets: named, from: 'named' };
  const buckets = documents.buckets.map(({ name }) => ({ name, prefixes: foldersOf(documents, name) }));
  return { access, buckets, from: 'inferred' };
}

/** The folders of a bucket that the identity policies speak of; none where they speak of all of it, or of other patterns. */
function foldersOf(documents: AuditDocuments, bucket: string): readonly string[] {
  const within = `${bucketArn(partitionOf(documents), bucket)}/`;
  const patterns = documents.principal.identity.read
    .flatMap(({ document }) => allowedResources(document))
    .filter((pattern) => intersects(pattern, `${within}*`) && !pattern.endsWith(`${PROBE_FOLDER}*`));
  const folders = patterns.map((pattern) =>
    pattern.startsWith(within) ? /^([^*?$]+\/)\*$/.exec(pattern.slice(within.length))?.[1] : undefined,
  );
  return folders.includes(undefined) ? [] : [...new Set(folders.flatMap((folder) => folder ?? []))];
}

function allowedResources(document: JsonValue): readonly string[] {
  const { Statement = [] } = isJsonObject(document) ? document : {};
  return [Statement].flat().flatMap((statement) => {
    if (!isJsonObject(statement) || statement.Effect !== 'Allow') return [];
    // What a NotResource leaves is beyond folders.
    const resources = statement.NotResource === undefined ? statement.Resource : '*';
    return [resources ?? []].flat().filter((pattern): pattern is string => typeof pattern === 'string');
  });
}

/** The identity policies that would give just that: of the grant, with the keys that the buckets are encrypted with. */
export function expectedPolicies(documents: AuditDocuments, expected: AuditExpectation): readonly NamedPolicy[] {
  return policiesFor(documents, expected, false);
}

/**
 * The identity policies that give nothing that would be too much: beside what is expected, what `verify` needs to remove the versions of
 * its own objects (decision 3), and the use of `toleratedKeys`.
 */
export function toleratedPolicies(documents: AuditDocuments, expected: AuditExpectation): readonly NamedPolicy[] {
  const partition = partitionOf(documents);
  return [
    ...policiesFor(documents, expected, true),
    ...toleratedKeys(documents, expected).flatMap((kmsKeyArn) =>
      // The access to the bucket comes from elsewhere: what is left is the use of the key.
      named(
        `use of ${kmsKeyArn}`,
        identityPolicies({
          access: 'full',
          buckets: [{ name: 'any', create: false, prefixes: [], kmsKeyArn }],
          partition,
        }),
      ),
    ),
  ];
}

/** Keys that may be used: those of the buckets, and, where it could not be read what a bucket is encrypted with, all that the policies name. */
export function toleratedKeys(documents: AuditDocuments, { buckets }: AuditExpectation): readonly string[] {
  const isOpen = buckets.some(
    ({ name, kmsKeyArn }) => kmsKeyArn === undefined && encryptionOf(documents, name)?.state !== 'read',
  );
  const own = buckets.flatMap(({ name, kmsKeyArn }) => kmsKeyArn ?? keyOf(documents, name) ?? []);
  return [...new Set([...own, ...(isOpen ? namedKeys(documents) : [])])];
}

function policiesFor(
  documents: AuditDocuments,
  { access, buckets }: AuditExpectation,
  create: boolean,
): readonly NamedPolicy[] {
  const partition = partitionOf(documents);
  return [
    ...(access === 'full' ? named(fullAccessPolicyArn(partition), [fullAccessDocument()]) : []),
    ...buckets.flatMap(({ name, prefixes, kmsKeyArn = keyOf(documents, name) }) => {
      const bucket = { name, create, prefixes, ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }) };
      return named(`needs of bucket ${name}`, identityPolicies({ access, buckets: [bucket], partition }));
    }),
  ];
}

function named(name: string, documents: readonly PolicyDocument[]): readonly NamedPolicy[] {
  return documents.map((document, index) => ({
    name: index === 0 ? name : `${name}, part ${index + 1}`,
    document: document as unknown as JsonValue,
  }));
}

function encryptionOf({ buckets }: AuditDocuments, name: string): AuditBucket['encryption'] | undefined {
  return buckets.find((bucket) => bucket.name === name)?.encryption;
}

/** ARN of the KMS key that a bucket is encrypted with, where it is among the documents. */
export function keyOf(documents: AuditDocuments, name: string): string | undefined {
  const encryption = encryptionOf(documents, name);
  const configured = encryption?.state === 'read' ? encryption.value.kmsKey : undefined;
  if (configured === undefined) return undefined;
  return documents.keys.find(({ arn }) => arn === configured || arn.endsWith(`/${configured}`))?.arn;
}

/** ARNs of keys in the identity policies. */
function namedKeys({ principal }: AuditDocuments): readonly string[] {
  const text = JSON.stringify(principal.identity.read.map(({ document }) => document));
  return [...new Set(text.match(/arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+/g) ?? [])];
}
