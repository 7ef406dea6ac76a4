import { type AwsCredentials, createAwsConnector } from '../aws/index.ts';
import { partitionOfRegion } from '../model/arn.ts';
import type { Clients } from './mapping.ts';

/** Where to deploy to, and as whom. */
export interface Target {
  /** Endpoint of all three services; AWS itself when left out. */
  readonly endpoint?: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
}

/** Does some work with new clients, which have a retry budget of their own, and closes their connections after it. */
export async function withClients<Result>(
  target: Target,
  work: (clients: Clients) => Promise<Result>,
): Promise<Result> {
  const { endpoint, region, credentials } = target;
  const connector = createAwsConnector({
    region,
    credentials,
    ...(endpoint !== undefined && { endpointUrl: endpoint }),
  });
  try {
    const { iam, s3, sts } = connector.clients();
    const [iamClient, s3Client, stsClient] = await Promise.all([iam(), s3(), sts()]);
    return await work({ iam: iamClient, s3: s3Client, sts: stsClient, region, partition: partitionOfRegion(region) });
  } finally {
    connector.close();
  }
}
