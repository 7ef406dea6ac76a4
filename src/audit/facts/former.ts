import { blueprint } from '../../generate/blueprint.ts';
import type { NamedPolicy, Piece } from '../../model/access-documents.ts';
import type { AuditBucket, AuditDocuments, AuditPrincipal } from '../../model/audit-documents.ts';
import type { Grant } from '../../model/grant.ts';
import type { JsonValue, PolicyDocument } from '../../model/policy.ts';
import type { AuditContext, Baseline } from '../types.ts';

/** Whom a baseline is about. */
export interface FormerSubject {
  readonly kind: 'role' | 'user';
  readonly name: string;
  /** Empty where the baseline does not know it. */
  readonly account: string;
}

/** Whom a baseline is about; a grant says of the name, which may have a suffix, only how it begins. */
export function formerSubject(baseline: Baseline, { principal }: AuditDocuments): FormerSubject {
  if (baseline.kind === 'audit') return baseline.report.subject;
  if (baseline.kind === 'documents') return baseline.documents.principal;
  const { auth, roleName, uniqueName } = baseline.grant;
  const fits = uniqueName && principal.name.startsWith(`${roleName}-`);
  return { kind: auth === 'role' ? 'role' : 'user', name: fits ? principal.name : roleName, account: '' };
}

/** Whether the baseline is about the principal of the audit. */
export function isSameSubject(baseline: Baseline, documents: AuditDocuments): boolean {
  const { kind, name, account } = formerSubject(baseline, documents);
  const { principal } = documents;
  const sameAccount = account === principal.account || !/^\d{12}$/.test(account) || !/^\d{12}$/.test(principal.account);
  return kind === principal.kind && name === principal.name && sameAccount;
}

/**
 * The documents as the baseline has them, and of what it does not speak, as they are now: so that only what it says can differ.
 * `undefined` without a baseline of documents or a grant, or with one about somebody else.
 */
export function formerDocuments({ baseline, documents, once }: AuditContext): AuditDocuments | undefined {
  if (baseline === undefined || baseline.kind === 'audit' || !isSameSubject(baseline, documents)) return undefined;
  return once(formerDocuments, () =>
    baseline.kind === 'grant' ? granted(baseline.grant, documents) : merged(baseline.documents, documents),
  );
}

function read<T>(value: T): Piece<T> {
  return { state: 'read', value };
}

function named(name: string, document: PolicyDocument): NamedPolicy {
  return { name, document: document as unknown as JsonValue };
}

/** What the kit makes of a grant. Buckets that it does not make are as they are. */
function granted(grant: Grant, documents: AuditDocuments): AuditDocuments {
  const made = blueprint(grant);
  const { principal } = documents;
  const { trustPolicy, permissionsBoundary: bound, tags } = made.principal;
  const current = principal.boundary;
  const attached = principal.identity.read.filter(({ name }) => made.attachedPolicyArns.includes(name));
  const boundary: Piece<NamedPolicy> =
    bound === undefined
      ? { state: 'absent' }
      : current.state === 'read' && current.value.name === bound
        ? current
        : read({
            name: bound,
            document: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
          });
  return {
    ...documents,
    principal: {
      ...principal,
      tags: read(tags),
      trust:
        trustPolicy === undefined
          ? { state: 'absent' }
          : read(named(`trust policy of role ${principal.name}`, trustPolicy)),
      identity: {
        read: [...made.policies.map(({ name, document }) => named(name, document)), ...attached],
        unreadable: [],
      },
      boundary,
      ...(principal.kind === 'role' ? { maxSessionSeconds: 3600 } : {}),
    },
    buckets: documents.buckets.map((bucket) => {
      const plan = made.buckets.find(({ name }) => name === bucket.name);
      if (plan === undefined) return bucket;
      const block = {
        blockPublicAcls: true,
        ignorePublicAcls: true,
        blockPublicPolicy: true,
        restrictPublicBuckets: true,
      };
      return {
        ...bucket,
        policy: read(named(`policy of bucket ${bucket.name}`, plan.policy)),
        publicAccessBlock: read(block),
        ownership: read('BucketOwnerEnforced' as const),
        versioning: read('Enabled' as const),
        encryption: read(
          plan.kmsKeyArn === undefined
            ? { algorithm: 'AES256' as const }
            : { algorithm: 'aws:kms' as const, kmsKey: plan.kmsKeyArn, bucketKey: true },
        ),
        lifecycle: read(
          plan.lifecycle.map(({ id, abortUploadsAfterDays, keepOldVersionsDays }) => ({
            id,
            enabled: true,
            ...(abortUploadsAfterDays === undefined ? {} : { abortUploadsAfterDays }),
            ...(keepOldVersionsDays === undefined ? {} : { expireOldVersionsAfterDays: keepOldVersionsDays }),
          })),
        ),
      };
    }),
  };
}

/** The former documents, with what is known now where they say nothing. */
function merged(former: AuditDocuments, documents: AuditDocuments): AuditDocuments {
  return {
    ...documents,
    principal: mergedPrincipal(former.principal, documents.principal),
    buckets: documents.buckets.map((bucket) => {
      const before = former.buckets.find(({ name }) => name === bucket.name);
      return before === undefined ? bucket : mergedPieces(before, bucket);
    }),
    keys: documents.keys.map((key) => {
      const before = former.keys.find(({ arn }) => arn === key.arn);
      return before === undefined ? key : { ...key, policy: known(before.policy, key.policy) };
    }),
  };
}

function mergedPrincipal(former: AuditPrincipal, now: AuditPrincipal): AuditPrincipal {
  const { maxSessionSeconds = now.maxSessionSeconds } = former;
  return {
    ...now,
    tags: known(former.tags, now.tags),
    trust: known(former.trust, now.trust),
    boundary: known(former.boundary, now.boundary),
    identity: former.identity,
    ...(maxSessionSeconds === undefined ? {} : { maxSessionSeconds }),
  };
}

function mergedPieces(former: AuditBucket, now: AuditBucket): AuditBucket {
  return {
    ...now,
    policy: known(former.policy, now.policy),
    publicAccessBlock: known(former.publicAccessBlock, now.publicAccessBlock),
    ownership: known(former.ownership, now.ownership),
    versioning: known(former.versioning, now.versioning),
    encryption: known(former.encryption, now.encryption),
    lifecycle: known(former.lifecycle, now.lifecycle),
    logging: known(former.logging, now.logging),
  };
}

function known<T>(former: Piece<T>, now: Piece<T>): Piece<T> {
  return former.state === 'unreadable' ? now : former;
}
