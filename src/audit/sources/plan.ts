import type { JsonNode } from '../../documents/json-node.ts';
import { bracketRegion } from '../../documents/json-scan.ts';
import { yamlTooDeepAt } from '../../documents/limits.ts';
import type { RemarkCode } from '../../documents/policy-source.ts';
import { readJsonText } from '../../documents/read-json.ts';
import { readYaml } from '../../documents/read-yaml-policy.ts';
import type { AuditDocuments } from '../../model/audit-documents.ts';
import { KitError } from '../../model/errors.ts';
import { isTemplate, readCloudFormation, TEMPLATE_HINT } from './cloudformation.ts';
import type { Declared } from './declared.ts';
import { declaredDocuments } from './declared-documents.ts';
import { KINDS, otherJson, refuseOther } from './plan-others.ts';
import { has, type PlanText, planText } from './plan-text.ts';
import { readPulumiPreview, readPulumiState } from './pulumi.ts';
import { readTerraformJson } from './terraform.ts';
import type { SourceChoice, SourceFile } from './types.ts';

/** The longest template in YAML: CloudFormation takes 1 MB. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const MAX_TEMPLATE = 1_048_576;

/** Which of the things in a plan the audit is about, and what the plan leaves to whoever deploys it. */
export interface PlanChoice extends SourceChoice {
  /** Values of a template's parameters where they are not the defaults, and of `AWS::AccountId`, `AWS::Region` and the like. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/**
 * The documents of one principal as a plan, a state or a template declares them; by its content it is told what it is.
 *
 * The account is the one that its ARNs and data sources say, else `000000000000`. A template is judged with the defaults of its parameters.
 *
 * @throws KitError `input` for a file that is broken, of something else, or of a version that is not known, and when it has no principal of
 * ChannelMix's, or several
 */
export function readPlan(file: SourceFile, choice: PlanChoice = {}): AuditDocuments {
  const declared = readDeclared(file, choice);
  if (choice.parameters !== undefined && declared.source.kind !== 'cloudformation') throw idleParameters();
  return declaredDocuments(declared, choice);
}

/** The error about parameters of a template where there is none. */
export function idleParameters(): KitError {
  return new KitError('usage', '--parameter is of a CloudFormation template, and none is read here', {
    hint: 'Leave it out.',
  });
}

function readDeclared(file: SourceFile, choice: PlanChoice): Declared {
  const text = file.text.replace(/^\uFEFF/, ' ');
  refuseOther({ ...file, text });
  const start = text.search(/\S/);
  return '{['.includes(text[start] ?? '~')
    ? fromJson({ ...file, text }, start, choice)
    : fromYaml({ ...file, text }, choice);
}

function fromJson(file: SourceFile, start: number, choice: PlanChoice): Declared {
  const { path, text } = file;
  const { open, tooDeepAt, end } = bracketRegion(text, start);
  const at = (offset: number) => {
    const { line, column } = planText(file, NOTHING).region({ start: offset, end: offset });
    return `${path}:${line}:${column}`;
  };
  if (tooDeepAt !== undefined) throw new KitError('input', `${at(tooDeepAt)} nests too deep`, { hint: KINDS });
  const { root, remarks } = readJsonText(text.slice(start), start, 'kept');
  const mistake = remarks.find(({ code }) => MISTAKES.includes(code));
  // A file that is cut off has a mistake where it ends.
  if (open && (mistake === undefined || mistake.end >= text.trimEnd().length))
    throw new KitError(
      'input',
      `${path} is cut off: it ends at ${at(text.length).slice(path.length + 1)}, in the middle of the JSON`,
      {
        hint: 'Make it anew; was the disk full, or the command stopped?',
      },
    );
  if (mistake !== undefined || root === undefined)
    throw new KitError(
      'input',
      `${at(mistake?.start ?? start)} is not JSON: ${mistake?.detail ?? 'nothing is there'}`,
      {
        hint: end < text.trimEnd().length && open === false ? `More text follows what is JSON. ${KINDS}` : KINDS,
      },
    );
  return fromRoot(planText(file, root), choice);
}

const MISTAKES: readonly RemarkCode[] = ['syntax-error', 'comment', 'trailing-comma', 'smart-quotes', 'input-limit'];

/** For the places of a text that has no nodes yet. */
const NOTHING: JsonNode = { type: 'null', value: null, start: 0, end: 0, parent: undefined, step: '' };

/** Tells by its members what a tool wrote. */
function fromRoot(plan: PlanText, choice: PlanChoice): Declared {
  const { root, path } = plan;
  if (
    has(root, 'format_version') &&
    (has(root, 'planned_values') ||
      has(root, 'resource_changes') ||
      has(root, 'terraform_version') ||
      (root.type === 'object' && root.members.length === 1))
  )
    return readTerraformJson(plan);
  if (has(root, 'steps') || (has(root, 'diagnostics') && has(root, 'config'))) return readPulumiPreview(plan);
  if (has(root, 'deployment') && has(root, 'version')) return readPulumiState(plan);
  if (isTemplate(root)) return readCloudFormation(plan, choice.parameters ?? {});
  const { what, hint } = otherJson(root);
  throw new KitError('input', `${path} ${what}`, { hint });
}

function fromYaml(file: SourceFile, choice: PlanChoice): Declared {
  const { path, text } = file;
  const where = (offset: number) => {
    const { line, column } = planText(file, NOTHING).region({ start: offset, end: offset });
    return `${path}:${line}:${column}`;
  };
  if (text.length > MAX_TEMPLATE)
    throw new KitError('input', `${path} has ${text.length} characters; of YAML at most ${MAX_TEMPLATE} are read`, {
      hint: KINDS,
    });
  const deep = yamlTooDeepAt(text);
  if (deep !== undefined) throw new KitError('input', `${where(deep)} nests too deep`, { hint: KINDS });
  const [first, another] = readYaml(text, 0, 'kept');
  const mistake = first?.remarks.find(({ code }) => code === 'syntax-error');
  const root = first?.root;
  const looks = root !== undefined && isTemplate(root);
  if (!looks && root?.type !== 'object')
    throw new KitError('input', `${path} is neither JSON nor a template in YAML`, { hint: KINDS });
  if (mistake !== undefined)
    throw new KitError('input', `${where(mistake.start)} is not valid YAML: ${mistake.detail}`, {
      hint: TEMPLATE_HINT,
    });
  if (another !== undefined)
    throw new KitError('input', `${path} has several YAML documents; a template is one`, { hint: TEMPLATE_HINT });
  return fromRoot(planText(file, root), choice);
}
