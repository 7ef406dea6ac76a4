import { bucketsNamedIn } from '../../aws/named-buckets.ts';
import type { DocumentKind } from '../../documents/policy-source.ts';
import { statementsOf } from '../../evaluate/matrix/bounds.ts';
import type { NamedPolicy, OrganizationDocuments, OrganizationLevel, Piece } from '../../model/access-documents.ts';
import { nameOf } from '../../model/arn.ts';
import type { AuditDocuments } from '../../model/audit-documents.ts';
import { KitError } from '../../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/policy.ts';
import { shellWord } from '../../model/shell.ts';
import { policiesIn, type WrittenPolicy } from './policy-text.ts';
import type { SourceChoice, SourceFile } from './types.ts';
import { type Unread, type Untold, untoldBucket, untoldKey, untoldOrganization } from './untold.ts';

/** Files about what a principal's policies reach. */
export interface BesideFiles {
  readonly bucketPolicies?: readonly SourceFile[];
  readonly keyPolicies?: readonly SourceFile[];
  /** A file for each level of the organization. */
  readonly scps?: readonly SourceFile[];
  readonly rcps?: readonly SourceFile[];
}

/**
 * The buckets, keys and organization around a principal: those that are chosen, that its policies name, and that the files are about.
 *
 * @param tell why nothing is known of what no file is about
 * @throws KitError `input` for a policy that does not say whose it is
 */
export function readBeside(
  identity: readonly NamedPolicy[],
  files: BesideFiles,
  choice: SourceChoice,
  tell: Untold,
): Pick<AuditDocuments, 'buckets' | 'keys' | 'organization' | 'leftOut'> {
  const named = bucketsNamedIn(identity, Number.POSITIVE_INFINITY);
  const knownBuckets = [...new Set([...(choice.buckets ?? []), ...named.names])];
  const bucketPolicies = owned(files.bucketPolicies ?? [], BUCKET, knownBuckets);
  const knownKeys = [...new Set([...(choice.keys ?? []), ...identity.flatMap(({ document }) => keysIn(document))])];
  const keyPolicies = owned(files.keyPolicies ?? [], KEY, knownKeys);
  const organization = untoldOrganization(tell);
  return {
    buckets: [...new Set([...knownBuckets, ...bucketPolicies.keys()])].map((name) => {
      const bucket = untoldBucket(name, tell);
      return { ...bucket, policy: bucketPolicies.get(name) ?? bucket.policy };
    }),
    keys: [...new Set([...knownKeys, ...keyPolicies.keys()])].map((arn) => {
      const key = untoldKey(arn, 'named', tell);
      return { ...key, policy: keyPolicies.get(arn) ?? key.policy };
    }),
    organization: {
      ...organization,
      scps: levelsOf(files.scps, 'identity') ?? organization.scps,
      rcps: levelsOf(files.rcps, 'bucket') ?? organization.rcps,
    },
    ...(named.leftOut.length === 0 ? {} : { leftOut: named.leftOut }),
  };
}

/** A kind of thing that has a policy. */
interface Owner {
  readonly what: string;
  readonly flag: string;
  /** The things that a policy is about, by its resources. */
  readonly namedIn: (document: JsonValue) => readonly string[];
  /** Whether a file is called after the thing. */
  readonly isCalled: (path: string, name: string) => boolean;
}

