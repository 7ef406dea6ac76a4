import { type JsonNode, pointerOf } from '../../documents/json-node.ts';
import type { NamedPolicy, Piece } from '../../model/access-documents.ts';
import { nameOf } from '../../model/arn.ts';
import type {
  Declared,
  DeclaredAccessKey,
  DeclaredAttachment,
  DeclaredMembership,
  DeclaredPolicy,
  DeclaredPrincipal,
  HolderKind,
} from './declared.ts';
import { unknownFact } from './declared.ts';
import { policyPiece, unknownText } from './declared-policy.ts';
import { attribute, type Names, placeOf, type Resource } from './declared-resource.ts';
import { firstUnknown, given, isUnknown, listIn, numberOf, type PlanText, textOf } from './plan-text.ts';

/** Who may have a policy, with the words for it. */
const HOLDERS: readonly { readonly to: HolderKind; readonly many: string; readonly Title: string }[] = [
  { to: 'role', many: 'roles', Title: 'Role' },
  { to: 'user', many: 'users', Title: 'User' },
  { to: 'group', many: 'groups', Title: 'Group' },
];

/** What resources of the AWS provider say of IAM. */
export function iamOf(
  plan: PlanText,
  resources: readonly Resource[],
  names: Names,
): Pick<Declared, 'principals' | 'policies' | 'attachments' | 'memberships' | 'accessKeys' | 'passwords'> {
  const ofType = (type: string) => resources.filter((one) => one.type === type);
  const named = resources.filter(({ isData }) => !isData);
  return {
    principals: [
      ...ofType('aws_iam_role').map((role) => principalOf(plan, role, 'role', names)),
      ...ofType('aws_iam_user').map((user) => principalOf(plan, user, 'user', names)),
    ],
    policies: ofType('aws_iam_policy').map((policy) => managedPolicy(plan, policy, names)),
    attachments: named.flatMap((resource) => attachmentsOf(plan, resource, names)),
    memberships: named.flatMap((resource) => membershipsOf(resource, names)),
    accessKeys: ofType('aws_iam_access_key').map((key) => accessKey(key, names)),
    passwords: ofType('aws_iam_user_login_profile').map((one) => names.given(one, ['aws_iam_user'], 'user')),
  };
}

function principalOf(plan: PlanText, resource: Resource, kind: 'role' | 'user', names: Names): DeclaredPrincipal {
  const { node, isNew, isData, provider, created } = resource;
  const name = names.of(resource);
  const of = `${kind} ${name}`;
  const action = kind === 'role' ? 'iam:GetRole' : 'iam:GetUser';
  const id = textOf(given(node, 'unique_id'));
  const since = textOf(given(node, 'create_date')) ?? created;
  const seconds = numberOf(given(node, 'max_session_duration')) ?? 3600;
  const trust = { name: `trust policy of ${of}`, what: `the trust policy of ${of}`, action };
  const said = `${resource.address} only looks at it`;
  return {
    kind,
    name,
    arn: names.arnOf(resource),
    ...(id === undefined || id === '' ? {} : { id }),
    ...(since === undefined ? {} : { created: since }),
    isNew,
    provider,
    tags: tagsOf(resource, of),
    trust: kind === 'user' ? { state: 'absent' } : policyPiece(plan, given(node, 'assume_role_policy'), trust),
    boundary: arnPiece(resource, names, `the boundary of ${of}`, action, 'permissions_boundary'),
    ...(kind === 'role' ? { maxSessionSeconds: seconds } : {}),
    place: placeOf(plan, resource),
    ...(isData
      ? {
          more: unknownFact(
            `other policies of ${of}`,
            `iam:ListAttached${kind === 'role' ? 'Role' : 'User'}Policies`,
            said,
          ).why,
        }
      : {}),
  };
}

function tagsOf({ node }: Resource, of: string): DeclaredPrincipal['tags'] {
  const all = given(node, 'tags_all');
  const tags = all === undefined || isUnknown(all) ? given(node, 'tags') : all;
  const unknown = firstUnknown(tags);
  if (unknown !== undefined) return unknownFact(`the tags of ${of}`, 'iam:ListRoleTags', unknownText(unknown));
  const members = tags?.type === 'object' ? tags.members : [];
  return {
    state: 'read',
    value: Object.fromEntries(members.map(({ key, value }) => [key.value, textOf(value) ?? ''])),
  };
}

