import { CreateUserCommand, DeleteRoleCommand } from '@aws-sdk/client-iam';
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  type KMSClient,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/sandbox/index.ts';
import {
  allow,
  CHANNELMIX,
  CLIENT,
  failure,
  iamOf,
  type Keys,
  keyPolicy,
  kmsOf,
  newKey,
  policy,
  roleWith,
  rootKeys,
} from './support.ts';

let sandbox: Sandbox;
let root: KMSClient;

beforeEach(async () => {
  sandbox = await startSandbox();
  root = kmsOf(sandbox, rootKeys(CLIENT));
});
afterEach(async () => {
  expect(sandbox.bugs()).toEqual([]);
  await sandbox.close();
});

describe('keys', () => {
  it('are described by id, ARN and alias, with the default policy', async () => {
    const { id, arn } = await newKey(root, { Description: 'reports', Tags: [{ TagKey: 'team', TagValue: 'data' }] });
    await root.send(new CreateAliasCommand({ AliasName: 'alias/reports', TargetKeyId: id }));
    for (const KeyId of [id, arn, 'alias/reports', `arn:aws:kms:us-east-1:${CLIENT}:alias/reports`]) {
      const { KeyMetadata } = await root.send(new DescribeKeyCommand({ KeyId }));
      expect(KeyMetadata).toMatchObject({
        Arn: arn,
        KeyId: id,
        AWSAccountId: CLIENT,
        Description: 'reports',
        Enabled: true,
        KeyState: 'Enabled',
        KeyManager: 'CUSTOMER',
        Origin: 'AWS_KMS',
      });
    }
    const { Policy } = await root.send(new GetKeyPolicyCommand({ KeyId: id }));
    expect(JSON.parse(Policy ?? '').Statement[0]).toMatchObject({ Sid: 'Enable IAM User Permissions' });
    expect((await root.send(new ListKeysCommand({}))).Keys).toEqual([{ KeyId: id, KeyArn: arn }]);
    expect((await root.send(new ListResourceTagsCommand({ KeyId: id }))).Tags).toEqual([
      { TagKey: 'team', TagValue: 'data' },
    ]);
    expect((await root.send(new ListAliasesCommand({}))).Aliases).toMatchObject([
      { AliasName: 'alias/reports', TargetKeyId: id },
    ]);
    await root.send(new DeleteAliasCommand({ AliasName: 'alias/reports' }));
    expect((await root.send(new ListAliasesCommand({ KeyId: id }))).Aliases).toEqual([]);
  });

  it('that are not there are so in the words of KMS', async () => {
    const absent = '11111111-2222-3333-4444-555555555555';
    const describe = (KeyId: string, client = root) => failure(client.send(new DescribeKeyCommand({ KeyId })));
    const arn = `arn:aws:kms:us-east-1:${CLIENT}:key/${absent}`;
    expect(await describe(absent)).toEqual({
      code: 'NotFoundException',
      status: 400,
      message: `Key '${arn}' does not exist`,
    });
    expect((await describe('nonsense')).message).toBe("Invalid keyId 'nonsense'");
    expect((await describe('alias/none')).message).toBe(
      `Alias arn:aws:kms:us-east-1:${CLIENT}:alias/none is not found.`,
    );
    expect((await describe(arn, kmsOf(sandbox, rootKeys(CLIENT), 'eu-west-1'))).message).toBe('Invalid arn us-east-1');
    expect(await describe(arn, kmsOf(sandbox, rootKeys(CHANNELMIX)))).toMatchObject({ code: 'AccessDeniedException' });
  });

  it('need the key policy: without it IAM policies give nothing', async () => {
    const { arn } = await newKey(root);
    const reader = kmsOf(sandbox, await roleWith(sandbox, 'reader', allow('kms:DescribeKey')));
    const none = kmsOf(sandbox, await roleWith(sandbox, 'none'));
    await reader.send(new DescribeKeyCommand({ KeyId: arn }));
    expect(await failure(none.send(new DescribeKeyCommand({ KeyId: arn })))).toMatchObject({
      code: 'AccessDeniedException',
      status: 400,
      message: `User: arn:aws:sts::${CLIENT}:assumed-role/none/channelmix is not authorized to perform: kms:DescribeKey on resource: ${arn} because no identity-based policy allows the kms:DescribeKey action`,
    });
    // https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    await root.send(
      new PutKeyPolicyCommand({
        KeyId: arn,
        BypassPolicyLockoutSafetyCheck: true,
        Policy: policy({ ...allow('kms:*'), Principal: { AWS: `arn:aws:iam::${CLIENT}:role/none` } }),
      }),
    );
    await none.send(new DescribeKeyCommand({ KeyId: arn }));
    const refused = await failure(reader.send(new DescribeKeyCommand({ KeyId: arn })));
    expect(refused.message).toContain('because no resource-based policy allows the kms:DescribeKey action');
    expect(await failure(root.send(new GetKeyPolicyCommand({ KeyId: arn })))).toMatchObject({
      code: 'AccessDeniedException',
    });
  });

  it('keep a policy that shuts out whoever puts it only on request', async () => {
    const { arn } = await newKey(root);
    const Policy = policy({ ...allow('kms:Decrypt'), Principal: { AWS: `arn:aws:iam::${CLIENT}:root` } });
    const put = (more = {}) => root.send(new PutKeyPolicyCommand({ KeyId: arn, Policy, ...more }));
    expect(await failure(put())).toMatchObject({
      code: 'MalformedPolicyDocumentException',
      message: 'The new key policy will not allow you to update the key policy in the future.',
    });
    expect((await failure(root.send(new CreateKeyCommand({ Policy })))).code).toBe('MalformedPolicyDocumentException');
    expect((await root.send(new ListKeysCommand({}))).Keys).toHaveLength(1);
    await put({ BypassPolicyLockoutSafetyCheck: true });
  });

  it('name roles by their id: one that was deleted and made anew is another one', async () => {
    const RoleName = 'worker';
    await roleWith(sandbox, RoleName);
    const { arn } = await newKey(root, {
      Policy: keyPolicy({ ...allow('kms:DescribeKey'), Principal: { AWS: `arn:aws:iam::${CLIENT}:role/${RoleName}` } }),
    });
    const iam = iamOf(sandbox, rootKeys(CLIENT));
    await iam.send(new DeleteRoleCommand({ RoleName }));
    const again = kmsOf(sandbox, await roleWith(sandbox, RoleName));
    expect(await failure(again.send(new DescribeKeyCommand({ KeyId: arn })))).toMatchObject({
      code: 'AccessDeniedException',
    });
    expect((await root.send(new GetKeyPolicyCommand({ KeyId: arn }))).Policy).toMatch(/"AROA[A-Z2-7]{17}"/);
    const Policy = keyPolicy({ ...allow('kms:*'), Principal: { AWS: `arn:aws:iam::${CLIENT}:role/nobody` } });
    expect(await failure(root.send(new PutKeyPolicyCommand({ KeyId: arn, Policy })))).toMatchObject({
      code: 'MalformedPolicyDocumentException',
      message: 'Policy contains a statement with one or more invalid principals.',
    });
  });

  it('can be used from another account where both sides allow, but not all operations', async () => {
    const { arn } = await newKey(root, {
      Policy: keyPolicy({ ...allow('kms:*'), Principal: { AWS: `arn:aws:iam::${CHANNELMIX}:root` } }),
    });
    const other = kmsOf(sandbox, rootKeys(CHANNELMIX));
    await other.send(new DescribeKeyCommand({ KeyId: arn }));
    expect(await failure(other.send(new GetKeyPolicyCommand({ KeyId: arn })))).toMatchObject({
      code: 'AccessDeniedException',
    });
  });

  it('are disabled, enabled, and deleted after a time', async () => {
    const { id: KeyId, arn } = await newKey(root);
    const state = async () => (await root.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;
    await root.send(new DisableKeyCommand({ KeyId }));
    expect(await state()).toBe('Disabled');
    await root.send(new EnableKeyCommand({ KeyId }));
    const scheduled = await root.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    expect(scheduled).toMatchObject({ KeyId: arn, KeyState: 'PendingDeletion', PendingWindowInDays: 7 });
    expect(await failure(root.send(new EnableKeyCommand({ KeyId })))).toMatchObject({
      code: 'KMSInvalidStateException',
      message: `${arn} is pending deletion.`,
    });
    await root.send(new CancelKeyDeletionCommand({ KeyId }));
    expect(await state()).toBe('Disabled');
    await root.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    sandbox.clock.advance(7 * 86_400_000);
    expect(await failure(root.send(new DescribeKeyCommand({ KeyId })))).toMatchObject({ code: 'NotFoundException' });
  });

  it('do not encrypt: what works on data is refused by name', async () => {
    const { id: KeyId } = await newKey(root);
    const encrypt = root.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
    expect(await failure(encrypt)).toMatchObject({
      status: 501,
      message: 'The sandbox does not implement kms:Encrypt.',
    });
  });

  it('are refused to wrong signatures and tokens in the words of the JSON services', async () => {
    const list = (keys: Keys) => failure(kmsOf(sandbox, keys).send(new ListKeysCommand({})));
    expect(await list({ accessKeyId: CLIENT, secretAccessKey: 'wrong' })).toMatchObject({
      code: 'InvalidSignatureException',
      status: 400,
    });
    expect(await list({ accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' })).toMatchObject({
      code: 'UnrecognizedClientException',
      message: 'The security token included in the request is invalid.',
    });
    const keys = await roleWith(sandbox, 'r');
    sandbox.clock.advance(3_600_000);
    expect(await list(keys)).toMatchObject({ code: 'ExpiredTokenException' });
  });
});

describe('requests in JSON', () => {
  const post = async (target: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(sandbox.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target, ...headers },
      body: '{}',
    });
    return { status: answer.status, ...((await answer.json()) as { __type: string; message: string }) };
  };

  it('that nobody signed are refused', async () => {
    expect(await post('TrentService.ListKeys')).toEqual({
      status: 400,
      __type: 'MissingAuthenticationTokenException',
      message: 'Missing Authentication Token',
    });
  });

  it('to a service that is not here are a 501 that names it', async () => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${CLIENT}/20261125/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;
    expect(await post('DynamoDB_20120810.ListTables', { authorization })).toMatchObject({
      status: 501,
      message: 'The sandbox does not provide the service dynamodb.',
    });
  });

  it('are struck by faults in the words of their service', async () => {
    await newKey(root);
    const list = () => root.send(new ListKeysCommand({}));
    sandbox.faults.add('throttle=kms:ListKeys,at=1');
    expect(await failure(list())).toMatchObject({ code: 'ThrottlingException', status: 400 });
    sandbox.faults.add('page=repeat,kms');
    expect(await list()).toMatchObject({ Truncated: true, NextMarker: 'again', Keys: [{}] });
    sandbox.faults.clear();
    sandbox.faults.add('page=empty,kms');
    expect(await list()).toMatchObject({ Truncated: true, NextMarker: 'again', Keys: [] });
  });
});

