import { itemsOf, memberValue, stringsOf } from '../../documents/json-node.ts';
import { isDetailsText } from './details.ts';
import type { WrittenPolicy } from './policy-text.ts';
import { isSavedText } from './saved.ts';

/** What a file of an account can be. Policy documents are told apart one by one. */
export type FileKind = 'documents' | 'authorization-details' | 'plan' | 'other';

/** What a policy document can be. */
export type PolicyKind = 'identity' | 'trust' | 'boundary' | 'bucket-policy' | 'key-policy' | 'scp' | 'rcp';

/** Members by which a plan, state or template is known, in JSON or YAML. */
const PLANS: readonly RegExp[] = [
  // terraform show -json: https://developer.hashicorp.com/terraform/internals/json-format
  /"format_version"\s*:/,
  // terraform.tfstate itself.
  /"terraform_version"\s*:/,
  // pulumi stack export, pulumi preview --json
  /"deployment"\s*:\s*\{/,
  /"steps"\s*:\s*\[/,
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
  /"?AWSTemplateFormatVersion"?\s*:/,
  /"?Type"?\s*:\s*["']?AWS::\w+::\w+/,
];

/** What a file is, by what is in it: quickly, and without a word about whether it is right. */
export function recogniseFile(text: string): FileKind {
  if (isSavedText(text)) return 'documents';
  if (isDetailsText(text)) return 'authorization-details';
  return PLANS.some((pattern) => pattern.test(text)) ? 'plan' : 'other';
}

/** Names that say what a policy is, where its elements do not: SCPs and boundaries look like identity policies. */
const NAMES: readonly (readonly [RegExp, PolicyKind])[] = [
  [/(^|[^a-z])scps?([^a-z]|$)|service[-_ ]?control/i, 'scp'],
  [/(^|[^a-z])rcps?([^a-z]|$)|resource[-_ ]?control/i, 'rcp'],
  [/boundar/i, 'boundary'],
  [/trust|assume[-_ ]?role/i, 'trust'],
  [/bucket[-_ ]?policy/i, 'bucket-policy'],
  [/(^|[^a-z])(key|kms)[-_ ]?policy/i, 'key-policy'],
];

/** What a policy document is: by its elements, and by the file's name where these fit several. */
export function recognisePolicy({ path, kind, root }: WrittenPolicy): PolicyKind {
  const file = path.replace(/^.*[\\/]/, '');
  const named = NAMES.find(([pattern]) => pattern.test(file))?.[1];
  if (kind === 'trust') return 'trust';
  if (kind === 'identity') return named === 'scp' || named === 'boundary' ? named : 'identity';
  if (named === 'rcp') return 'rcp';
  const actions = itemsOf(memberValue(root, 'Statement')).flatMap((statement) =>
    stringsOf(memberValue(statement, 'Action')),
  );
  const isAboutKeys = actions.length > 0 && actions.every(({ value }) => /^kms:/i.test(value));
  return isAboutKeys || named === 'key-policy' ? 'key-policy' : 'bucket-policy';
}