/** The ARN of a policy that an attribute gives. */
function arnPiece(
  resource: Resource,
  names: Names,
  what: string,
  action: string,
  ...path: readonly string[]
): Piece<string> {
  const arn = names.given(resource, ['aws_iam_policy'], ...path);
  if (arn !== undefined) return arn === '' ? { state: 'absent' } : { state: 'read', value: arn };
  const unknown = firstUnknown(path.reduce<JsonNode | undefined>((node, name) => given(node, name), resource.node));
  return unknown === undefined ? { state: 'absent' } : unknownFact(what, action, unknownText(unknown));
}

function managedPolicy(plan: PlanText, resource: Resource, names: Names): DeclaredPolicy {
  const arn = names.of(resource);
  const of = { name: arn, what: `policy ${arn}`, action: 'iam:GetPolicyVersion' };
  return { arn, document: policyPiece(plan, given(resource.node, 'policy'), of) };
}

/** The name alone where somebody gives an ARN. */
function bare(name: string | undefined): string | undefined {
  return name?.startsWith('arn:') === true ? nameOf(name) : name;
}

function attachmentsOf(plan: PlanText, resource: Resource, names: Names): readonly DeclaredAttachment[] {
  const { type, address, provider } = resource;
  const place = placeOf(plan, resource);
  const base = { label: address, provider, place };
  const holder = (to: HolderKind, name = to as string) => bare(names.given(resource, [`aws_iam_${to}`], name));
  if (type === 'aws_iam_policy_attachment') return attachedToMany(resource, names, base);
  for (const { to, Title } of HOLDERS) {
    const action = `iam:ListAttached${Title}Policies`;
    const managed = (what: string, ...path: readonly string[]) => ({
      managed: arnPiece(resource, names, what, action, ...path),
    });
    if (type === `aws_iam_${to}_policy_attachment`) {
      const name = holder(to);
      const what = `a policy of ${to} ${name ?? address}`;
      return [{ to, name, ...base, policy: managed(what, 'policy_arn') }];
    }
    if (type === `aws_iam_${to}_policy_attachments_exclusive`) {
      const name = holder(to, `${to}_name`);
      return arnList(resource, names, 'policy_arns', `the policies of ${to} ${name ?? address}`, action).map((one) => ({
        to,
        name,
        ...base,
        policy: { managed: one },
      }));
    }
    if (type === `aws_iam_${to}_policy`) {
      const name = holder(to);
      const inline = inlinePolicy(plan, resource.node, `${to} ${name ?? address}`, Title, address);
      return [{ to, name, ...base, policy: { inline } }];
    }
  }
  return type === 'aws_iam_role' ? ofRole(plan, resource, names, base) : [];
}

/** What a role says of its own policies; in a state that is all that it has. */
function ofRole(
  plan: PlanText,
  resource: Resource,
  names: Names,
  base: Pick<DeclaredAttachment, 'label' | 'provider' | 'place'>,
): readonly DeclaredAttachment[] {
  const name = names.of(resource);
  const to = 'role' as const;
  const of = `role ${name}`;
  const inline = attribute(resource, 'inline_policy') ?? attribute(resource, 'inline_policies');
  const blocks = inline === undefined ? [] : inline.type === 'array' ? inline.items : [inline];
  const arns = attribute(resource, 'managed_policy_arns') === undefined ? [] : ['managed_policy_arns'];
  return [
    ...blocks
      // A block without anything in it stands for "no inline policies".
      .filter((block) => isUnknown(block) || given(block, 'policy') !== undefined)
      .map((block): DeclaredAttachment => {
        const policy = { inline: inlinePolicy(plan, block, of, 'Role', pointerOf(block)) };
        return { to, name, ...base, policy };
      }),
    ...arns.flatMap((attributeName) =>
      arnList(resource, names, attributeName, `the policies of ${of}`, 'iam:ListAttachedRolePolicies').map(
        (managed): DeclaredAttachment => ({ to, name, ...base, policy: { managed } }),
      ),
    ),
  ];
}

