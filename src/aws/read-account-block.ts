import type { Piece, PublicAccessBlock } from '../model/access-documents.ts';
import type { AwsClients } from './clients.ts';
import { notAsked, piece, type Read, type Reader } from './reader.ts';

/**
 * Block Public Access of the account that owns a bucket, with what its organization adds; asked once for all its buckets.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html
 *
 * @param caller account of the credentials
 * @param owner of the bucket; `undefined`: it is not known
 * @param needless why it need not be asked for, where that is so
 */
export async function readAccountBlock(
  clients: AwsClients,
  reader: Reader,
  caller: string,
  owner: string | undefined,
  needless?: string,
): Promise<Piece<PublicAccessBlock>> {
  const action = 's3:GetAccountPublicAccessBlock';
  const of =
    owner === undefined ? "Block Public Access of the bucket's account" : `Block Public Access of account ${owner}`;
  if (owner === undefined) return notAsked(of, action, 'the owner of the bucket is not known');
  if (needless !== undefined) return notAsked(of, action, needless);
  if (owner !== caller) return notAsked(of, action, 'S3 Control answers for its own account only');
  const what: Read = { action, of };
  return reader.once(of, () =>
    piece(async () => {
      const control = await clients.s3Control();
      const answer = await reader.call(what, (options) => control.getPublicAccessBlock({ AccountId: owner }, options));
      return publicAccessBlockOf(answer.PublicAccessBlockConfiguration);
    }, ['NoSuchPublicAccessBlockConfiguration']),
  );
}

/** The four switches as S3 and S3 Control give them. */
export function publicAccessBlockOf(
  block:
    | {
        readonly BlockPublicAcls?: boolean | undefined;
        readonly IgnorePublicAcls?: boolean | undefined;
        readonly BlockPublicPolicy?: boolean | undefined;
        readonly RestrictPublicBuckets?: boolean | undefined;
      }
    | undefined,
): PublicAccessBlock {
  return {
    blockPublicAcls: block?.BlockPublicAcls === true,
    ignorePublicAcls: block?.IgnorePublicAcls === true,
    blockPublicPolicy: block?.BlockPublicPolicy === true,
    restrictPublicBuckets: block?.RestrictPublicBuckets === true,
  };
}
