import { IAM } from '@aws-sdk/client-iam';
import { S3 } from '@aws-sdk/client-s3';
import { type FaultControl, startSandbox } from '../../src/sandbox/index.ts';

const CLIENT_ACCOUNT = '111122223333';
const ROOT = { accessKeyId: CLIENT_ACCOUNT, secretAccessKey: CLIENT_ACCOUNT };

/** A client's account: where to deploy to, clients to look at what was made, and all that is in it. */
export interface TestAccount {
  readonly target: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: typeof ROOT;
  };
  readonly iam: IAM;
  readonly s3: S3;
  readonly faults: FaultControl;
  /** Names of everything that a deployment could leave behind. */
  readonly inventory: () => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

/** A sandbox of its own for a test file. */
export async function openAccount(region = 'us-east-1'): Promise<TestAccount> {
  const sandbox = await startSandbox({ region });
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const config = { endpoint: sandbox.endpoint, region, credentials: ROOT };
  const iam = new IAM(config);
  const s3 = new S3({ ...config, forcePathStyle: true });
  return {
    target: config,
    iam,
    s3,
    faults: sandbox.faults,
    inventory: async () => {
      const [{ Roles = [] }, { Users = [] }, { Policies = [] }, { Buckets = [] }] = await Promise.all([
        iam.listRoles({}),
        iam.listUsers({}),
        iam.listPolicies({ Scope: 'Local' }),
        s3.listBuckets({}),
      ]);
      return [
        ...Roles.map(({ RoleName }) => `role ${RoleName}`),
        ...Users.map(({ UserName }) => `user ${UserName}`),
        ...Policies.map(({ PolicyName }) => `policy ${PolicyName}`),
        ...Buckets.map(({ Name }) => `bucket ${Name}`),
      ].sort();
    },
    close: async () => {
      iam.destroy();
      s3.destroy();
      await sandbox.close();
    },
  };
}
