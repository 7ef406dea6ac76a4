import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type PlanChoice, readPlan } from '../../src/audit/sources/plan.ts';
import { validateAuditDocuments } from '../../src/documents/audit-validators.generated.js';
import { readGrant } from '../../src/documents/read-grant.ts';
import { blueprint } from '../../src/generate/blueprint.ts';
import type { Piece } from '../../src/model/access-documents.ts';
import type { AuditDocuments } from '../../src/model/audit-documents.ts';
import { SCHEMA_VERSION } from '../../src/model/constants.ts';
import { KitError } from '../../src/model/errors.ts';
import type { Grant } from '../../src/model/grant.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { decisionsOf } from '../generate/artefacts/decisions.ts';
import { accessOf } from '../generate/artefacts/formats.ts';

/** What real tools wrote for configurations of the kit's own; how they were made is in test/cases/plans/README.md. */
export function caseText(name: string): string {
  return readFileSync(new URL(`../cases/plans/${name}`, import.meta.url), 'utf8');
}

/** Reads a case. */
export function readCase(name: string, choice: PlanChoice = {}): AuditDocuments {
  return readPlan({ path: name, text: caseText(name) }, choice);
}

/** Reads a plan that a test writes. */
export function read(text: string | object, choice: PlanChoice = {}, path = 'plan.json'): AuditDocuments {
  return readPlan({ path, text: typeof text === 'string' ? text : JSON.stringify(text) }, choice);
}

/** The error about a plan: its message, and what to do. */
export function refusal(text: string | object, choice: PlanChoice = {}, path = 'plan.json'): string {
  try {
    read(text, choice, path);
  } catch (error) {
    if (!(error instanceof KitError)) throw error;
    expect(error.code).toBe('input');
    return `${error.message}\n${error.hint ?? ''}`;
  }
  throw new Error('it was read');
}

/** A fact in short: its value, `absent`, or `unknown: why`. */
export function short(piece: Piece<unknown>): unknown {
  if (piece.state === 'read') return piece.value;
  return piece.state === 'absent' ? 'absent' : `${piece.why.kind}: ${piece.why.said}`;
}

/** The document of a policy that was read. */
function document(piece: Piece<{ readonly document: unknown }>): PolicyDocument {
  if (piece.state !== 'read') throw new Error(JSON.stringify(piece));
  return piece.value.document as PolicyDocument;
}

/** The documents are those that the grant stands for: principal, attachments, and what is decided. */
export function expectGrant(documents: AuditDocuments, grant: Grant): void {
  const expected = accessOf(blueprint(grant));
  const { principal, buckets } = documents;
  const name = JSON.stringify(grant);
  const own = principal.identity.read.filter(({ name: policy }) => !expected.attached.includes(policy));
  const made = buckets.filter(({ place }) => place !== undefined);
  expect(principal.identity.unreadable, name).toEqual([]);
  expect(principal.identity.read.length - own.length, name).toBe(expected.attached.length);
  const { kind, name: called, path, tags, permissionsBoundary } = expected.principal;
  expect(principal, name).toMatchObject({ kind, name: called, tags: { state: 'read', value: tags } });
  expect(principal.arn, name).toMatch(new RegExp(`^arn:${grant.partition}:iam::\\d{12}:${kind}`));
  expect(principal.arn.endsWith(`:${kind}${path}${called}`), name).toBe(true);
  if (permissionsBoundary === undefined) expect(principal.boundary.state, name).toBe('absent');
  else expect(JSON.stringify(principal.boundary), name).toContain(permissionsBoundary);
  expect(made.map((bucket) => bucket.name).sort(), name).toEqual(Object.keys(expected.buckets).sort());
  const actual = {
    ...(kind === 'role' ? { trust: document(principal.trust) } : {}),
    identity: own.map((policy) => policy.document as unknown as PolicyDocument),
    buckets: Object.fromEntries(made.map((bucket) => [bucket.name, document(bucket.policy)])),
  };
  expect(decisionsOf(actual, grant), name).toBe(decisionsOf(expected, grant));
}

/** What is read of a plan fits the schema of documents that are saved. */
export function expectValid(documents: AuditDocuments): void {
  const saved = { schemaVersion: SCHEMA_VERSION, kind: 'channelmix-s3 audit documents', documents };
  const isValid = validateAuditDocuments(JSON.parse(JSON.stringify(saved)));
  expect(isValid ? [] : validateAuditDocuments.errors).toEqual([]);
}

/** A grant, as its flags give it. */
export function grantOf(input: object): Grant {
  return readGrant(input, { name: 'the test' });
}

/** The settings of a bucket that the kit makes. */
export const KIT_BUCKET = {
  publicAccessBlock: {
    state: 'read',
    value: { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true },
  },
  ownership: { state: 'read', value: 'BucketOwnerEnforced' },
  versioning: { state: 'read', value: 'Enabled' },
  lifecycle: {
    state: 'read',
    value: [
      { id: 'abort-incomplete-uploads', enabled: true, abortUploadsAfterDays: 7 },
      { id: 'expire-old-versions', enabled: true, expireOldVersionsAfterDays: 30 },
    ],
  },
  logging: { state: 'absent' },
  objectLock: { state: 'absent' },
  mfaDelete: { state: 'absent' },
};
