import { KitError } from '../../model/errors.ts';
import type { OneOrMany, PolicyDocument, PolicyStatement } from '../../model/policy.ts';
import {
  attributes,
  type Block,
  type BodyPart,
  block,
  type Code,
  type Comment,
  type HclValue,
  reference,
} from './hcl.ts';

/** Writes a text of a policy: as it is, or with references in it. */
export type TextWriter = (text: string) => HclValue;

/** A policy document under a label. https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document */
export function policyDocument(
  label: string,
  document: PolicyDocument,
  write: TextWriter,
  ...comments: readonly Comment[]
): Block {
  return block(
    'data',
    ['aws_iam_policy_document', label],
    ...comments,
    attributes({ policy_id: document.Id, version: document.Version }),
    ...[document.Statement].flat().map((statement) => statementBlock(statement, write)),
  );
}

/** The JSON of a document: what a policy argument takes. */
export function documentJson(label: string): Code {
  return reference('data.aws_iam_policy_document', label, 'json');
}

function statementBlock(statement: PolicyStatement, write: TextWriter): Block {
  const texts = (values: OneOrMany<string> | undefined) =>
    values === undefined ? undefined : [values].flat().map((value) => write(harmless(value)));
  return block(
    'statement',
    [],
    attributes({
      sid: statement.Sid,
      effect: statement.Effect,
      actions: texts(statement.Action),
      not_actions: texts(statement.NotAction),
      resources: texts(statement.Resource),
      not_resources: texts(statement.NotResource),
    }),
    ...principals('principals', statement.Principal, texts),
    ...principals('not_principals', statement.NotPrincipal, texts),
    ...Object.entries(statement.Condition ?? {}).flatMap(([test, keys]) =>
      Object.entries(keys).map(([variable, values]) => {
        const list = texts([values].flat().map(String));
        return block('condition', [], attributes({ test, variable, values: list }));
      }),
    ),
  );
}

function principals(
  type: string,
  principal: PolicyStatement['Principal'],
  texts: (values: OneOrMany<string>) => readonly HclValue[] | undefined,
): readonly BodyPart[] {
  const kinds = principal === '*' ? { '*': '*' } : (principal ?? {});
  return Object.entries(kinds).map(([kind, identifiers]) =>
    block(type, [], attributes({ type: kind, identifiers: texts(identifiers) })),
  );
}

/**
 * The data source writes `${` for `&{`, so that policy variables can be written without Terraform taking them for its own.
 *
 * @throws KitError `input` for a text with `&{` in it, which no escape can save
 */
function harmless(text: string): string {
  if (!text.includes('&{')) return text;
  throw new KitError(
    'input',
    `${JSON.stringify(text)} cannot be written for Terraform, which takes "&{" for a policy variable`,
    {
      hint: 'Name the folder above it, or use another format.',
    },
  );
}