const BUCKET: Owner = {
  what: 'bucket',
  flag: '--bucket NAME',
  namedIn: (document) =>
    resourcesIn(document).flatMap((one) => /^arn:[^:]+:s3:::([^:/*?$]+)(?:\/|$)/.exec(one)?.[1] ?? []),
  isCalled: (path, name) => stemOf(path).endsWith(name),
};

const KEY: Owner = {
  what: 'key',
  flag: '--kms-key ARN',
  namedIn: (document) => keysIn(document),
  isCalled: (path, arn) => stemOf(path).endsWith(nameOf(arn)),
};

/** Name of a file without folder and ending. */
function stemOf(path: string): string {
  return path.replace(/^.*[\\/]/, '').replace(/\.[A-Za-z]+$/, '');
}

/** The policies by what they belong to: what they name, what the file is called after, or the only thing that there is. */
function owned(
  files: readonly SourceFile[],
  owner: Owner,
  known: readonly string[],
): ReadonlyMap<string, Piece<NamedPolicy>> {
  const found = new Map<string, Piece<NamedPolicy>>();
  for (const file of files) {
    for (const { path, policy } of policiesOfKind(file, 'bucket')) {
      const name = ownerOf(path, policy, owner, known);
      if (found.has(name)) {
        throw new KitError('input', `${path} has a second policy of ${owner.what} ${name}: it can have only one`, {
          hint: 'Leave out the one that is not in force.',
        });
      }
      found.set(name, policy);
    }
  }
  return found;
}

function ownerOf(path: string, policy: WrittenPolicy['policy'], owner: Owner, known: readonly string[]): string {
  const named = policy.state === 'read' ? [...new Set(owner.namedIn(policy.value.document))] : [];
  const called = known.filter((name) => owner.isCalled(path, name)).sort((a, b) => b.length - a.length);
  const among = (names: readonly string[]) => names.filter((name) => known.includes(name));
  for (const candidates of [named, called.slice(0, 1), among(named), named.length === 0 ? known : []]) {
    const [only] = candidates;
    if (only !== undefined && candidates.length === 1) return only;
  }
  const many = named.length === 0 ? 'names none' : `names ${named.slice(0, 5).join(', ')}`;
  throw new KitError('input', `${path} does not say of which ${owner.what} it is the policy: it ${many}`, {
    hint: `Name it: ${owner.flag}`,
  });
}

/** The policies of a file that look like that kind; all of them, where none does. @throws KitError `input` for a file that has none */
export function policiesOfKind(file: SourceFile, kind: DocumentKind): readonly WrittenPolicy[] {
  const found = policiesIn(file);
  const fitting = found.filter((one) => one.kind === kind);
  if (found.length > 0) return fitting.length === 0 ? found : fitting;
  if (file.text.trim() === '') throw new KitError('input', `${file.path} is empty`, { hint: 'Name another file.' });
  throw new KitError('input', `${file.path} has no policy document: an object with a Statement`, {
    hint: `See what is wrong with it: channelmix-s3 lint ${shellWord(file.path)}`,
  });
}

function statementsIn(document: JsonValue): readonly JsonObject[] {
  return (statementsOf(document) ?? []).filter(isJsonObject);
}

function resourcesIn(document: JsonValue): readonly string[] {
  return statementsIn(document).flatMap(({ Resource, NotResource }) =>
    [Resource ?? [], NotResource ?? []].flat().filter((one): one is string => typeof one === 'string'),
  );
}

/** ARNs of KMS keys without wildcards. */
function keysIn(document: JsonValue): readonly string[] {
  return resourcesIn(document).filter((one) => /^arn:[^:]+:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/.test(one));
}

const FULL_ACCESS: NamedPolicy = {
  name: 'FullAWSAccess',
  document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
};

/**
 * The levels of an organization, a file each: SCPs look like identity policies, RCPs like those of buckets. AWS attaches FullAWSAccess to every level until somebody puts another SCP that allows in its place: where those of a level only deny, it is
 * beside them.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
 */
function levelsOf(
  files: readonly SourceFile[] | undefined,
  kind: 'identity' | 'bucket',
): OrganizationDocuments['scps'] | undefined {
  if (files === undefined || files.length === 0) return undefined;
  const levels: OrganizationLevel[] = [];
  for (const file of files) {
    const pieces = policiesOfKind(file, kind).map(({ policy }) => policy);
    const unread = pieces.find((piece): piece is Unread => piece.state === 'unreadable');
    if (unread !== undefined) return unread;
    const policies = pieces.flatMap((piece) => (piece.state === 'read' ? [piece.value] : []));
    const allows = policies.some(({ document }) => statementsIn(document).some(({ Effect }) => Effect === 'Allow'));
    levels.push({ id: file.path, policies: allows || kind === 'bucket' ? policies : [FULL_ACCESS, ...policies] });
  }
  return { state: 'read', value: levels };
}
