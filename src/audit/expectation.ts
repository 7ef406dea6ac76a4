import { fullAccessDocument, fullAccessPolicyArn, identityPolicies } from '../generate/policy-documents.ts';
import { type Partition, parseArn } from '../model/arn.ts';
import type { AuditExpectation } from '../model/audit.ts';
import type { AuditDocuments } from '../model/audit-documents.ts';
import type { AccessLevel, BucketGrant } from '../model/grant.ts';
import type { JsonValue } from '../model/policy.ts';

/** Partition of the principal. */
export function partitionOf({ principal }: AuditDocuments): Partition {
  return (parseArn(principal.arn)?.partition ?? 'aws') as Partition;
}

/**
 * What ChannelMix is meant to have: what was named, or the access level on all buckets of the documents.
 *
 * @param named buckets with their prefixes; empty: nobody named any
 */
export function expectationOf(
  documents: AuditDocuments,
  access: AccessLevel,
  named: AuditExpectation['buckets'],
): AuditExpectation {
  if (named.length > 0) return { access, buckets: named, from: 'named' };
  return { access, buckets: documents.buckets.map(({ name }) => ({ name, prefixes: [] })), from: 'inferred' };
}

/** The identity policies that would give just that: of the grant, with the keys that the buckets are encrypted with. */
export function expectedPolicies(
  documents: AuditDocuments,
  { access, buckets }: AuditExpectation,
): readonly { readonly name: string; readonly document: JsonValue }[] {
  const partition = partitionOf(documents);
  const grants = buckets.map(({ name, prefixes, kmsKeyArn }): BucketGrant => {
    const key = kmsKeyArn ?? keyOf(documents, name);
    return { name, create: false, prefixes, ...(key === undefined ? {} : { kmsKeyArn: key }) };
  });
  const own = identityPolicies({ access, buckets: grants, partition });
  const all = access === 'full' ? [fullAccessDocument(), ...own] : own;
  return all.map((document, index) => ({
    name: access === 'full' && index === 0 ? fullAccessPolicyArn(partition) : `expected ${index + 1}`,
    document: document as unknown as JsonValue,
  }));
}

function keyOf({ buckets, keys }: AuditDocuments, name: string): string | undefined {
  const encryption = buckets.find((bucket) => bucket.name === name)?.encryption;
  const configured = encryption?.state === 'read' ? encryption.value.kmsKey : undefined;
  return keys.find(({ arn }) => arn === configured || arn.endsWith(`/${configured}`))?.arn;
}
