import type { AccessLevel } from '../model/grant.ts';

/** What ChannelMix may do, in words. */
export function accessWords(access: AccessLevel): string {
  return {
    minimal: 'list the bucket, and read, write and delete its files (minimal)',
    extended:
      'list the bucket, read, write and delete its files, resume and abort large uploads, and tag files (extended)',
    full: 'everything in S3, in every bucket of the account (full: the AWS managed policy AmazonS3FullAccess)',
  }[access];
}
