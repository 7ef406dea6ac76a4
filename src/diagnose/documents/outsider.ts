import type { AccessDocuments } from '../../model/access-documents.ts';
import type { RequestVerdict } from './verdict.ts';

/**
 * What a bucket refuses to other accounts beside its policy.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RequesterPaysBuckets.html
 */
export function outsider({ bucket }: AccessDocuments, verdict: RequestVerdict): RequestVerdict {
  const { action, resource, reservations } = verdict;
  const base = { action, resource, reasons: [], reservations };
  const block = bucket.publicAccessBlock;
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
  if (block.state !== 'read' || !block.value.restrictPublicBuckets || openness === 'no') return verdict;
  if (openness === 'maybe') {
    const reason = { kind: 'unread', policy: 'whether S3 counts the bucket policy as public' } as const;
    return { ...verdict, result: 'open', reasons: [reason] };
  }
  return {
    ...base,
    result: 'deny',
    layer: 'public-access-block',
    because: 'the bucket policy is public, and RestrictPublicBuckets cuts other accounts off from such a bucket',
  };
}

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html */
function usesManagedKey({ encryption }: AccessDocuments['bucket']): boolean {
  if (encryption.state !== 'read' || encryption.value.algorithm === 'AES256') return false;
  const { kmsKey } = encryption.value;
  return kmsKey === undefined || /(^|:)alias\/aws\/s3$/.test(kmsKey);
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
