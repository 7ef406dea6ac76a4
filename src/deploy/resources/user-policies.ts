import { AttachUserPolicyCommand, DetachUserPolicyCommand, ListAttachedUserPoliciesCommand } from '@aws-sdk/client-iam';
import { defineMapping, found, removed } from '../mapping.ts';
import { object, text } from '../shape.ts';

interface AttachmentInputs {
  readonly user: string;
  readonly policyArn: string;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html */
export const userPolicyAttachment = defineMapping<AttachmentInputs, AttachmentInputs>({
  type: 'aws:iam/userPolicyAttachment:UserPolicyAttachment',
  inputs: object({ user: text, policyArn: text }, ['user', 'policyArn']),
  replaceOn: ['user', 'policyArn'],
  // A user has twenty attachments at most, which is one page.
  existing: ({ iam }, { user, policyArn }) =>
    found(
      iam
        .send(new ListAttachedUserPoliciesCommand({ UserName: user }))
        .then(({ AttachedPolicies = [] }) =>
          AttachedPolicies.filter(({ PolicyArn }) => PolicyArn === policyArn).map(() => `${user}/${policyArn}`),
        ),
    ),
  create: async ({ iam }, inputs) => {
    await iam.send(new AttachUserPolicyCommand({ UserName: inputs.user, PolicyArn: inputs.policyArn }));
    return { id: `${inputs.user}/${inputs.policyArn}`, state: inputs };
  },
  remove: ({ iam }, _id, { user, policyArn }) =>
    removed(iam.send(new DetachUserPolicyCommand({ UserName: user, PolicyArn: policyArn })), 'NoSuchEntityException'),
});