describe('grants', () => {
  it('allow what no policy allows, until they are revoked, but not against an explicit deny', async () => {
    const { arn: KeyId } = await newKey(root);
    const keys = await roleWith(sandbox, 'worker');
    const role = `arn:aws:iam::${CLIENT}:role/worker`;
    const describe = () => kmsOf(sandbox, keys).send(new DescribeKeyCommand({ KeyId }));
    expect(await failure(describe())).toMatchObject({ code: 'AccessDeniedException' });
    const grant = {
      KeyId,
      GranteePrincipal: role,
      Operations: ['DescribeKey' as const, 'Decrypt' as const],
      Name: 'g',
    };
    const { GrantId } = await root.send(new CreateGrantCommand(grant));
    expect((await root.send(new CreateGrantCommand(grant))).GrantId).toBe(GrantId);
    await describe();
    expect((await root.send(new ListGrantsCommand({ KeyId }))).Grants).toMatchObject([
      {
        KeyId,
        GrantId,
        Name: 'g',
        GranteePrincipal: role,
        Operations: ['DescribeKey', 'Decrypt'],
        IssuingAccount: `arn:aws:iam::${CLIENT}:root`,
      },
    ]);
    const Policy = keyPolicy({ Effect: 'Deny', Principal: { AWS: role }, Action: 'kms:*', Resource: '*' });
    await root.send(new PutKeyPolicyCommand({ KeyId, Policy }));
    expect((await failure(describe())).message).toContain('with an explicit deny in a resource-based policy');
    await root.send(new PutKeyPolicyCommand({ KeyId, Policy: keyPolicy() }));
    await root.send(new RevokeGrantCommand({ KeyId, GrantId }));
    expect(await failure(describe())).toMatchObject({ code: 'AccessDeniedException' });
    expect(await failure(root.send(new RevokeGrantCommand({ KeyId, GrantId })))).toMatchObject({
      code: 'NotFoundException',
    });
  });

  it('are for principals that exist, and for keys that are enabled', async () => {
    const { arn: KeyId } = await newKey(root);
    const create = (name: string) =>
      failure(
        root.send(
          new CreateGrantCommand({
            KeyId,
            GranteePrincipal: `arn:aws:iam::${CLIENT}:user/${name}`,
            Operations: ['Decrypt'],
          }),
        ),
      );
    expect(await create('nobody')).toMatchObject({ code: 'InvalidArnException' });
    await iamOf(sandbox, rootKeys(CLIENT)).send(new CreateUserCommand({ UserName: 'u' }));
    await root.send(new DisableKeyCommand({ KeyId }));
    expect(await create('u')).toMatchObject({ code: 'DisabledException', message: `${KeyId} is disabled.` });
  });

  it('come in pages', async () => {
    const { arn: KeyId } = await newKey(root);
    for (let count = 0; count < 3; count += 1) {
      await root.send(
        new CreateGrantCommand({ KeyId, GranteePrincipal: `arn:aws:iam::${CLIENT}:root`, Operations: ['Decrypt'] }),
      );
    }
    const first = await root.send(new ListGrantsCommand({ KeyId, Limit: 2 }));
    expect(first).toMatchObject({ Truncated: true });
    const second = await root.send(new ListGrantsCommand({ KeyId, Limit: 2, Marker: first.NextMarker }));
    expect([first.Grants?.length, second.Grants?.length, second.Truncated]).toEqual([2, 1, false]);
    expect(await failure(root.send(new ListGrantsCommand({ KeyId, Marker: 'x' })))).toMatchObject({
      code: 'InvalidMarkerException',
    });
  });
});