function inlinePolicy(plan: PlanText, node: JsonNode, of: string, Title: string, label: string): Piece<NamedPolicy> {
  const name = textOf(given(node, 'name')) ?? label;
  const what = `inline policy ${name} of ${of}`;
  const action = `iam:Get${Title}Policy`;
  if (isUnknown(node)) return unknownFact(`the inline policies of ${of}`, action, unknownText(node));
  return policyPiece(plan, given(node, 'policy'), { name, what, action });
}

/** The ARNs in a list; one that is not known stands for any. */
function arnList(
  resource: Resource,
  names: Names,
  name: string,
  what: string,
  action: string,
): readonly Piece<string>[] {
  const list = given(resource.node, name);
  if (isUnknown(list)) return [unknownFact(what, action, unknownText(list))];
  const items = listIn(resource.node, name);
  const [only, another] = items;
  const referred =
    isUnknown(only) && another === undefined ? names.given(resource, ['aws_iam_policy'], name) : undefined;
  return items.map((item): Piece<string> => {
    const arn = textOf(item) ?? referred;
    if (arn !== undefined) return { state: 'read', value: arn };
    return unknownFact(what, action, isUnknown(item) ? unknownText(item) : `${pointerOf(item)} is no ARN`);
  });
}

function attachedToMany(
  resource: Resource,
  names: Names,
  base: Pick<DeclaredAttachment, 'label' | 'provider' | 'place'>,
): readonly DeclaredAttachment[] {
  return HOLDERS.flatMap(({ to, many, Title }) =>
    holdersIn(resource, names, to, many).map((name): DeclaredAttachment => {
      const what = `a policy of ${to} ${name ?? base.label}`;
      const managed = arnPiece(resource, names, what, `iam:ListAttached${Title}Policies`, 'policy_arn');
      return { to, name: bare(name), ...base, policy: { managed } };
    }),
  );
}

/** Names in a list of roles, users or groups; `undefined` for one that is not known. */
function holdersIn(resource: Resource, names: Names, to: HolderKind, name: string): readonly (string | undefined)[] {
  const list = attribute(resource, name);
  if (list === undefined) return [];
  const items = list.type === 'array' ? list.items : [list];
  const only = items.length === 1 && isUnknown(items[0]) ? names.given(resource, [`aws_iam_${to}`], name) : undefined;
  return items.map((item) => textOf(item) ?? only);
}

function membershipsOf(resource: Resource, names: Names): readonly DeclaredMembership[] {
  const { type, address: label } = resource;
  if (type === 'aws_iam_user_group_membership') {
    const user = names.given(resource, ['aws_iam_user'], 'user');
    return holdersIn(resource, names, 'group', 'groups').map((group) => ({ user, group, label }));
  }
  if (type !== 'aws_iam_group_membership') return [];
  const group = names.given(resource, ['aws_iam_group'], 'group');
  return holdersIn(resource, names, 'user', 'users').map((user) => ({ user, group, label }));
}

function accessKey(resource: Resource, names: Names): DeclaredAccessKey {
  const { node, address, created } = resource;
  const status = given(node, 'status');
  const since = textOf(given(node, 'create_date')) ?? created;
  const what = `the last use of access key ${address}`;
  const said = 'the plan does not say it';
  const why = { what, action: 'iam:GetAccessKeyLastUsed', kind: 'not-asked', said } as const;
  return {
    user: names.given(resource, ['aws_iam_user'], 'user'),
    label: address,
    id: textOf(given(node, 'id')) ?? address,
    active:
      isUnknown(status) && resource.sets('status')
        ? unknownFact(`the status of access key ${address}`, 'iam:ListAccessKeys', unknownText(status))
        : { state: 'read', value: (textOf(status) ?? 'Active') === 'Active' },
    ...(since === undefined ? {} : { created: since }),
    lastUsed: { state: 'unreadable', why },
  };
}
