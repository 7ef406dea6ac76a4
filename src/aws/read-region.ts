import type { Piece } from '../model/access-documents.ts';
import type { Connect } from './clients.ts';
import { piece, ReadError, type Reader } from './reader.ts';

/** S3 tells the region to everybody, even with a refusal. https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export async function readRegion(connect: Connect, reader: Reader, bucket: string): Promise<Piece<string>> {
  const s3 = await connect({ followRegionRedirects: false }).s3();
  const what = { action: 's3:ListBucket', of: `the region of bucket ${bucket}` };
  return piece(async () => {
    try {
      const answer = await reader.call(what, (options) => s3.headBucket({ Bucket: bucket }, options));
      return answer.BucketRegion;
    } catch (error) {
      if (error instanceof ReadError && error.bucketRegion !== undefined) return error.bucketRegion;
      throw error;
    }
  });
}
