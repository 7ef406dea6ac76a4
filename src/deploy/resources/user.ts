import {
  CreateUserCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  GetUserCommand,
  PutUserPermissionsBoundaryCommand,
  TagUserCommand,
  UntagUserCommand,
} from '@aws-sdk/client-iam';
import { answered, defineMapping, found, removed } from '../mapping.ts';
import { object, text, textMap } from '../shape.ts';
import { tagChanges, tagList } from './tags.ts';

interface UserInputs {
  readonly name: string;
  readonly path?: string;
  readonly permissionsBoundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

interface UserState extends UserInputs {
  readonly arn: string;
  readonly uniqueId: string;
}

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
 * The AWS provider renames a user in place; here a new name makes a new user, which needs no call that the sandbox lacks.
 */
export const user = defineMapping<UserInputs, UserState>({
  type: 'aws:iam/user:User',
  inputs: object({ name: text, path: text, permissionsBoundary: text, tags: textMap }, ['name']),
  replaceOn: ['name', 'path'],
  existing: ({ iam }, { name }) => found(iam.send(new GetUserCommand({ UserName: name })).then(() => [name])),
  create: async ({ iam }, inputs) => {
    const { User } = await iam.send(
      new CreateUserCommand({
        UserName: inputs.name,
        Path: inputs.path,
        PermissionsBoundary: inputs.permissionsBoundary,
        Tags: tagList(inputs.tags),
      }),
    );
    return {
      id: inputs.name,
      state: { ...inputs, arn: answered(User?.Arn, 'User.Arn'), uniqueId: answered(User?.UserId, 'User.UserId') },
    };
  },
  update: async ({ iam }, UserName, old, inputs) => {
    if (inputs.permissionsBoundary === undefined && old.permissionsBoundary !== undefined) {
      await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }));
    } else if (inputs.permissionsBoundary !== undefined && old.permissionsBoundary !== inputs.permissionsBoundary) {
      const PermissionsBoundary = inputs.permissionsBoundary;
      await iam.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary }));
    }
    const tags = tagChanges(old.tags, inputs.tags);
    if (tags.remove.length > 0) await iam.send(new UntagUserCommand({ UserName, TagKeys: tags.remove }));
    if (tags.set !== undefined) await iam.send(new TagUserCommand({ UserName, Tags: tags.set }));
    return { ...inputs, arn: old.arn, uniqueId: old.uniqueId };
  },
  remove: ({ iam }, UserName) => removed(iam.send(new DeleteUserCommand({ UserName })), 'NoSuchEntityException'),
});
