import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  type IAMClient,
  ListPolicyVersionsCommand,
  paginateListPolicies,
  TagPolicyCommand,
  UntagPolicyCommand,
} from '@aws-sdk/client-iam';
import { answered, defineMapping, removed } from '../mapping.ts';
import { object, text, textMap } from '../shape.ts';
import { tagChanges, tagList } from './tags.ts';

interface PolicyInputs {
  readonly name: string;
  readonly path?: string;
  readonly description?: string;
  readonly policy: string;
  readonly tags?: Readonly<Record<string, string>>;
}

interface PolicyState extends PolicyInputs {
  readonly arn: string;
  readonly policyId: string;
}

/**
 * A customer managed policy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
 * An update makes a new default version and drops the others, so that the limit of five versions is never reached.
 */
export const managedPolicy = defineMapping<PolicyInputs, PolicyState>({
  type: 'aws:iam/policy:Policy',
  inputs: object({ name: text, path: text, description: text, policy: text, tags: textMap }, ['name', 'policy']),
  replaceOn: ['name', 'path', 'description'],
  existing: async ({ iam }, { name, path }) => {
    const ids: string[] = [];
    for await (const { Policies = [] } of paginateListPolicies({ client: iam }, { Scope: 'Local', PathPrefix: path })) {
      ids.push(...Policies.filter(({ PolicyName }) => PolicyName === name).flatMap(({ Arn }) => Arn ?? []));
    }
    return ids;
  },
  create: async ({ iam }, inputs) => {
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: inputs.name,
        Path: inputs.path,
        Description: inputs.description,
        PolicyDocument: inputs.policy,
        Tags: tagList(inputs.tags),
      }),
    );
    const arn = answered(Policy?.Arn, 'Policy.Arn');
    return { id: arn, state: { ...inputs, arn, policyId: answered(Policy?.PolicyId, 'Policy.PolicyId') } };
  },
  update: async ({ iam }, PolicyArn, old, inputs) => {
    if (old.policy !== inputs.policy) {
      await deleteOldVersions(iam, PolicyArn);
      await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument: inputs.policy, SetAsDefault: true }));
      await deleteOldVersions(iam, PolicyArn);
    }
    const tags = tagChanges(old.tags, inputs.tags);
    if (tags.remove.length > 0) await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: tags.remove }));
    if (tags.set !== undefined) await iam.send(new TagPolicyCommand({ PolicyArn, Tags: tags.set }));
    return { ...inputs, arn: old.arn, policyId: old.policyId };
  },
  remove: async ({ iam }, PolicyArn) => {
    // DeletePolicy demands that only the default version is left.
    await removed(deleteOldVersions(iam, PolicyArn), 'NoSuchEntityException');
    await removed(iam.send(new DeletePolicyCommand({ PolicyArn })), 'NoSuchEntityException');
  },
});

/** Deletes every version that is not the default; a policy has five at most, which is one page. */
async function deleteOldVersions(iam: IAMClient, PolicyArn: string): Promise<void> {
  const { Versions = [] } = await iam.send(new ListPolicyVersionsCommand({ PolicyArn }));
  for (const { VersionId, IsDefaultVersion } of Versions) {
    if (IsDefaultVersion !== true) await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }));
  }
}
