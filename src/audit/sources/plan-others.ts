import { itemsOf, type JsonNode, memberValue } from '../../documents/json-node.ts';
import { KitError } from '../../model/errors.ts';
import { TEMPLATE_HINT } from './cloudformation.ts';
import { given, has, listIn, memberNames, textOf } from './plan-text.ts';
import { PULUMI_HINT } from './pulumi.ts';
import { TERRAFORM_HINT } from './terraform.ts';
import type { SourceFile } from './types.ts';

/** The longest plan that is read, in UTF-16 units: every value is kept with its place. */
const MAX_PLAN = 33_554_432;
/** What may be given, for errors. */
export const KINDS =
  'It reads: terraform show -json of a plan or state, pulumi preview --json, pulumi stack export, and CloudFormation templates.';

/** Files that somebody gives for a plan, by how they begin, with what to do instead. */
const OTHERS: readonly { readonly is: RegExp; readonly what: string; readonly hint: string }[] = [
  { is: /^\s*$/, what: 'is empty', hint: KINDS },
  {
    is: /^\p{Cc}\uFFFD\p{Cc}/u,
    what: 'is compressed (gzip)',
    hint: 'Unpack it first: gunzip',
  },
  { is: /^PK\p{Cc}{2}/u, what: 'is a plan in Terraform’s own binary format', hint: TERRAFORM_HINT },
  {
    is: /^[\uFFFD\s]*.?␀/,
    what: 'is not UTF-8 text',
    hint: 'Was it written by > in PowerShell? There, write it with: … | Out-File -Encoding utf8 plan.json',
  },
  {
    is: /^\s*\{"@level":/,
    what: 'is the log of a run (terraform plan -json), which has no resources in it',
    hint: TERRAFORM_HINT,
  },
  {
    is: /^\s*\{"(?:sequence|timestamp)":\d+,[^\n]*\n\s*\{/,
    what: 'is the log of a run, event by event, and not a preview',
    hint: PULUMI_HINT,
  },
  {
    is: /^(?:␛\[[\d;]*m|\s)*(?:(?:Terraform|OpenTofu) (?:used the selected|will perform)|Acquiring state lock|No changes\. Your infrastructure)|^[\w.[\]"-]+: (?:Refreshing state|Reading)\.\.\./,
    what: 'is a plan as it is shown to people',
    hint: TERRAFORM_HINT,
  },
  {
    is: /^\s*(?:#[^\n]*\n\s*)*(?:terraform|provider|resource|variable|module|data|locals)\s*(?:"[^"\n]*"\s*)*\{/,
    what: 'is a configuration of Terraform’s and no plan of it',
    hint: TERRAFORM_HINT,
  },
  {
    is: /^(?:␛\[[\d;]*m|\s)*Previewing update|^ *[-+~]? *pulumi:pulumi:Stack/,
    what: 'is a preview as it is shown to people',
    hint: PULUMI_HINT,
  },
  { is: /␀/, what: 'is not a text file: it has NUL bytes', hint: KINDS },
];

/** @throws KitError `input` for a text that is something else, or too long */
export function refuseOther({ path, text }: SourceFile): void {
  // Control characters are no part of patterns.
  const head = text
    .slice(0, 4_096)
    .replace(/^\uFEFF/, '')
    .replaceAll('\0', '␀')
    .replaceAll('\u001B', '␛');
  const other = OTHERS.find(({ is }) => is.test(head));
  if (other !== undefined) throw new KitError('input', `${path} ${other.what}`, { hint: other.hint });
  if (text.length > MAX_PLAN)
    throw new KitError('input', `${path} has ${text.length} characters; at most ${MAX_PLAN} are read`, {
      hint: 'Make the plan of a part: of one module or component, or by -target, which the audit then says of it.',
    });
}

/** What a value is that is none of those that are read, as far as that can be told, and what to do. */
export function otherJson(root: JsonNode): { readonly what: string; readonly hint: string } {
  const version = textOf(given(root, 'version'));
  if (has(root, 'lineage') || (has(root, 'terraform_version') && has(root, 'serial')))
    return {
      what: `is a state in Terraform’s own format (version ${version})`,
      hint: 'Turn it into what is read: terraform show -json terraform.tfstate > state.json',
    };
  if (has(root, 'resourcePlans'))
    return { what: 'is a saved plan of Pulumi’s, which holds goals and no resources', hint: PULUMI_HINT };
  if (has(root, 'RoleDetailList') || has(root, 'UserDetailList'))
    return {
      what: 'has the authorization details of an account, and is no plan',
      hint: 'Give the file, or its folder, with --from.',
    };
  if (has(root, 'documents') && has(root, 'kind'))
    return { what: 'is what audit --save wrote, and no plan', hint: 'Give the file with --from.' };
  if (has(root, 'Statement'))
    return {
      what: 'is a policy document, and no plan',
      hint: 'Give it as what it is: --identity, --trust or --bucket-policy.',
    };
  if (memberValue(root, 'Resources')?.type === 'object')
    return { what: 'has Resources, but none of a type of AWS’s', hint: TEMPLATE_HINT };
  if (root.type === 'array' && itemsOf(root).some((one) => listIn(one, 'Statement').length > 0))
    return {
      what: 'is a list of policy documents, and no plan',
      hint: 'Give them as what they are: --identity, --trust or --bucket-policy.',
    };
  return { what: `is no plan, state or template that is known here (its members: ${memberNames(root)})`, hint: KINDS };
}
