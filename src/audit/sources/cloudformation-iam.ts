import type { JsonNode } from '../../documents/json-node.ts';
import type { NamedPolicy, Piece } from '../../model/access-documents.ts';
import type { Template, TemplateResource } from './cloudformation-scope.ts';
import type { Declared, DeclaredAttachment, DeclaredMembership, DeclaredPrincipal, HolderKind } from './declared.ts';
import { unknownFact } from './declared.ts';
import { policyPiece, unknownText } from './declared-policy.ts';
import { firstUnknown, given, isUnknown, listIn, numberOf, type PlanText, textOf } from './plan-text.ts';

/** A stack makes everything with the same credentials. */
export const STACK_PROVIDER = 'stack';

const HOLDERS: readonly { readonly to: HolderKind; readonly Title: string }[] = [
  { to: 'role', Title: 'Role' },
  { to: 'user', Title: 'User' },
  { to: 'group', Title: 'Group' },
];

/** What a template says of IAM. https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html */
export function templateIam(
  plan: PlanText,
  template: Template,
): Pick<Declared, 'principals' | 'policies' | 'attachments' | 'memberships' | 'accessKeys' | 'passwords'> {
  const resources = template.resources.filter(({ properties }) => !isUnknown(properties));
  const ofType = (type: string) => resources.filter((one) => one.type === `AWS::IAM::${type}`);
  return {
    principals: [...ofType('Role'), ...ofType('User')].map((one) => principalOf(plan, template, one)),
    policies: ofType('ManagedPolicy').map((one) => ({
      arn: template.arnOf(one.id),
      document: documentOf(
        plan,
        one,
        template.arnOf(one.id),
        `policy ${template.arnOf(one.id)}`,
        'iam:GetPolicyVersion',
      ),
    })),
    attachments: resources.flatMap((one) => attachmentsOf(plan, template, one)),
    memberships: resources.flatMap((one) => membershipsOf(template, one)),
    accessKeys: ofType('AccessKey').map(({ id, properties }) => accessKey(id, properties)),
    passwords: ofType('User').flatMap(({ id, properties }) =>
      given(properties, 'LoginProfile') === undefined ? [] : [template.nameOf(id)],
    ),
  };
}

function place(plan: PlanText, { node }: TemplateResource) {
  return { path: plan.path, ...plan.region(node) };
}

function principalOf(plan: PlanText, template: Template, resource: TemplateResource): DeclaredPrincipal {
  const { id, type, properties } = resource;
  const kind = type === 'AWS::IAM::Role' ? 'role' : 'user';
  const name = template.nameOf(id);
  const of = `${kind} ${name}`;
  const action = kind === 'role' ? 'iam:GetRole' : 'iam:GetUser';
  const trust = { name: `trust policy of ${of}`, what: `the trust policy of ${of}`, action };
  const boundary = given(properties, 'PermissionsBoundary');
  const seconds = numberOf(given(properties, 'MaxSessionDuration')) ?? 3600;
  return {
    kind,
    name,
    arn: template.arnOf(id),
    isNew: true,
    provider: STACK_PROVIDER,
    tags: tagsOf(properties, of),
    trust:
      kind === 'user' ? { state: 'absent' } : policyPiece(plan, given(properties, 'AssumeRolePolicyDocument'), trust),
    boundary: boundary === undefined ? { state: 'absent' } : arnPiece(boundary, `the boundary of ${of}`, action),
    ...(kind === 'role' ? { maxSessionSeconds: seconds } : {}),
    place: place(plan, resource),
  };
}

function tagsOf(properties: JsonNode | undefined, of: string): DeclaredPrincipal['tags'] {
  const tags = given(properties, 'Tags');
  const unknown = firstUnknown(tags);
  if (unknown !== undefined) return unknownFact(`the tags of ${of}`, 'iam:ListRoleTags', unknownText(unknown));
  const pairs = listIn(properties, 'Tags').map((tag) => [
    textOf(given(tag, 'Key')) ?? '',
    textOf(given(tag, 'Value')) ?? '',
  ]);
  return { state: 'read', value: Object.fromEntries(pairs) };
}

function arnPiece(node: JsonNode, what: string, action: string): Piece<string> {
  const arn = textOf(node);
  if (arn !== undefined) return { state: 'read', value: arn };
  return unknownFact(what, action, isUnknown(node) ? unknownText(node) : 'no ARN is given');
}

/** The document of a resource; one that is made under a condition that is not known counts as not known. */
function documentOf(
  plan: PlanText,
  { id, node, made, properties }: Pick<TemplateResource, 'id' | 'node' | 'made' | 'properties'>,
  name: string,
  what: string,
  action: string,
): Piece<NamedPolicy> {
  if (made === undefined) return unknownFact(what, action, conditional(id, node));
  return policyPiece(plan, given(properties, 'PolicyDocument'), { name, what, action });
}

