import pMap from 'p-map';
import type { NamedPolicy, Piece, Pieces, PrincipalDocuments } from '../model/access-documents.ts';
import { nameOf, parseArn, parseRoleArn } from '../model/arn.ts';
import type { AwsClients, IAM } from './clients.ts';
import {
  allPages,
  nextOf,
  notAsked,
  parseDocument,
  piece,
  pieces,
  type Read,
  ReadError,
  type Reader,
} from './reader.ts';

/** Documents of one list that are read at the same time: IAM throttles an account as a whole. */
const AT_ONCE = 5;

/** The calls that are the same for roles, users and groups but for their names. */
interface Holder {
  readonly kind: 'role' | 'user' | 'group';
  readonly name: string;
  readonly title: 'Role' | 'User' | 'Group';
}

interface Iam {
  readonly iam: IAM;
  readonly reader: Reader;
}

/** A managed policy in its default version: the one that is in force. It may be attached by several groups, and be the boundary, too. */
function managedPolicy(iam: Iam, arn: string): Promise<NamedPolicy> {
  return iam.reader.once(`policy ${arn}`, () => readManagedPolicy(iam, arn));
}

async function readManagedPolicy({ iam, reader }: Iam, arn: string): Promise<NamedPolicy> {
  const of = `policy ${arn}`;
  const { Policy } = await reader.call({ action: 'iam:GetPolicy', of }, (options) =>
    iam.getPolicy({ PolicyArn: arn }, options),
  );
  const what: Read = { action: 'iam:GetPolicyVersion', of };
  const { PolicyVersion } = await reader.call(what, (options) =>
    iam.getPolicyVersion({ PolicyArn: arn, VersionId: Policy?.DefaultVersionId }, options),
  );
  return { name: arn, document: parseDocument(what, PolicyVersion?.Document, true) };
}

async function inlineDocument({ iam, reader }: Iam, holder: Holder, name: string): Promise<NamedPolicy> {
  const what: Read = {
    action: `iam:Get${holder.title}Policy`,
    of: `inline policy ${name} of ${holder.kind} ${holder.name}`,
  };
  const text = await reader.call(what, async (options) => {
    if (holder.kind === 'role') return iam.getRolePolicy({ RoleName: holder.name, PolicyName: name }, options);
    if (holder.kind === 'user') return iam.getUserPolicy({ UserName: holder.name, PolicyName: name }, options);
    return iam.getGroupPolicy({ GroupName: holder.name, PolicyName: name }, options);
  });
  return { name, document: parseDocument(what, text.PolicyDocument, true) };
}

function inlineNames({ iam, reader }: Iam, { kind, name, title }: Holder): Promise<readonly string[]> {
  const what: Read = { action: `iam:List${title}Policies`, of: `the inline policies of ${kind} ${name}` };
  return allPages(what, async (Marker) => {
    const answer = await reader.call(what, async (options) => {
      if (kind === 'role') return iam.listRolePolicies({ RoleName: name, Marker }, options);
      if (kind === 'user') return iam.listUserPolicies({ UserName: name, Marker }, options);
      return iam.listGroupPolicies({ GroupName: name, Marker }, options);
    });
    return { items: answer.PolicyNames ?? [], next: nextOf(answer) };
  });
}

function attachedArns({ iam, reader }: Iam, { kind, name, title }: Holder): Promise<readonly string[]> {
  const what: Read = { action: `iam:ListAttached${title}Policies`, of: `the attached policies of ${kind} ${name}` };
  return allPages(what, async (Marker) => {
    const answer = await reader.call(what, async (options) => {
      if (kind === 'role') return iam.listAttachedRolePolicies({ RoleName: name, Marker }, options);
      if (kind === 'user') return iam.listAttachedUserPolicies({ UserName: name, Marker }, options);
      return iam.listAttachedGroupPolicies({ GroupName: name, Marker }, options);
    });
    return {
      items: (answer.AttachedPolicies ?? []).flatMap(({ PolicyArn }) => PolicyArn ?? []),
      next: nextOf(answer),
    };
  });
}

/** Each entry of a list, read by itself; the list that cannot be read is one unreadable piece. */
async function eachOf(
  list: Promise<readonly string[]>,
  read: (name: string) => Promise<NamedPolicy>,
): Promise<Pieces<NamedPolicy>> {
  const names = await piece(() => list);
  if (names.state === 'unreadable') return { read: [], unreadable: [names.why] };
  if (names.state === 'absent') return { read: [], unreadable: [] };
  return pieces(await pMap(names.value, (name) => piece(() => read(name)), { concurrency: AT_ONCE }));
}

async function policiesOf(iam: Iam, holder: Holder): Promise<Pieces<NamedPolicy>> {
  const read = await pieces([
    eachOf(inlineNames(iam, holder), (name) => inlineDocument(iam, holder, name)),
    eachOf(attachedArns(iam, holder), (arn) => managedPolicy(iam, arn)),
  ]);
  if (holder.kind !== 'group') return read;
  return { ...read, read: read.read.map((policy) => ({ ...policy, group: holder.name })) };
}

async function groupPolicies(iam: Iam, user: string): Promise<Pieces<NamedPolicy>> {
  const what: Read = { action: 'iam:ListGroupsForUser', of: `the groups of user ${user}` };
  const groups = await piece(() =>
    allPages(what, async (Marker) => {
      const answer = await iam.reader.call(what, (options) =>
        iam.iam.listGroupsForUser({ UserName: user, Marker }, options),
      );
      return { items: (answer.Groups ?? []).flatMap(({ GroupName }) => GroupName ?? []), next: nextOf(answer) };
    }),
  );
  if (groups.state === 'unreadable') return { read: [], unreadable: [groups.why] };
  if (groups.state === 'absent') return { read: [], unreadable: [] };
  return pieces(groups.value.map((name) => policiesOf(iam, { kind: 'group', name, title: 'Group' })));
}

