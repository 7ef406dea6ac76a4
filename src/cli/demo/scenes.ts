import type { PolicyDocument } from '../../model/policy.ts';

/** One act of the demonstration: what the client configures, what then goes wrong, and what verify must find. */
export interface Scene {
  readonly title: string;
  /** Config of the Pulumi stack. */
  readonly config: Readonly<Record<string, unknown>>;
  /** A bucket policy that somebody in the client's company puts in the way afterwards. */
  readonly bucketPolicy?: PolicyDocument;
  /** Ids of the checks that must fail; empty when all must be as expected. */
  readonly fails: readonly string[];
}

const BUCKET = 'acme-marketing-data';

/** The story: both ways in, least and full access, and a grant that is broken by somebody else's bucket policy. */
export const SCENES: readonly Scene[] = [
  {
    title: 'A role with the least that ChannelMix needs, and a new bucket with the recommended settings',
    config: { bucket: BUCKET, createBucket: 'true', uniqueName: 'true' },
    fails: [],
  },
  {
    title: 'A role with full access to S3 (AmazonS3FullAccess)',
    config: { access: 'full', bucket: BUCKET, createBucket: 'true' },
    fails: [],
  },
  {
    title: 'An access key instead of a role, limited to one folder',
    config: { auth: 'key', bucket: BUCKET, createBucket: 'true', prefix: 'Client123/' },
    fails: [],
  },
  {
    title: 'A grant that is broken: a bucket policy refuses uploads from outside the company network',
    config: { bucket: BUCKET, createBucket: 'true' },
    bucketPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'UploadsFromOurNetworkOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:PutObject',
          Resource: `arn:aws:s3:::${BUCKET}/*`,
          Condition: { StringNotEquals: { 'aws:SourceVpce': 'vpce-1a2b3c4d' } },
        },
      ],
    },
    fails: ['put-object'],
  },
];
