import { itemsOf, memberValue, stringsOf } from '../../documents/json-node.ts';
import { isNamedForChannelMix, trustsChannelMix, wayInto } from '../../evaluate/channelmix.ts';
import type { NamedPolicy, Pieces } from '../../model/access-documents.ts';
import type { AuditDocuments, AuditPrincipal, OtherWay } from '../../model/audit-documents.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import { KitError } from '../../model/errors.ts';
import { type BesideFiles, readBeside } from './beside.ts';
import { type Details, documentIn, type Entry, managedPolicy, policiesOf, readDetails, textIn } from './details.ts';
import { placeOf } from './place.ts';
import type { SourceChoice, SourceFile } from './types.ts';
import { type Untold, untold, untoldHistory } from './untold.ts';

/** A role or user of the file. */
interface Candidate {
  readonly kind: 'role' | 'user';
  readonly arn: string;
  readonly name: string;
  readonly entry: Entry;
  /** Of a role. */
  readonly trust?: ReturnType<typeof documentIn>;
  /** A role's trust policy names ChannelMix's account, or a user is called like it. */
  readonly isLikely: boolean;
}

/**
 * What `aws iam get-account-authorization-details` says of ChannelMix's role or user. It says nothing of buckets, keys, access keys and the
 * organization; policies of these can be given beside it.
 *
 * @param files one, or the pages of one account
 * @throws KitError `input` for a file that is cut off, broken or something else; where not exactly one principal can be meant, with all of them
 */
export function readAuthorizationDetails(
  files: readonly SourceFile[],
  choice: SourceChoice,
  beside: BesideFiles = {},
): AuditDocuments {
  const details = readDetails(files);
  const candidates = candidatesIn(details);
  const chosen = choose(candidates, choice.principal, details);
  const tell = untold('get-account-authorization-details does not say it');
  const identity = identityOf(details, chosen);
  const others = candidates.filter(({ arn }) => arn !== chosen.arn);
  return {
    source: { kind: 'authorization-details', path: details.path },
    principal: principalOf(details, chosen, identity, tell),
    ...readBeside(identity.read, beside, choice, tell),
    otherWays: {
      read: others.flatMap((one) => toOtherWay(one, chosen.arn)),
      unreadable: [
        ...(details.gap === undefined
          ? []
          : [
              untold(details.gap, 'unknown')("the account's roles and users", 'iam:GetAccountAuthorizationDetails').why,
            ]),
        ...others.flatMap(({ trust }) => (trust?.state === 'unreadable' ? [trust.why] : [])),
      ],
    },
  };
}

function candidatesIn({ lists }: Details): readonly Candidate[] {
  const of = (kind: Candidate['kind'], entry: Entry): readonly Candidate[] => {
    const arn = textIn(entry.node, 'Arn');
    const name = textIn(entry.node, kind === 'role' ? 'RoleName' : 'UserName');
    if (arn === undefined || name === undefined) return [];
    if (kind === 'user') return [{ kind, arn, name, entry, isLikely: isNamedForChannelMix(name) }];
    const trust = trustOf(entry, name);
    const isLikely = trust.state === 'read' && trustsChannelMix(trust.value.document);
    return [{ kind, arn, name, entry, trust, isLikely }];
  };
  return [
    ...lists.RoleDetailList.flatMap((entry) => of('role', entry)),
    ...lists.UserDetailList.flatMap((entry) => of('user', entry)),
  ];
}

function trustOf(entry: Entry, name: string): ReturnType<typeof documentIn> {
  const what = { of: `the trust policy of role ${name}`, action: 'iam:GetRole' };
  return documentIn(entry, 'AssumeRolePolicyDocument', `trust policy of role ${name}`, what);
}

function toOtherWay({ kind, arn, isLikely, entry, trust }: Candidate, principal: string): readonly OtherWay[] {
  const place = placeOf(entry.at, entry.node);
  if (kind === 'user') return isLikely ? [{ kind, arn, because: 'name', place }] : [];
  const way = trust?.state === 'read' ? wayInto({ arn, trust: trust.value.document }, principal) : undefined;
  return way === undefined ? [] : [{ kind, arn, ...way, place }];
}

