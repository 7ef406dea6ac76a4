import type { NamedPolicy, OrganizationDocuments, OrganizationLevel, Piece } from '../model/access-documents.ts';
import type { AwsClients, Organizations } from './clients.ts';
import { allPages, notAsked, parseDocument, piece, type Read, ReadError, type Reader } from './reader.ts';

/** Organizational units nest five deep. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html */
const MOST_LEVELS = 10;

const NOT_IN_USE = 'AWSOrganizationsNotInUseException';

type Filter = 'SERVICE_CONTROL_POLICY' | 'RESOURCE_CONTROL_POLICY';

const NAMES: Readonly<Record<Filter, string>> = {
  SERVICE_CONTROL_POLICY: 'service control policies (SCPs)',
  RESOURCE_CONTROL_POLICY: 'resource control policies (RCPs)',
};

interface Asking {
  readonly organizations: Organizations;
  readonly reader: Reader;
  /** Documents by policy id: one policy is often attached at several levels. */
  readonly documents: Map<string, Promise<NamedPolicy>>;
  /** Levels of an account, from the root down. */
  readonly levels: Map<string, Promise<readonly string[]>>;
}

/** Ids from the root down to the account. https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListParents.html */
async function readLevels({ organizations, reader }: Asking, account: string): Promise<readonly string[]> {
  const what: Read = {
    action: 'organizations:ListParents',
    of: `the policies of the organization for account ${account}`,
  };
  const levels = [account];
  for (let depth = 0; depth < MOST_LEVELS; depth++) {
    const [child = account] = levels;
    const { Parents } = await reader.call(what, (options) => organizations.listParents({ ChildId: child }, options));
    const parent = Parents?.[0];
    if (parent?.Id === undefined) break;
    levels.unshift(parent.Id);
    if (parent.Type === 'ROOT') return levels;
  }
  throw new ReadError({ what: what.of, action: what.action, kind: 'unknown', said: 'no root was found' }, 'NoRoot');
}

function readDocument({ organizations, reader }: Asking, id: string, name: string): Promise<NamedPolicy> {
  const what: Read = { action: 'organizations:DescribePolicy', of: `policy ${name} (${id})` };
  return reader
    .call(what, (options) => organizations.describePolicy({ PolicyId: id }, options))
    .then(({ Policy }) => ({
      name: Policy?.PolicySummary?.Arn ?? `${name} (${id})`,
      document: parseDocument(what, Policy?.Content, false),
    }));
}

async function readLevel(asking: Asking, target: string, filter: Filter): Promise<OrganizationLevel> {
  const { organizations, reader, documents } = asking;
  const what: Read = { action: 'organizations:ListPoliciesForTarget', of: `the ${NAMES[filter]} of ${target}` };
  const attached = await allPages(what, async (NextToken) => {
    const answer = await reader.call(what, (options) =>
      organizations.listPoliciesForTarget({ TargetId: target, Filter: filter, NextToken }, options),
    );
    return { items: answer.Policies ?? [], next: answer.NextToken };
  });
  const policies = await Promise.all(
    attached.flatMap(({ Id, Name = '' }) => {
      if (Id === undefined) return [];
      const known = documents.get(Id) ?? readDocument(asking, Id, Name);
      documents.set(Id, known);
      return [known];
    }),
  );
  return { id: target, policies };
}

async function readPolicies(
  asking: Asking,
  account: string,
  filter: Filter,
  isOwn: boolean,
): Promise<Piece<readonly OrganizationLevel[]>> {
  const ids = asking.levels.get(account) ?? readLevels(asking, account);
  asking.levels.set(account, ids);
  return piece(
    async () => {
      const levels = await Promise.all((await ids).map((id) => readLevel(asking, id, filter)));
      // Where a type is enabled, each level has at least one policy.
      return levels.every(({ policies }) => policies.length === 0) ? undefined : levels;
      // That the caller's account is in no organization says nothing of another account.
    },
    isOwn ? [NOT_IN_USE] : [],
  );
}

/**
 * Reads what the organization says about the principal's account (SCPs) and the bucket owner's (RCPs). The policies are readable in the
 * management account and by delegated administrators only; the id of the organization in every account of it.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html
 *
 * @param callerAccount account of the credentials
 * @param bucketAccount owner of the bucket; `undefined` when it is not known
 */
export async function readOrganization(
  clients: AwsClients,
  reader: Reader,
  principalAccount: string,
  bucketAccount: string | undefined,
  callerAccount: string,
): Promise<OrganizationDocuments> {
  const asking: Asking = {
    organizations: await clients.organizations(),
    reader,
    documents: new Map(),
    levels: new Map(),
  };
  const described = piece(async () => {
    const { Organization } = await reader.call(
      { action: 'organizations:DescribeOrganization', of: 'the organization' },
      (options) => asking.organizations.describeOrganization({}, options),
    );
    return Organization;
  }, [NOT_IN_USE]);
  const [organization, scps, rcps] = await Promise.all([
    described,
    readPolicies(asking, principalAccount, 'SERVICE_CONTROL_POLICY', principalAccount === callerAccount),
    bucketAccount === undefined
      ? notAsked(
          `the ${NAMES.RESOURCE_CONTROL_POLICY}`,
          'organizations:ListPoliciesForTarget',
          'it is not known which account owns the bucket',
        )
      : readPolicies(asking, bucketAccount, 'RESOURCE_CONTROL_POLICY', bucketAccount === callerAccount),
  ]);
  const found = organization.state === 'read' ? organization.value : undefined;
  const manages = found?.MasterAccountId === principalAccount;
  return {
    id: organizationId(organization, found?.Id, principalAccount, callerAccount, scps),
    // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
    scps: manages ? { state: 'absent' } : scps,
    rcps: found?.MasterAccountId === bucketAccount && bucketAccount !== undefined ? { state: 'absent' } : rcps,
  };
}

/** The organization that answers is the caller's: it is the principal's, too, where it knows the account or the accounts are the same. */
function organizationId(
  organization: Piece<unknown>,
  id: string | undefined,
  principalAccount: string,
  callerAccount: string,
  scps: OrganizationDocuments['scps'],
): Piece<string> {
  const same = principalAccount === callerAccount || scps.state !== 'unreadable';
  if (!same) {
    return notAsked('the organization', 'organizations:DescribeOrganization', `account ${principalAccount} is another`);
  }
  if (organization.state === 'unreadable') return organization;
  return id === undefined ? { state: 'absent' } : { state: 'read', value: id };
}
