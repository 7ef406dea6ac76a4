import { IAMClient } from '@aws-sdk/client-iam';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import type { Partition } from '../model/arn.ts';
import type { Clients } from './mapping.ts';

/** Where to deploy to, and as whom. */
export interface Target {
  /** Endpoint of all three services; AWS itself when left out. */
  readonly endpoint?: string;
  readonly region: string;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** New clients, with a retry budget of their own. Bounded: three attempts, 3 s to connect, 30 s for an answer. */
export function connect(target: Target): Clients {
  const config = {
    region: target.region,
    credentials: target.credentials,
    maxAttempts: 3,
    retryMode: 'standard',
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000 },
    ...(target.endpoint === undefined ? {} : { endpoint: target.endpoint }),
  };
  return {
    iam: new IAMClient(config),
    s3: new S3Client({ ...config, forcePathStyle: target.endpoint !== undefined }),
    sts: new STSClient(config),
    region: target.region,
    partition: partitionOf(target.region),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
function partitionOf(region: string): Partition {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
