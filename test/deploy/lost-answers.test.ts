import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { deploy } from '../../src/deploy/index.ts';
import { openAccount, type TestAccount } from './account.ts';

const KMS_KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ROLE = {
  access: 'full',
  bucket: 'new-bucket',
  createBucket: true,
  kmsKeyArn: KMS_KEY,
  tags: { team: 'marketing' },
};
const USER = { ...ROLE, auth: 'key', createBucket: false };

let account: TestAccount;

beforeAll(async () => {
  account = await openAccount('eu-west-1');
});

afterEach(() => account.faults.clear());

afterAll(() => account.close());

/** Faults of one operation: the answer is lost once or at every attempt of the client, or the service is down. */
const faults = (operation: string) => [
  `drop=after,${operation},at=1`,
  `drop=after,${operation},at=1,times=3`,
  `error=500,${operation},at=1,times=3`,
];

const cases = [
  ...[
    'iam:CreateRole',
    'iam:PutRolePolicy',
    'iam:AttachRolePolicy',
    's3:CreateBucket',
    's3:PutBucketTagging',
    's3:PutBucketPolicy',
  ].flatMap((operation) => faults(operation).map((fault) => ({ fault, config: ROLE }))),
  ...['iam:CreateUser', 'iam:CreatePolicy', 'iam:AttachUserPolicy', 'iam:CreateAccessKey'].flatMap((operation) =>
    faults(operation).map((fault) => ({ fault, config: USER })),
  ),
];

describe('a deployment during faults', () => {
  it.each(cases)('leaves nothing behind that it does not know of: $fault', async ({ fault, config }) => {
    account.faults.add(fault);
    const deployment = await deploy({ ...account.target, config }).catch((error: unknown) => error);
    expect(account.faults.struck()).toBeGreaterThan(0);
    if (deployment instanceof Error) {
      expect(deployment).toMatchObject({ name: 'KitError' });
      expect(deployment).not.toMatchObject({ code: 'leftover' });
    } else {
      await (deployment as Awaited<ReturnType<typeof deploy>>).destroy({ deleteRetained: true });
    }
    expect(await account.inventory()).toEqual([]);
  });

  it('keeps no second key that nobody has seen when the answer to the first was lost', async () => {
    account.faults.add('drop=after,iam:CreateAccessKey,at=1');
    const { outputs, destroy } = await deploy({ ...account.target, config: USER });
    const { AccessKeyMetadata = [] } = await account.iam.listAccessKeys({ UserName: 'channelmix_s3_access' });
    expect(AccessKeyMetadata.map(({ AccessKeyId }) => AccessKeyId)).toEqual([outputs.accessKeyId]);
    await destroy();
  });

  it('says what stayed when it cannot clean up either', async () => {
    account.faults.add('error=500,iam:PutRolePolicy');
    account.faults.add('error=500,iam:DeleteRole');
    const failure = await deploy({ ...account.target, config: { bucket: 'some-bucket' } }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'leftover' });
    expect((failure as Error).message).toMatch(
      /could not create aws:iam\/rolePolicy:RolePolicy .*\nand what was made could not be removed:\ncould not remove aws:iam\/role:Role "channelmix-role" \(channelmix_s3_access\)/,
    );
    account.faults.clear();
    await account.iam.deleteRole({ RoleName: 'channelmix_s3_access' });
  });
});