interface Found {
  readonly id?: string;
  readonly trust?: string;
  readonly boundaryArn?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly maxSessionSeconds?: number;
}

/** What IAM's Role and User have, as far as it matters. */
export interface Entity {
  readonly CreateDate?: Date | undefined;
  /** Of a role; a user's keys have it. */
  readonly RoleLastUsed?: { readonly LastUsedDate?: Date | undefined } | undefined;
  readonly Arn?: string | undefined;
  readonly RoleId?: string | undefined;
  readonly UserId?: string | undefined;
  readonly AssumeRolePolicyDocument?: string | undefined;
  readonly MaxSessionDuration?: number | undefined;
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn?: string | undefined } | undefined;
  readonly Tags?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined;
}

function foundOf(what: Read, arn: string, answer: Entity | undefined): Found {
  if (answer?.Arn !== arn) {
    const said = `the ${what.of.split(' ')[0]} that these credentials see is ${answer?.Arn ?? 'without an ARN'}, not ${arn}`;
    throw new ReadError({ what: what.of, action: what.action, kind: 'not-found', said }, 'OtherArn');
  }
  const id = answer.RoleId ?? answer.UserId;
  const boundaryArn = answer.PermissionsBoundary?.PermissionsBoundaryArn;
  const tags = (answer.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value] as const);
  return {
    ...(id === undefined ? {} : { id }),
    ...(answer.AssumeRolePolicyDocument === undefined ? {} : { trust: answer.AssumeRolePolicyDocument }),
    ...(boundaryArn === undefined ? {} : { boundaryArn }),
    tags: Object.fromEntries(tags),
    ...(answer.MaxSessionDuration === undefined ? {} : { maxSessionSeconds: answer.MaxSessionDuration }),
  };
}

/** What IAM says of a role or user by its name; asked once. @throws ReadError */
export async function readEntity(
  iam: IAM,
  reader: Reader,
  kind: 'role' | 'user',
  name: string,
): Promise<Entity | undefined> {
  const what: Read = { action: kind === 'role' ? 'iam:GetRole' : 'iam:GetUser', of: `${kind} ${name}` };
  return reader.once(what.of, async (): Promise<Entity | undefined> => {
    if (kind === 'role') return (await reader.call(what, (options) => iam.getRole({ RoleName: name }, options))).Role;
    return (await reader.call(what, (options) => iam.getUser({ UserName: name }, options))).User;
  });
}

/**
 * Reads a role or user: trust, policies (a user's groups' too), boundary, tags. IAM answers for the account of the credentials only, so
 * that nothing is asked about a principal of another one.
 *
 * @param arn of a role or user, with its path
 * @param callerAccount account of the credentials; `undefined`: not known, ask
 */
export async function readPrincipal(
  clients: AwsClients,
  reader: Reader,
  arn: string,
  callerAccount: string | undefined,
): Promise<PrincipalDocuments> {
  const kind = parseRoleArn(arn) === undefined ? 'user' : 'role';
  const { account = '' } = parseArn(arn) ?? {};
  const name = nameOf(arn);
  const base = { kind, arn, account, name } as const;
  const action = kind === 'role' ? 'iam:GetRole' : 'iam:GetUser';
  const of = `${kind} ${name}`;
  if (callerAccount !== undefined && callerAccount !== account) {
    const said = `IAM answers for its own account only: this is a ${kind} of ${account}, the credentials are of ${callerAccount}`;
    return unreadablePrincipal(base, notAsked(of, action, said));
  }
  const iam: Iam = { iam: await clients.iam(), reader };
  const what: Read = { action, of };
  const holder: Holder = { kind, name, title: kind === 'role' ? 'Role' : 'User' };
  const [found, own, fromGroups] = await Promise.all([
    piece(async () => foundOf(what, arn, await readEntity(iam.iam, reader, kind, name))),
    policiesOf(iam, holder),
    kind === 'user' ? groupPolicies(iam, name) : { read: [], unreadable: [] },
  ]);
  const identity = {
    read: [...own.read, ...fromGroups.read],
    unreadable: [...own.unreadable, ...fromGroups.unreadable],
  };
  if (found.state !== 'read') {
    const why = found.state === 'unreadable' ? found : notAsked(of, action, 'the answer is empty');
    // Of another principal of that name nothing counts.
    const other = why.why.kind === 'not-found';
    return { ...unreadablePrincipal(base, why), ...(other ? {} : { identity }) };
  }
  const { id, trust, boundaryArn, tags, maxSessionSeconds } = found.value;
  return {
    ...base,
    ...(id === undefined ? {} : { id }),
    tags: { state: 'read', value: tags },
    trust:
      kind === 'user'
        ? { state: 'absent' }
        : await piece(async () => {
            const document = { action, of: `the trust policy of ${of}` };
            return { name: `trust policy of ${of}`, document: parseDocument(document, trust, true) };
          }),
    identity,
    boundary: await piece(async () => (boundaryArn === undefined ? undefined : managedPolicy(iam, boundaryArn))),
    ...(maxSessionSeconds === undefined ? {} : { maxSessionSeconds }),
  };
}

function unreadablePrincipal(
  base: Pick<PrincipalDocuments, 'kind' | 'arn' | 'account' | 'name'>,
  why: Extract<Piece<never>, { state: 'unreadable' }>,
): PrincipalDocuments {
  const trust: Piece<NamedPolicy> = base.kind === 'user' ? { state: 'absent' } : why;
  return { ...base, tags: why, trust, identity: { read: [], unreadable: [why.why] }, boundary: why };
}
