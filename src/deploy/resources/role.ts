import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  GetRoleCommand,
  PutRolePermissionsBoundaryCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { answered, defineMapping, found, removed } from '../mapping.ts';
import { object, text, textMap } from '../shape.ts';
import { tagChanges, tagList } from './tags.ts';

interface RoleInputs {
  readonly name: string;
  readonly path?: string;
  readonly description?: string;
  readonly assumeRolePolicy: string;
  readonly permissionsBoundary?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

interface RoleState extends RoleInputs {
  readonly arn: string;
  readonly uniqueId: string;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const role = defineMapping<RoleInputs, RoleState>({
  type: 'aws:iam/role:Role',
  inputs: object(
    {
      name: text,
      path: text,
      description: text,
      assumeRolePolicy: text,
      permissionsBoundary: text,
      tags: textMap,
    },
    ['name', 'assumeRolePolicy'],
  ),
  replaceOn: ['name', 'path'],
  existing: ({ iam }, { name }) => found(iam.send(new GetRoleCommand({ RoleName: name })).then(() => [name])),
  create: async ({ iam }, inputs) => {
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: inputs.name,
        Path: inputs.path,
        Description: inputs.description,
        AssumeRolePolicyDocument: inputs.assumeRolePolicy,
        PermissionsBoundary: inputs.permissionsBoundary,
        Tags: tagList(inputs.tags),
      }),
    );
    return {
      id: inputs.name,
      state: { ...inputs, arn: answered(Role?.Arn, 'Role.Arn'), uniqueId: answered(Role?.RoleId, 'Role.RoleId') },
    };
  },
  update: async ({ iam }, RoleName, old, inputs) => {
    if (old.assumeRolePolicy !== inputs.assumeRolePolicy) {
      await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: inputs.assumeRolePolicy }));
    }
    if (old.description !== inputs.description) {
      await iam.send(new UpdateRoleCommand({ RoleName, Description: inputs.description ?? '' }));
    }
    if (inputs.permissionsBoundary === undefined && old.permissionsBoundary !== undefined) {
      await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }));
    } else if (inputs.permissionsBoundary !== undefined && old.permissionsBoundary !== inputs.permissionsBoundary) {
      const PermissionsBoundary = inputs.permissionsBoundary;
      await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
    }
    const tags = tagChanges(old.tags, inputs.tags);
    if (tags.remove.length > 0) await iam.send(new UntagRoleCommand({ RoleName, TagKeys: tags.remove }));
    if (tags.set !== undefined) await iam.send(new TagRoleCommand({ RoleName, Tags: tags.set }));
    return { ...inputs, arn: old.arn, uniqueId: old.uniqueId };
  },
  remove: ({ iam }, RoleName) => removed(iam.send(new DeleteRoleCommand({ RoleName })), 'NoSuchEntityException'),
});
