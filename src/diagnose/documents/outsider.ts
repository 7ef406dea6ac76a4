import type { AccessDocuments } from '../../model/access-documents.ts';
import { isManagedKey } from '../../model/key-policy.ts';
import type { RequestVerdict } from './verdict.ts';

/**
 * What a bucket refuses to other accounts beside its policy, whatever is still open about that.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
 */
export function outsider({ bucket }: AccessDocuments, verdict: RequestVerdict): RequestVerdict {
  const { action, resource, reservations } = verdict;
  const base = { action, resource, reasons: [], reservations };
  const openness = bucket.policy.state === 'read' ? publicness(bucket.policy.value.document) : 'no';
  const { requestPayer } = bucket;
  if (usesManagedKey(bucket) && (action === 's3:PutObject' || action === 's3:GetObject')) {
    return {
      ...base,
      result: 'deny',
      layer: 'kms',
      because: 'the bucket encrypts with the AWS managed key aws/s3, which other accounts cannot use',
    };
  }
  if (requestPayer.state === 'read' && requestPayer.value === 'Requester') {
    return {
      ...base,
      result: 'deny',
      layer: 'requester-pays',
      because: 'the bucket is Requester Pays, and ChannelMix does not say that it pays',
    };
  }
  const restriction = openness === 'no' ? 'no' : restrictionOf(bucket);
  if (restriction === 'no') return verdict;
  const unread = openness === 'maybe' ? 'whether S3 counts the bucket policy as public' : restriction.unread;
  if (unread !== undefined) {
    const open = verdict.result === 'open' ? verdict.reasons : [];
    return { ...verdict, result: 'open', reasons: [...open, { kind: 'unread', policy: unread }] };
  }
  return {
    ...base,
    result: 'deny',
    layer: 'public-access-block',
    because: 'the bucket policy is public, and RestrictPublicBuckets cuts other accounts off from such a bucket',
  };
}

/** Whether RestrictPublicBuckets is on, for the bucket or for all of its account; `unread`: what nobody could read and might say so. */
function restrictionOf({
  publicAccessBlock,
  accountPublicAccessBlock,
}: AccessDocuments['bucket']): 'no' | { readonly unread: string | undefined } {
  const blocks = [publicAccessBlock, accountPublicAccessBlock];
  if (blocks.some((block) => block.state === 'read' && block.value.restrictPublicBuckets)) return { unread: undefined };
  const [unread] = blocks.flatMap((block) => (block.state === 'unreadable' ? [block.why.what] : []));
  return unread === undefined ? 'no' : { unread };
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html */
function usesManagedKey({ encryption }: AccessDocuments['bucket']): boolean {
  if (encryption.state !== 'read' || encryption.value.algorithm === 'AES256') return false;
  const { kmsKey } = encryption.value;
  return kmsKey === undefined || isManagedKey(kmsKey);
}

/** An Allow for everybody is public; with a condition it depends on which. */
function publicness(document: unknown): 'yes' | 'maybe' | 'no' {
  const { Statement = [] } = document as { readonly Statement?: unknown };
  const open = [Statement].flat().filter((statement) => {
    const { Effect, Principal, NotPrincipal } = statement as Readonly<Record<string, unknown>>;
    const named =
      typeof Principal === 'object' && Principal !== null ? (Principal as { AWS?: unknown }).AWS : Principal;
    return Effect === 'Allow' && (NotPrincipal !== undefined || [named].flat().includes('*'));
  });
  if (open.length === 0) return 'no';
  return open.some((statement) => (statement as { Condition?: unknown }).Condition === undefined) ? 'yes' : 'maybe';
}
