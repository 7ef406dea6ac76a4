import { shellWord } from '../model/shell.ts';
import type { Blueprint } from './blueprint.ts';

/** The commands of the AWS CLI that take a role or user away with everything that is its own, in the order that IAM demands. */
export function removalCommands(
  { principal, policies, attachedPolicyArns }: Pick<Blueprint, 'principal' | 'policies' | 'attachedPolicyArns'>,
  owner: { readonly name: string; readonly arnOf: (policyName: string) => string; readonly accessKeyId?: string },
): readonly string[] {
  const { kind } = principal;
  const who = `--${kind}-name ${shellWord(owner.name)}`;
  const own = policies
    .filter((policy) => policy.kind === 'managed')
    .map((policy) => shellWord(owner.arnOf(`${owner.name}${policy.name}`)));
  const inline = policies.filter((policy) => policy.kind === 'inline');
  const { accessKeyId } = owner;
  return [
    ...(accessKeyId === undefined
      ? []
      : [`aws iam delete-access-key ${who} --access-key-id ${shellWord(accessKeyId)}`]),
    ...inline.map(({ name }) => `aws iam delete-${kind}-policy ${who} --policy-name ${shellWord(name)}`),
    ...[...own, ...attachedPolicyArns.map(shellWord)].map(
      (arn) => `aws iam detach-${kind}-policy ${who} --policy-arn ${arn}`,
    ),
    `aws iam delete-${kind} ${who}`,
    ...own.map((arn) => `aws iam delete-policy --policy-arn ${arn}`),
  ];
}
