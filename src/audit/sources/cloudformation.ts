import type { JsonNode } from '../../documents/json-node.ts';
import type { Unreadable } from '../../model/access-documents.ts';
import { inputError } from '../../model/errors.ts';
import { templateBuckets } from './cloudformation-buckets.ts';
import { templateIam } from './cloudformation-iam.ts';
import { type TemplateResource, templateOf } from './cloudformation-scope.ts';
import { type Declared, unknownFact } from './declared.ts';
import { declaredKey, unwrittenPolicy } from './declared-kms.ts';
import { policyPiece, unknownText } from './declared-policy.ts';
import { given, isTrue, isUnknown, itemTexts, listIn, type PlanText, textOf } from './plan-text.ts';

/** What to give. */
export const TEMPLATE_HINT =
  'Give the template as CloudFormation gets it; one of SAM or with macros as it comes out of them: aws cloudformation get-template --template-stage Processed';

/** Whether a value is a template: it has resources of AWS's types. */
export function isTemplate(root: JsonNode): boolean {
  const resources = given(root, 'Resources');
  if (resources?.type !== 'object') return false;
  if (given(root, 'AWSTemplateFormatVersion') !== undefined) return true;
  return resources.members.some(({ value }) => /^(AWS|Custom|Alexa)::/.test(textOf(given(value, 'Type')) ?? ''));
}

/**
 * What a CloudFormation template declares: as a new stack with the defaults of its parameters, in an account where nothing else is.
 *
 * @param values of parameters and pseudo parameters
 * @throws KitError `input` for a value of a parameter that the template does not have
 */
export function readCloudFormation(plan: PlanText, values: Readonly<Record<string, string>>): Declared {
  const { root, path } = plan;
  const parameters = given(root, 'Parameters');
  const strange = Object.keys(values).filter(
    (name) => !name.startsWith('AWS::') && given(parameters, name) === undefined,
  );
  if (strange.length > 0)
    throw inputError(
      `${path} has other parameters:`,
      strange.map((field) => ({ field, rule: 'is not one of the template' })),
    );
  const template = templateOf(plan, values);
  const keys = template.resources.filter(({ type }) => type === 'AWS::KMS::Key');
  return {
    source: { kind: 'cloudformation', path },
    account: template.account,
    partition: template.partition,
    ...templateIam(plan, template),
    buckets: templateBuckets(plan, template),
    keys: keys.map(({ id, properties }) => {
      const arn = template.arnOf(id);
      const of = { name: `policy of key ${arn}`, what: `the policy of key ${arn}`, action: 'kms:GetKeyPolicy' };
      const written = given(properties, 'KeyPolicy');
      const enabled = given(properties, 'Enabled');
      return declaredKey(plan, {
        arn,
        aliases: aliasesOf(template.resources, [arn, template.nameOf(id)], template.nameOf),
        isNew: true,
        isEnabled: enabled === undefined || isTrue(enabled),
        policy: written === undefined ? unwrittenPolicy(arn) : policyPiece(plan, written, of),
      });
    }),
    gaps: [...macros(plan), ...notRead(template.resources)],
  };
}

function aliasesOf(
  resources: readonly TemplateResource[],
  key: readonly string[],
  nameOf: (id: string) => string,
): readonly string[] {
  return resources
    .filter(
      ({ type, properties }) =>
        type === 'AWS::KMS::Alias' && key.includes(textOf(given(properties, 'TargetKeyId')) ?? ''),
    )
    .map(({ id }) => nameOf(id));
}

/** Transforms that change the template itself; LanguageExtensions only adds functions. */
function macros({ root, path }: PlanText): readonly Unreadable[] {
  const names = itemTexts(given(root, 'Transform')).filter((name) => name !== 'AWS::LanguageExtensions');
  const resources = given(root, 'Resources');
  const loops = resources?.type === 'object' ? resources.members.filter(({ key }) => key.value.startsWith('Fn::')) : [];
  const gap = (what: string): Unreadable => ({
    what,
    action: 'iam:GetRole',
    kind: 'unknown',
    said: `what it makes of the resources of ${path} is not known: give the template as it comes out of it (aws cloudformation get-template --template-stage Processed)`,
  });
  return [...names.map((name) => gap(`the transform ${name}`)), ...loops.map(({ key }) => gap(key.value))];
}

/** Resources that may hold roles, policies or buckets, and are not read. */
function notRead(resources: readonly TemplateResource[]): readonly Unreadable[] {
  return resources.flatMap(({ id, type, properties }) => {
    if (isUnknown(properties) && /^AWS::(IAM|S3|KMS)::/.test(type))
      return [unknownFact(`${type} ${id}`, 'iam:GetRole', unknownText(properties)).why];
    if (type === 'AWS::CloudFormation::Stack')
      return [unknownFact(`the nested stack ${id}`, 'iam:GetRole', 'its template is another file').why];
    if (!type.startsWith('AWS::Serverless::') || listIn(properties, 'Policies').length === 0) return [];
    return [unknownFact(`${type} ${id}`, 'iam:GetRole', 'resources of SAM are not read').why];
  });
}
