import { accessKeyCalls, createAwsClients } from '../../src/aws/index.ts';
import type { ConnectionFields } from '../../src/model/connection.ts';
import { type NewKeyWays, type RotateReport, rotate } from '../../src/rotate/index.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.ts';
import { createVerifyPorts, readVerifyTarget } from '../../src/verify/index.ts';
import { CLIENT_ACCOUNT, createBucket, createUser, rootClients } from '../verify/helpers.ts';

export const USER = 'channelmix_s3_access';
export const BUCKET = 'my-bucket';
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export interface TestKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

type RotateOptions = Parameters<typeof rotate>[0];

/** What a test says about a run. */
export type RunChanges = Partial<
  Pick<
    RotateOptions,
    | 'userName'
    | 'oldKeyId'
    | 'step'
    | 'quietForMs'
    | 'quietForDeleteMs'
    | 'force'
    | 'plan'
    | 'confirm'
    | 'memory'
    | 'signal'
    | 'hurry'
  >
> & {
  readonly ways?: Partial<NewKeyWays>;
  /** Lists of keys that IAM gives are those from before the run. */
  readonly lateLists?: boolean;
  /** Who runs it; default: the root of the client's account. */
  readonly as?: TestKey;
};

/** A client's account with a user whose key ChannelMix has used until now. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly old: TestKey;
  /** The forms that were given to the user. */
  readonly forms: ConnectionFields[];
  /** The secrets of all keys that were made, also of those that are gone. */
  readonly secrets: Set<string>;
  readonly run: (changes?: RunChanges) => Promise<RotateReport>;
  /** A request to S3 as ChannelMix makes it, with this key. */
  readonly use: (key: TestKey) => Promise<void>;
  readonly keys: () => Promise<readonly { readonly id: string; readonly status: string }[]>;
  readonly close: () => Promise<void>;
}

const ADMIN: TestKey = { accessKeyId: CLIENT_ACCOUNT, secretAccessKey: CLIENT_ACCOUNT };

/** The credentials in a form. */
export function keyOf(form: ConnectionFields | undefined): TestKey {
  if (form === undefined) throw new Error('no form was given to the user');
  return { accessKeyId: form['AWS access key id'], secretAccessKey: form['AWS secret access key'] };
}

/** The key is a hundred days old, and was used a minute ago. The sandbox's clock is the test's to move. */
export async function openScene(options: SandboxOptions = {}): Promise<Scene> {
  const sandbox = await startSandbox(options);
  const { endpoint, clock } = sandbox;
  clock.advance(-100 * DAY);
  await createBucket(endpoint, BUCKET);
  const old = await createUser(endpoint, { name: USER, bucket: BUCKET });
  const use = async (credentials: TestKey) => {
    const s3 = await createAwsClients({ endpointUrl: endpoint, region: 'us-east-1', credentials }).s3();
    await s3.listObjectsV2({ Bucket: BUCKET });
  };
  clock.advance(100 * DAY - MINUTE);
  await use(old);
  clock.advance(MINUTE);
  const forms: ConnectionFields[] = [];
  const secrets = new Set<string>([old.secretAccessKey]);
  return {
    sandbox,
    old,
    forms,
    secrets,
    use,
    run: (changes) => run(sandbox, { forms, secrets }, changes),
    keys: async () => {
      const iam = await rootClients(endpoint, CLIENT_ACCOUNT).iam();
      const { AccessKeyMetadata = [] } = await iam.listAccessKeys({ UserName: USER });
      return AccessKeyMetadata.map(({ AccessKeyId: id = '', Status: status = '' }) => ({ id, status }));
    },
    close: () => sandbox.close(),
  };
}

async function run(
  sandbox: Sandbox,
  { forms, secrets }: Pick<Scene, 'forms' | 'secrets'>,
  changes: RunChanges = {},
): Promise<RotateReport> {
  const { ways, lateLists = false, as: credentials = ADMIN, ...rest } = changes;
  const aws = { endpointUrl: sandbox.endpoint, region: 'us-east-1', credentials };
  const clients = createAwsClients(aws);
  const { Arn: arn = '', Account: account = '' } = await (await clients.sts()).getCallerIdentity({});
  const calls = await accessKeyCalls(clients, aws);
  const { sleep } = createVerifyPorts(aws);
  const before = lateLists ? await calls.list(USER, new AbortController().signal) : undefined;
  return rotate({
    userName: USER,
    quietForMs: DAY,
    quietForDeleteMs: 7 * DAY,
    force: false,
    plan: false,
    caller: { arn, account },
    // The sandbox's answers bear the real date, and its clock is elsewhere.
    calls: {
      ...calls,
      serverTime: () => sandbox.clock.now().getTime(),
      ...(before === undefined ? {} : { list: async () => before }),
    },
    newKey: async () => ({
      targets: (accessKeyId) => [readVerifyTarget({ accessKeyId, bucket: BUCKET })],
      waitMs: 2_000,
      connect: (key) => {
        secrets.add(key.secretAccessKey);
        return createVerifyPorts({ ...aws, credentials: key });
      },
      deliver: async (form) => {
        forms.push(form);
      },
      ...ways,
    }),
    confirm: async () => {
      throw new Error('nobody was to be asked');
    },
    now: Date.now,
    sleep: (ms, signal) => sleep(Math.min(ms, 20), signal),
    signal: new AbortController().signal,
    hurry: new AbortController().signal,
    ...rest,
  });
}
