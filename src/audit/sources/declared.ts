import type { KeyDocuments, NamedPolicy, Piece, Unreadable } from '../../model/access-documents.ts';
import type { AccessKeyFacts, AuditBucket, AuditSource } from '../../model/audit-documents.ts';
import type { Place } from '../../model/place.ts';
import type { Unread } from './untold.ts';

/**
 * Name of what gets one only when it is made: it stands in the policies as well, so that policy and bucket still meet.
 *
 * @param taken names that were given so far
 */
export function unnamed(label: string, taken: Set<string>): string {
  const name = `unnamed-${label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  taken.add(free);
  return free;
}

/** Who or what a policy is attached to. */
export type HolderKind = 'role' | 'user' | 'group';

/** A role or user that a plan declares. */
export interface DeclaredPrincipal {
  readonly kind: 'role' | 'user';
  readonly name: string;
  readonly arn: string;
  readonly id?: string;
  readonly created?: string;
  /** It is made by the plan: AWS's defaults for new ones hold. */
  readonly isNew: boolean;
  readonly provider: string;
  readonly tags: Piece<Readonly<Record<string, string>>>;
  readonly trust: Piece<NamedPolicy>;
  /** ARN of its boundary. */
  readonly boundary: Piece<string>;
  readonly maxSessionSeconds?: number;
  readonly place: Place;
  /** Why it may have policies that the plan does not know. */
  readonly more?: Unreadable;
}

/** A managed policy that a plan declares. */
export interface DeclaredPolicy {
  readonly arn: string;
  readonly document: Piece<NamedPolicy>;
}

/** A policy of a role, user or group. */
export interface DeclaredAttachment {
  readonly to: HolderKind;
  /** Name of the role, user or group; `undefined`: not known, it may be any. */
  readonly name: string | undefined;
  /** What declares it. */
  readonly label: string;
  readonly provider: string;
  readonly place: Place;
  /** The document of an inline policy, or the ARN of a managed one. */
  readonly policy: { readonly inline: Piece<NamedPolicy> } | { readonly managed: Piece<string> };
}

/** A user in a group. Of what is `undefined` it is not known which. */
export interface DeclaredMembership {
  readonly user: string | undefined;
  readonly group: string | undefined;
  readonly label: string;
}

/** An access key of a user. */
export interface DeclaredAccessKey {
  readonly user: string | undefined;
  readonly label: string;
  readonly id: string;
  readonly active: Piece<boolean>;
  /** ISO 8601; absent: the plan makes it. */
  readonly created?: string;
  readonly lastUsed: AccessKeyFacts['lastUsed'];
}

/** What is said of a bucket: of a fact that is missing, its declaration says nothing. */
export type BucketFacts = Partial<Omit<AuditBucket, 'name' | 'place' | 'owner' | 'uploads'>>;

/** A bucket that a plan declares. */
export interface DeclaredBucket {
  readonly name: string;
  readonly isNew: boolean;
  readonly provider: string;
  readonly facts: BucketFacts;
  readonly place: Place;
}

/** A KMS key that a plan declares, with the other names of it. */
export interface DeclaredKey {
  readonly names: readonly string[];
  readonly documents: Omit<KeyDocuments, 'because'>;
}

/** What a plan, a state or a template declares, whichever tool it is of. */
export interface Declared {
  readonly source: AuditSource;
  /** When the plan was made or the state read, ISO 8601, where it says so. */
  readonly date?: string;
  readonly account: string;
  readonly partition: string;
  readonly principals: readonly DeclaredPrincipal[];
  readonly policies: readonly DeclaredPolicy[];
  readonly attachments: readonly DeclaredAttachment[];
  readonly memberships: readonly DeclaredMembership[];
  readonly accessKeys: readonly DeclaredAccessKey[];
  /** Users with a password; `undefined`: of a user that is not known. */
  readonly passwords: readonly (string | undefined)[];
  readonly buckets: readonly DeclaredBucket[];
  readonly keys: readonly DeclaredKey[];
  readonly accountPublicAccessBlock?: AuditBucket['accountPublicAccessBlock'];
  /** What the plan leaves open that could be anything: a part that was not planned, a macro. */
  readonly gaps: readonly Unreadable[];
}

/** A fact that should be in the plan and cannot be known from it. */
export function unknownFact(what: string, action: string, said: string): Unread {
  return { state: 'unreadable', why: { what, action, kind: 'unknown', said } };
}
