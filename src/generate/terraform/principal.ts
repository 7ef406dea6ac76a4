import { parseArn } from '../../model/arn.ts';
import type { Grant } from '../../model/grant.ts';
import type { Blueprint, PolicyBlueprint, PrincipalBlueprint } from '../blueprint.ts';
import { attributes, type BodyPart, block, type Code, checkovSkips, code, reference, template } from './hcl.ts';
import { documentJson, policyDocument, type TextWriter } from './policy-document.ts';
import { principalName } from './variables.ts';

/** The one label of what the file makes once: unlikely to be taken where the file joins others. */
export const LABEL = 'channelmix';

const TRUST = 'channelmix_trust';

/** The role or user, its policies, and the key of a user. */
export function principalParts(grant: Grant, plan: Blueprint, write: TextWriter): readonly BodyPart[] {
  const { principal, policies } = plan;
  const attachments = [
    ...policies.flatMap(({ kind, name }) =>
      kind === 'managed'
        ? [{ label: policyLabel(name), arn: reference('aws_iam_policy', policyLabel(name), 'arn') }]
        : [],
    ),
    ...plan.attachedPolicyArns.map((arn) => ({ label: 'channelmix_full_access', arn })),
  ];
  return [
    ...(principal.trustPolicy === undefined ? [] : [policyDocument(TRUST, principal.trustPolicy, write)]),
    principalResource(grant, principal),
    ...policies.flatMap((policy) => policyParts(policy, principal, write)),
    ...attachments.map(({ label, arn }) =>
      block(
        'resource',
        [`aws_iam_${principal.kind}_policy_attachment`, label],
        ...(principal.kind === 'user' ? [checkovSkips('CKV_AWS_40:The user is for ChannelMix alone.')] : []),
        attributes({ [principal.kind]: principalAttribute(principal, 'name'), policy_arn: arn }),
      ),
    ),
    ...(principal.kind === 'user'
      ? [
          accessKey(
            principal,
            attachments.map(({ label }) => label),
          ),
        ]
      : []),
  ];
}

/** An attribute of the role or user. */
export function principalAttribute({ kind }: Pick<PrincipalBlueprint, 'kind'>, name: 'arn' | 'name'): Code {
  return reference(`aws_iam_${kind}`, LABEL, name);
}

function principalResource({ partition }: Grant, principal: PrincipalBlueprint): BodyPart {
  const { kind, path, description, permissionsBoundary } = principal;
  return block(
    'resource',
    [`aws_iam_${kind}`, LABEL],
    ...(kind === 'user'
      ? [checkovSkips('CKV_AWS_273:ChannelMix signs its requests with the key of a user, not by SSO.')]
      : []),
    attributes({
      name: principalName(kind),
      path,
      description,
      assume_role_policy: principal.trustPolicy === undefined ? undefined : documentJson(TRUST),
      permissions_boundary: permissionsBoundary,
      tags: reference('var.tags'),
    }),
    block(
      'lifecycle',
      [],
      precondition(
        code`data.aws_partition.channelmix.partition == ${partition}`,
        `This was made for an account in the partition ${partition}; these credentials are for another.`,
      ),
      ...accountPrecondition(permissionsBoundary),
    ),
  );
}

function accountPrecondition(permissionsBoundary: string | undefined): readonly BodyPart[] {
  const account = accountOf(permissionsBoundary);
  if (account === undefined) return [];
  return [
    precondition(
      code`data.aws_caller_identity.channelmix.account_id == ${account}`,
      `The permissions boundary is a policy of account ${account}; these credentials are for another.`,
    ),
  ];
}

/**
 * The account that a boundary says must be the one: it is a policy of the account itself, or of AWS.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function accountOf(permissionsBoundary: string | undefined): string | undefined {
  const account = parseArn(permissionsBoundary ?? '')?.account;
  return account === 'aws' ? undefined : account;
}

/** Stops a plan before anything is made. */
export function precondition(condition: Code, error: string): BodyPart {
  return block('precondition', [], attributes({ condition, error_message: error }));
}

function policyLabel(suffix: string): string {
  return `${LABEL}${suffix.replaceAll('-', '_')}`;
}

function policyParts(
  { kind, name, document }: PolicyBlueprint,
  principal: PrincipalBlueprint,
  write: TextWriter,
): readonly BodyPart[] {
  if (kind === 'inline') {
    return [
      policyDocument(LABEL, document, write),
      block(
        'resource',
        ['aws_iam_role_policy', LABEL],
        attributes({ name, role: principalAttribute(principal, 'name'), policy: documentJson(LABEL) }),
      ),
    ];
  }
  const label = policyLabel(name);
  return [
    policyDocument(label, document, write),
    block(
      'resource',
      ['aws_iam_policy', label],
      attributes({
        name: name === '' ? principalName(principal.kind) : template(principalName(principal.kind), name),
        path: principal.path,
        policy: documentJson(label),
        tags: reference('var.tags'),
      }),
    ),
  ];
}

/** Made last, so that a run that fails before it leaves no key that nobody has seen. */
function accessKey(principal: PrincipalBlueprint, attachments: readonly string[]): BodyPart {
  return block(
    'resource',
    ['aws_iam_access_key', LABEL],
    attributes({
      user: principalAttribute(principal, 'name'),
      pgp_key: reference('var.pgp_key'),
      depends_on: attachments.map((label) => reference('aws_iam_user_policy_attachment', label)),
    }),
  );
}
