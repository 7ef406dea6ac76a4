import { fullAccessDocument } from '../../generate/policy-documents.ts';
import type { NamedPolicy, Piece, Pieces, Unreadable } from '../../model/access-documents.ts';
import type { JsonValue } from '../../model/policy.ts';
import {
  type Declared,
  type DeclaredAttachment,
  type DeclaredPrincipal,
  type HolderKind,
  unknownFact,
} from './declared.ts';

const ACTIONS: Readonly<Record<HolderKind, string>> = {
  role: 'iam:ListAttachedRolePolicies',
  user: 'iam:ListAttachedUserPolicies',
  group: 'iam:ListAttachedGroupPolicies',
};

/** The policies of a principal, and of the groups of a user, with whatever may be one and is not known. */
export function identityOf(declared: Declared, principal: DeclaredPrincipal): Pieces<NamedPolicy> {
  const { kind, name } = principal;
  const groups = kind === 'user' ? groupsOf(declared, name) : { read: [], unreadable: [] };
  const own = declared.attachments.filter((one) => one.to === kind && one.name === name);
  const ofGroups = groups.read.flatMap((group) =>
    declared.attachments.filter((one) => one.to === 'group' && one.name === group),
  );
  const pieces = [
    ...own.map((one) => policyOf(declared, one)),
    ...ofGroups.map((one) => inGroup(policyOf(declared, one), one.name)),
    ...looseOf(declared, principal, groups.read.length > 0),
  ];
  const read = new Map<string, NamedPolicy>();
  // A tool may tell a policy twice: as what it declares, and as what the role has.
  for (const piece of pieces)
    if (piece.state === 'read' && !read.has(keyOf(piece.value))) read.set(keyOf(piece.value), piece.value);
  const gaps = [...declared.gaps, ...groups.unreadable, ...(principal.more === undefined ? [] : [principal.more])];
  return {
    read: [...read.values()],
    unreadable: unique([...pieces.flatMap((piece) => (piece.state === 'unreadable' ? [piece.why] : [])), ...gaps]),
  };
}

function keyOf({ name, group }: NamedPolicy): string {
  return JSON.stringify([group, name]);
}

function unique(gaps: readonly Unreadable[]): readonly Unreadable[] {
  return [...new Map(gaps.map((gap) => [`${gap.what}\n${gap.said}`, gap])).values()];
}

/** What is attached to a holder that is not known may be attached to this one. */
function looseOf(
  { attachments }: Declared,
  { kind, name }: DeclaredPrincipal,
  inGroups: boolean,
): readonly Piece<NamedPolicy>[] {
  return attachments
    .filter((one) => one.name === undefined && (one.to === kind || (one.to === 'group' && inGroups)))
    .map(({ to, label }) =>
      unknownFact(`the policies of ${kind} ${name}`, ACTIONS[to], `${label} is attached to a ${to} that is not known`),
    );
}

function groupsOf({ memberships }: Declared, user: string): Pieces<string> {
  const mine = memberships.filter((one) => one.user === user || one.user === undefined);
  return {
    read: mine.flatMap((one) => (one.user === user && one.group !== undefined ? [one.group] : [])),
    unreadable: mine.flatMap(({ user: member, group, label }) =>
      member === undefined || group === undefined
        ? [
            unknownFact(
              `the groups of user ${user}`,
              'iam:ListGroupsForUser',
              `which ${group === undefined ? 'groups' : 'users'} ${label} names is not known`,
            ).why,
          ]
        : [],
    ),
  };
}

function inGroup(piece: Piece<NamedPolicy>, group: string | undefined): Piece<NamedPolicy> {
  if (piece.state !== 'read' || group === undefined) return piece;
  return { state: 'read', value: { ...piece.value, group } };
}

function policyOf(declared: Declared, { policy }: DeclaredAttachment): Piece<NamedPolicy> {
  if ('inline' in policy) return policy.inline;
  const { managed } = policy;
  return managed.state === 'read' ? managedPolicy(declared, managed.value) : managed;
}

/** A managed policy by its ARN: one that is declared, or AmazonS3FullAccess, whose document the kit has. */
function managedPolicy({ policies, source }: Declared, arn: string): Piece<NamedPolicy> {
  const found = policies.find((policy) => policy.arn === arn);
  if (found !== undefined) return found.document;
  if (/^arn:[^:]+:iam::aws:policy\/AmazonS3FullAccess$/.test(arn))
    return { state: 'read', value: { name: arn, document: fullAccessDocument() as unknown as JsonValue } };
  const said = `${source.path} names the policy and does not declare it`;
  return unknownFact(`policy ${arn}`, 'iam:GetPolicyVersion', said);
}

/** The document of the boundary. */
export function boundaryOf(declared: Declared, { boundary }: DeclaredPrincipal): Piece<NamedPolicy> {
  return boundary.state === 'read' ? managedPolicy(declared, boundary.value) : boundary;
}
