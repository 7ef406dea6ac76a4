import { CreateAccessKeyCommand, DeleteAccessKeyCommand, ListAccessKeysCommand } from '@aws-sdk/client-iam';
import { answered, defineMapping, found, removed } from '../mapping.ts';
import { object, text } from '../shape.ts';

interface AccessKeyInputs {
  readonly user: string;
}

interface AccessKeyState extends AccessKeyInputs {
  readonly secret: string;
}

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
 * AWS gives the secret once, so it lives in the state; the declared resource names it in `additionalSecretOutputs`, which
 * makes the engine encrypt it and the in-process runner mark it.
 */
export const accessKey = defineMapping<AccessKeyInputs, AccessKeyState>({
  type: 'aws:iam/accessKey:AccessKey',
  inputs: object({ user: text }, ['user']),
  replaceOn: ['user'],
  // A user has two keys at most.
  existing: ({ iam }, { user }) =>
    found(
      iam
        .send(new ListAccessKeysCommand({ UserName: user }))
        .then(({ AccessKeyMetadata = [] }) => AccessKeyMetadata.flatMap(({ AccessKeyId }) => AccessKeyId ?? [])),
    ),
  manyAllowed: true,
  create: async ({ iam }, inputs) => {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: inputs.user }));
    const secret = answered(AccessKey?.SecretAccessKey, 'AccessKey.SecretAccessKey');
    return { id: answered(AccessKey?.AccessKeyId, 'AccessKey.AccessKeyId'), state: { ...inputs, secret } };
  },
  remove: ({ iam }, AccessKeyId, { user }) =>
    removed(iam.send(new DeleteAccessKeyCommand({ UserName: user, AccessKeyId })), 'NoSuchEntityException'),
});
