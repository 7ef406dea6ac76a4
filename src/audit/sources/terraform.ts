import { itemsOf, type JsonNode, memberValue } from '../../documents/json-node.ts';
import { inputError } from '../../model/errors.ts';
import { printable } from '../../model/printable.ts';
import type { Declared } from './declared.ts';
import type { Resource } from './declared-resource.ts';
import { declaredResources } from './declared-resources.ts';
import { at, given, isTrue, listIn, type PlanText, textOf } from './plan-text.ts';
import { type Configuration, configurationOf } from './terraform-configuration.ts';
import { valuesOf } from './terraform-values.ts';

/** How to make the JSON that is read. */
export const TERRAFORM_HINT =
  'Make it with: terraform plan -out=plan.bin && terraform show -json plan.bin > plan.json (of a state: terraform show -json > state.json). With OpenTofu: tofu.';

/** The types that are read; what provider they are of decides nothing else. */
const READ = /^aws_(iam|s3|kms)_|^aws_(caller_identity|partition)$/;
/** The same things by a provider whose resources are not read. */
const NOT_READ = /^awscc_(iam|s3|kms)_/;

/**
 * What `terraform show -json` (or `tofu show -json`) says of a plan or a state.
 * https://developer.hashicorp.com/terraform/internals/json-format
 *
 * @throws KitError `input` for a plan that failed, and for another version of the format
 */
export function readTerraformJson(plan: PlanText): Declared {
  const { root, path } = plan;
  checkVersion(plan);
  const isPlan = memberValue(root, 'values') === undefined;
  if (isTrue(given(root, 'errored')))
    throw inputError(
      `${path} is the plan of a run that failed:`,
      [{ field: 'errored', rule: 'what it would make is not known' }],
      TERRAFORM_HINT,
    );
  if (
    isPlan &&
    given(root, 'resource_changes') === undefined &&
    given(root, 'planned_values', 'prior_state') === undefined
  )
    throw inputError(`${path} has nothing in it:`, [{ field: 'values', rule: 'the state is empty' }], TERRAFORM_HINT);
  const resources = isPlan ? ofPlan(plan) : inModule(at(root, 'values', 'root_module'), undefined);
  const date = textOf(given(root, 'timestamp'));
  return declaredResources(plan, resources, {
    source: { kind: isPlan ? 'terraform-plan' : 'terraform-state', path },
    ...(date === undefined ? {} : { date }),
    before: listIn(root, 'resource_changes').flatMap((change) => at(change, 'change', 'before', 'arn') ?? []),
    gaps: [...incomplete(plan), ...deferred(plan), ...notRead(plan, isPlan)],
  });
}

function checkVersion({ root, path }: PlanText): void {
  const version = textOf(given(root, 'format_version')) ?? '';
  if (/^1\.\d+$/.test(version)) return;
  const rule = /^0\./.test(version)
    ? 'is from before Terraform 1.1: make it with a newer one'
    : 'is not known here: this version reads 1.x';
  throw inputError(
    `${path} cannot be read:`,
    [{ field: 'format_version', value: printable(version), rule }],
    TERRAFORM_HINT,
  );
}

function ofPlan(plan: PlanText): readonly Resource[] {
  const { root } = plan;
  const configuration = configurationOf(root);
  const looked = inModule(at(root, 'prior_state', 'values', 'root_module'), configuration).filter(
    ({ isData }) => isData,
  );
  const changed = listIn(root, 'resource_changes').flatMap((change) => ofChange(change, configuration));
  return [...looked, ...changed];
}

/** A resource as it will be; one that is deleted is none, one that is only forgotten stays as it is. */
function ofChange(node: JsonNode, configuration: Configuration): readonly Resource[] {
  const type = textOf(given(node, 'type')) ?? '';
  const change = given(node, 'change');
  const actions = listIn(change, 'actions').map(textOf);
  const isForgotten = actions.includes('forget');
  const after = given(change, isForgotten ? 'before' : 'after');
  if (!READ.test(type) || after === undefined || given(node, 'deposed') !== undefined) return [];
  if (actions.join() === 'delete') return [];
  const values = isForgotten
    ? after
    : valuesOf(after, given(change, 'after_unknown'), given(change, 'after_sensitive'));
  return [resourceOf(node, values, actions.includes('create'), configuration)];
}

/** The resources of a module of a state, and of the modules in it. */
function inModule(module: JsonNode | undefined, configuration: Configuration | undefined): readonly Resource[] {
  const own = listIn(module, 'resources').flatMap((node): readonly Resource[] => {
    const values = given(node, 'values');
    if (!READ.test(textOf(given(node, 'type')) ?? '') || values === undefined) return [];
    return [resourceOf(node, valuesOf(values, undefined, given(node, 'sensitive_values')), false, configuration)];
  });
  return [...own, ...listIn(module, 'child_modules').flatMap((child) => inModule(child, configuration))];
}

function resourceOf(
  node: JsonNode,
  values: JsonNode,
  isNew: boolean,
  configuration: Configuration | undefined,
): Resource {
  const address = textOf(given(node, 'address')) ?? '';
  const type = textOf(given(node, 'type')) ?? '';
  const said = configuration?.of(node);
  return {
    address,
    type,
    isData: textOf(given(node, 'mode')) === 'data',
    node: values,
    isNew,
    provider: said?.provider ?? textOf(given(node, 'provider_name')) ?? '',
    ...(said?.region === undefined ? {} : { region: said.region }),
    sets: said?.sets ?? (() => true),
    refers: said?.refers ?? (() => []),
  };
}

/** What `-target` or a deferral leaves out of a plan. */
function incomplete({ root, path }: PlanText): Declared['gaps'] {
  if (textOf(given(root, 'complete')) !== 'false') return [];
  return [
    {
      what: `what ${path} leaves out`,
      action: 'iam:GetRole',
      kind: 'unknown',
      said: 'the plan is not complete (-target, or changes that were put off): make one of everything',
    },
  ];
}

function deferred({ root }: PlanText): Declared['gaps'] {
  return listIn(root, 'deferred_changes').flatMap((one) => {
    const address = textOf(at(one, 'resource_change', 'address')) ?? '';
    if (!READ.test(textOf(at(one, 'resource_change', 'type')) ?? '')) return [];
    const reason = textOf(given(one, 'reason')) ?? 'for a reason that is not given';
    return [
      { what: address, action: 'iam:GetRole', kind: 'unknown', said: `its change was put off (${reason})` } as const,
    ];
  });
}

/** The same things, made by the provider awscc: that there are some is told. */
function notRead({ root }: PlanText, isPlan: boolean): Declared['gaps'] {
  const types = isPlan ? listIn(root, 'resource_changes') : itemsOf(at(root, 'values', 'root_module', 'resources'));
  return types.flatMap((node) => {
    const address = textOf(given(node, 'address')) ?? '';
    if (!NOT_READ.test(textOf(given(node, 'type')) ?? '')) return [];
    return [
      {
        what: address,
        action: 'iam:GetRole',
        kind: 'unknown',
        said: 'resources of the provider awscc are not read',
      } as const,
    ];
  });
}
