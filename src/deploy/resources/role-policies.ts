import {
  AttachRolePolicyCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRolePolicyCommand,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { defineMapping, found, removed } from '../mapping.ts';
import { object, text } from '../shape.ts';

interface RolePolicyInputs {
  readonly name: string;
  readonly role: string;
  readonly policy: string;
}

/** An inline policy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const rolePolicy = defineMapping<RolePolicyInputs, RolePolicyInputs>({
  type: 'aws:iam/rolePolicy:RolePolicy',
  inputs: object({ name: text, role: text, policy: text }, ['name', 'role', 'policy']),
  replaceOn: ['name', 'role'],
  existing: ({ iam }, { role, name }) =>
    found(iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: name })).then(() => [`${role}:${name}`])),
  create: async ({ iam }, inputs) => {
    await iam.send(putRolePolicy(inputs));
    return { id: `${inputs.role}:${inputs.name}`, state: inputs };
  },
  update: async ({ iam }, _id, _old, inputs) => {
    await iam.send(putRolePolicy(inputs));
    return inputs;
  },
  remove: ({ iam }, _id, { role, name }) =>
    removed(iam.send(new DeleteRolePolicyCommand({ RoleName: role, PolicyName: name })), 'NoSuchEntityException'),
});

interface AttachmentInputs {
  readonly role: string;
  readonly policyArn: string;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html */
export const rolePolicyAttachment = defineMapping<AttachmentInputs, AttachmentInputs>({
  type: 'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
  inputs: object({ role: text, policyArn: text }, ['role', 'policyArn']),
  replaceOn: ['role', 'policyArn'],
  // A role has twenty attachments at most, which is one page.
  existing: ({ iam }, { role, policyArn }) =>
    found(
      iam
        .send(new ListAttachedRolePoliciesCommand({ RoleName: role }))
        .then(({ AttachedPolicies = [] }) =>
          AttachedPolicies.filter(({ PolicyArn }) => PolicyArn === policyArn).map(() => `${role}/${policyArn}`),
        ),
    ),
  create: async ({ iam }, inputs) => {
    await iam.send(new AttachRolePolicyCommand({ RoleName: inputs.role, PolicyArn: inputs.policyArn }));
    return { id: `${inputs.role}/${inputs.policyArn}`, state: inputs };
  },
  remove: ({ iam }, _id, { role, policyArn }) =>
    removed(iam.send(new DetachRolePolicyCommand({ RoleName: role, PolicyArn: policyArn })), 'NoSuchEntityException'),
});

function putRolePolicy({ role, name, policy }: RolePolicyInputs): PutRolePolicyCommand {
  return new PutRolePolicyCommand({ RoleName: role, PolicyName: name, PolicyDocument: policy });
}
