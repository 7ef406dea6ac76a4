import type { AuditDocuments, AuditPrincipal } from '../../model/audit-documents.ts';
import { KitError } from '../../model/errors.ts';
import { groupBy } from '../../report/group-by.ts';
import { readAuthorizationDetails } from './authorization-details.ts';
import { accountOfDetails } from './details.ts';
import { type PolicyFiles, readPolicyFiles } from './policy-files.ts';
import { policiesIn } from './policy-text.ts';
import { type PolicyKind, recogniseFile, recognisePolicy } from './recognise.ts';
import { readDocuments } from './saved.ts';
import type { SourceChoice, SourceFile } from './types.ts';

/** What a folder holds. */
export interface FolderContents {
  /** One for each file of `audit --save` and each account with authorization details; one for policy documents that stand alone. */
  readonly documents: readonly AuditDocuments[];
  /** Plans, states and templates, which have a reader of their own. */
  readonly plans: readonly SourceFile[];
  /** What was left out and why, a sentence each. */
  readonly notes: readonly string[];
}

type PolicyFileMap = ReadonlyMap<PolicyKind, readonly SourceFile[]>;

/**
 * Reads files of any kind that say something of an account. Policies of buckets, keys and the organization go with the authorization details
 * beside them; without these all policy documents are about one principal, who needs an identity or trust policy among them.
 *
 * @throws KitError `input` for a file that is of a kind that is known, and cannot be read
 */
export function readFolder(files: readonly SourceFile[], choice: SourceChoice): FolderContents {
  const kinds = groupBy(files, ({ text }) => recogniseFile(text));
  const { policies, notes } = policiesAmong(kinds.get('other') ?? []);
  const saved = (kinds.get('documents') ?? []).map(readDocuments);
  const wanted = saved.filter(({ principal }) => isChosen(principal, choice.principal));
  const accounts = [
    ...groupBy(kinds.get('authorization-details') ?? [], ({ text }) => accountOfDetails(text)).values(),
  ];
  const together = accounts.length === 1;
  const alone = accounts.length === 0 && (policies.has('identity') || policies.has('trust'));
  const besides = toPolicyFiles(policies);
  const leftOver = [...policies].flatMap(([kind, of]) =>
    alone || (together && !OF_PRINCIPAL.includes(kind))
      ? []
      : of.map(({ path }) => leftOverNote(path, kind, accounts.length)),
  );
  return {
    documents: [
      ...wanted,
      ...accounts.map((pages) => readAuthorizationDetails(pages, choice, together ? besides : {})),
      ...(alone ? [readPolicyFiles(besides, choice)] : []),
    ],
    plans: kinds.get('plan') ?? [],
    notes: [
      ...notes,
      ...leftOver,
      ...(saved.length > 0 && wanted.length === 0 ? [`no file of audit --save is about ${choice.principal}`] : []),
    ],
  };
}

/** Kinds that authorization details have of their own. */
const OF_PRINCIPAL: readonly PolicyKind[] = ['identity', 'trust', 'boundary'];

function policiesAmong(files: readonly SourceFile[]): {
  readonly policies: PolicyFileMap;
  readonly notes: readonly string[];
} {
  const policies = new Map<PolicyKind, SourceFile[]>();
  const notes: string[] = [];
  for (const file of files) {
    const found = new Set(policiesIn(file).map(recognisePolicy));
    if (found.size === 0) notes.push(`${file.path} was left out: it is no file that says something of an account`);
    for (const kind of found) policies.set(kind, [...(policies.get(kind) ?? []), file]);
  }
  return { policies, notes };
}

function toPolicyFiles(policies: PolicyFileMap): PolicyFiles {
  const of = (kind: PolicyKind) => policies.get(kind) ?? [];
  return {
    ...(policies.has('identity') ? { identity: of('identity') } : {}),
    ...oneOf(of('trust'), 'trust'),
    ...oneOf(of('boundary'), 'boundary'),
    bucketPolicies: of('bucket-policy'),
    keyPolicies: of('key-policy'),
    scps: of('scp'),
    rcps: of('rcp'),
  };
}

/** The one that a principal can have. */
function oneOf(files: readonly SourceFile[], kind: 'trust' | 'boundary'): PolicyFiles {
  const [first, second] = files;
  if (first === undefined) return {};
  if (second === undefined) return { [kind]: first };
  throw new KitError('input', `${first.path} and ${second.path} are both of the kind ${kind}: a principal has one`, {
    hint: 'Leave out the one that is not meant, or put each principal into a folder of its own.',
  });
}

function isChosen({ arn, name }: AuditPrincipal, named: string | undefined): boolean {
  return named === undefined || named === arn || named === name;
}

function leftOverNote(path: string, kind: PolicyKind, accounts: number): string {
  if (accounts === 0) return `${path} (${kind}) was left out: no file says whose access it is about`;
  const why = accounts > 1 ? 'there are several accounts it could go with' : 'the authorization details have their own';
  return `${path} (${kind}) was left out: ${why}`;
}