/** Why it is open whether a resource is made. */
export function conditional(id: string, node: JsonNode): string {
  return `whether ${id} is made depends on the condition ${textOf(given(node, 'Condition'))}, which is not known`;
}

function attachmentsOf(plan: PlanText, template: Template, resource: TemplateResource): readonly DeclaredAttachment[] {
  const { id, type, node, made, properties } = resource;
  const base = { label: id, provider: STACK_PROVIDER, place: place(plan, resource) };
  const short = type.replace('AWS::IAM::', '');
  const holder = HOLDERS.find(({ Title }) => short === Title || short === `${Title}Policy`);
  if (holder !== undefined && short === holder.Title) return ofHolder(plan, template, resource, holder, base);
  if (holder !== undefined) {
    const { to, Title } = holder;
    const name = textOf(given(properties, `${Title}Name`));
    const called = textOf(given(properties, 'PolicyName')) ?? id;
    const what = `inline policy ${called} of ${to} ${name ?? id}`;
    return [
      { to, name, ...base, policy: { inline: documentOf(plan, resource, called, what, `iam:Get${Title}Policy`) } },
    ];
  }
  if (short !== 'Policy' && short !== 'ManagedPolicy') return [];
  const called = textOf(given(properties, 'PolicyName')) ?? id;
  return HOLDERS.flatMap(({ to, Title }) =>
    namesIn(properties, `${Title}s`).map((name): DeclaredAttachment => {
      const what = `inline policy ${called} of ${to} ${name ?? id}`;
      const action = `iam:Get${Title}Policy`;
      if (short === 'Policy')
        return { to, name, ...base, policy: { inline: documentOf(plan, resource, called, what, action) } };
      const managed: Piece<string> =
        made === undefined
          ? unknownFact(`policy ${template.arnOf(id)}`, `iam:ListAttached${Title}Policies`, conditional(id, node))
          : { state: 'read', value: template.arnOf(id) };
      return { to, name, ...base, policy: { managed } };
    }),
  );
}

/** What a role, user or group says of its own policies. */
function ofHolder(
  plan: PlanText,
  template: Template,
  { id, properties }: TemplateResource,
  { to, Title }: (typeof HOLDERS)[number],
  base: Pick<DeclaredAttachment, 'label' | 'provider' | 'place'>,
): readonly DeclaredAttachment[] {
  const name = template.nameOf(id);
  const of = `${to} ${name}`;
  const inline = listIn(properties, 'Policies').map((policy): Piece<NamedPolicy> => {
    const action = `iam:Get${Title}Policy`;
    if (isUnknown(policy)) return unknownFact(`the inline policies of ${of}`, action, unknownText(policy));
    const called = textOf(given(policy, 'PolicyName')) ?? id;
    const what = `inline policy ${called} of ${of}`;
    return policyPiece(plan, given(policy, 'PolicyDocument'), { name: called, what, action });
  });
  const managed = listIn(properties, 'ManagedPolicyArns').map((node) =>
    arnPiece(node, `the attached policies of ${of}`, `iam:ListAttached${Title}Policies`),
  );
  return [
    ...inline.map((piece) => ({ to, name, ...base, policy: { inline: piece } })),
    ...managed.map((piece) => ({ to, name, ...base, policy: { managed: piece } })),
  ];
}

/** Names in a list; `undefined` for one that is not known. */
function namesIn(properties: JsonNode | undefined, name: string): readonly (string | undefined)[] {
  return listIn(properties, name).map(textOf);
}

function membershipsOf(template: Template, { id, type, properties }: TemplateResource): readonly DeclaredMembership[] {
  if (type === 'AWS::IAM::User')
    return namesIn(properties, 'Groups').map((group) => ({ user: template.nameOf(id), group, label: id }));
  if (type !== 'AWS::IAM::UserToGroupAddition') return [];
  const group = textOf(given(properties, 'GroupName'));
  return namesIn(properties, 'Users').map((user) => ({ user, group, label: id }));
}

function accessKey(id: string, properties: JsonNode | undefined): Declared['accessKeys'][number] {
  const status = given(properties, 'Status');
  const said = 'the template does not say it';
  const why = {
    what: `the last use of access key ${id}`,
    action: 'iam:GetAccessKeyLastUsed',
    kind: 'not-asked',
    said,
  } as const;
  return {
    user: textOf(given(properties, 'UserName')),
    label: id,
    id,
    active: isUnknown(status)
      ? unknownFact(`the status of access key ${id}`, 'iam:ListAccessKeys', unknownText(status))
      : { state: 'read', value: (textOf(status) ?? 'Active') === 'Active' },
    lastUsed: { state: 'unreadable', why },
  };
}