/** The one that is named, or the only one that can be ChannelMix's. */
function choose(all: readonly Candidate[], named: string | undefined, { path, gap }: Details): Candidate {
  const likely = all.filter(({ isLikely }) => isLikely);
  const found = named === undefined ? likely : all.filter(({ arn, name }) => arn === named || name === named);
  const [only, second] = found;
  if (only !== undefined && second === undefined) return only;
  const why =
    named === undefined
      ? `has ${likely.length === 0 ? 'no role that trusts' : `${likely.length} roles and users that can be those of`} ChannelMix (${CHANNELMIX_ACCOUNT_ID})`
      : `has ${found.length === 0 ? 'no' : 'more than one'} role or user "${named}"`;
  const names = (found.length === 0 ? (likely.length === 0 ? all : likely) : found).map(({ arn }) => arn);
  const shown = names
    .slice(0, 20)
    .map((arn) => `\n  ${arn}`)
    .join('');
  const more = names.length > 20 ? `\n  and ${names.length - 20} more` : '';
  throw new KitError('input', `${path} ${why}${gap === undefined ? '' : ` (${gap})`}:${shown}${more}`, {
    hint: 'Name the one that is meant: --principal ARN',
  });
}

function identityOf(details: Details, { kind, entry }: Candidate): Pieces<NamedPolicy> {
  const own = policiesOf(details, entry, kind === 'role' ? 'Role' : 'User');
  const names = kind === 'role' ? [] : stringsOf(memberValue(entry.node, 'GroupList'));
  const groups = names.map(({ value }) => {
    const group = details.lists.GroupDetailList.find(({ node }) => textIn(node, 'GroupName') === value);
    if (group !== undefined) return withGroup(policiesOf(details, group, 'Group'), value);
    const tell = untold(details.gap ?? 'the file does not have it', 'unknown');
    return { read: [], unreadable: [tell(`the policies of group ${value}`, 'iam:ListGroupPolicies').why] };
  });
  return {
    read: [...own.read, ...groups.flatMap(({ read }) => read)],
    unreadable: [...own.unreadable, ...groups.flatMap(({ unreadable }) => unreadable)],
  };
}

function withGroup({ read, unreadable }: Pieces<NamedPolicy>, group: string): Pieces<NamedPolicy> {
  return { read: read.map((policy) => ({ ...policy, group })), unreadable };
}

function principalOf(
  details: Details,
  { kind, arn, name, entry, trust }: Candidate,
  identity: Pieces<NamedPolicy>,
  tell: Untold,
): AuditPrincipal {
  const { node } = entry;
  const id = textIn(node, kind === 'role' ? 'RoleId' : 'UserId');
  const created = textIn(node, 'CreateDate');
  const boundary = textIn(memberValue(node, 'PermissionsBoundary'), 'PermissionsBoundaryArn');
  const tags = itemsOf(memberValue(node, 'Tags')).map((tag) => [textIn(tag, 'Key') ?? '', textIn(tag, 'Value') ?? '']);
  const used = memberValue(node, 'RoleLastUsed');
  const lastUsed = textIn(used, 'LastUsedDate');
  const history = untoldHistory({ kind, name }, tell);
  return {
    kind,
    arn,
    account: arn.split(':')[4] ?? '',
    name,
    ...(id === undefined ? {} : { id }),
    tags: { state: 'read', value: Object.fromEntries(tags) },
    trust: trust ?? { state: 'absent' },
    identity,
    boundary: boundary === undefined ? { state: 'absent' } : managedPolicy(details, boundary),
    ...(isTime(created) ? { created } : {}),
    ...history,
    ...(kind === 'user' || used === undefined
      ? {}
      : { lastUsed: isTime(lastUsed) ? { state: 'read', value: lastUsed } : { state: 'absent' } }),
    place: placeOf(entry.at, node),
  };
}

function isTime(text: string | undefined): text is string {
  return text !== undefined && !Number.isNaN(Date.parse(text));
}
