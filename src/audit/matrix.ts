import {
  absentKeys,
  callerArn,
  keyPolicyOf,
  principalPolicies,
  sourceOf,
  standingContext,
} from '../diagnose/standing.ts';
import type { PolicySource } from '../evaluate/index.ts';
import { compareMatrix, type ResourceFacts, type Subject } from '../evaluate/matrix/index.ts';
import { keyPolicyStatement } from '../generate/policy-documents.ts';
import type { KeyDocuments } from '../model/access-documents.ts';
import { bucketArn } from '../model/arn.ts';
import type { AuditCell, AuditExpectation } from '../model/audit.ts';
import type { AuditDocuments } from '../model/audit-documents.ts';
import type { JsonValue } from '../model/policy.ts';
import { lacksKey } from '../operations/catalogue.ts';
import { expectedPolicies, partitionOf, toleratedKeys, toleratedPolicies } from './expectation.ts';
import { rcpsOf } from './facts/strangers.ts';

/**
 * The effective permissions, each with what of it ChannelMix needs. A policy that could not be read makes what it may decide unknown; so
 * does the owner of a bucket. An organization's policies count where they could be read: most who audit may not. Grants of a key that could
 * not be read, the state of a key and the block of public access do not count; buckets that are not among the documents are taken for the
 * principal's account's own, without a policy.
 *
 * @param now ISO 8601: conditions may depend on it
 */
export function auditMatrix(documents: AuditDocuments, expected: AuditExpectation, now: string): readonly AuditCell[] {
  return compareMatrix(subjectOf(documents, expected, now), expectedSubjects(documents, expected, now));
}

/** The documents as the matrix takes them. */
export function subjectOf(documents: AuditDocuments, expected: AuditExpectation, now: string): Subject {
  const { principal, buckets } = documents;
  return {
    ...callerOf(documents, now),
    ...principalPolicies(documents).sources,
    ...rcpsOf(documents),
    resources: [
      ...buckets.map((bucket) => {
        const owner = bucket.owner.state === 'read' ? bucket.owner.value : undefined;
        const policy = sourceOf(bucket.policy);
        return {
          ...factsOf(documents, bucketArn(partitionOf(documents), bucket.name), owner, now),
          ...(policy === undefined ? {} : { policy }),
        };
      }),
      ...otherBuckets(documents, expected).map(
        (name): ResourceFacts => ({
          ...factsOf(documents, bucketArn(partitionOf(documents), name), undefined, now),
          policy: { name: `the policy of bucket ${name}` },
        }),
      ),
      ...knownKeys(documents).map((key) => ({
        ...factsOf(documents, key.arn, accountOfKey(key), now),
        policy: keySource(key, principal.arn),
      })),
    ],
  };
}

/** Who asks, and what all of its requests have. */
function callerOf(
  documents: AuditDocuments,
  now: string,
): Pick<Subject, 'principal' | 'context' | 'isAbsent' | 'lacksKey'> {
  const { principal, organization } = documents;
  return {
    principal: callerArn(documents),
    context: standingContext({ principal, organization }, principal.account, now),
    isAbsent: absentKeys(documents, now),
    lacksKey,
  };
}

/** What is known of a bucket or key; the organization's policies bind what belongs to the principal's account. */
function factsOf(documents: AuditDocuments, arn: string, account: string | undefined, now: string): ResourceFacts {
  const { principal, organization, buckets } = documents;
  const bucket = buckets.find(({ name }) => arn === bucketArn(partitionOf(documents), name));
  return {
    arn,
    context: standingContext({ principal, organization, ...(bucket === undefined ? {} : { bucket }) }, account, now),
    ...(account === undefined ? {} : { account }),
    ...(account === undefined || account === principal.account ? {} : { rcps: [] }),
  };
}

/** Buckets that are meant and of which the documents say nothing. */
function otherBuckets({ buckets }: AuditDocuments, expected: AuditExpectation): readonly string[] {
  return expected.buckets.map(({ name }) => name).filter((name) => buckets.every((bucket) => bucket.name !== name));
}

function accountOfKey({ arn, account }: KeyDocuments): string | undefined {
  return account ?? arn.split(':')[4];
}

/** Keys that policies can name: what is configured by alias or id alone is none. */
function knownKeys({ keys }: AuditDocuments): readonly KeyDocuments[] {
  return keys.filter(({ arn }) => /^arn:[^:]+:kms:[^:]+:\d{12}:key\/./.test(arn));
}

/** The key policy with its grants. What a grant is bound to is not known: its statement has a condition that nobody can answer. */
function keySource(key: KeyDocuments, principalArn: string): PolicySource {
  const { source, constrained } = keyPolicyOf(key, principalArn);
  const { document } = source;
  if (document === undefined || constrained.length === 0) return source;
  const statements = constrained.map(({ id, operations }) => ({
    Effect: 'Allow',
    Principal: { AWS: principalArn },
    Action: operations.map((operation) => `kms:${operation}`),
    Resource: '*',
    Condition: { StringEquals: { 'kms:EncryptionContext': `what grant ${id} is bound to` } },
  }));
  const { Statement = [] } = document as { readonly Statement?: JsonValue };
  return { ...source, document: { ...(document as object), Statement: [...[Statement].flat(), ...statements] } };
}

/** The same principal with nothing but the policies of its grant, where everything is its account's, and nothing else stands in the way. */
export function expectedSubjects(
  documents: AuditDocuments,
  expected: AuditExpectation,
  now: string,
): { readonly needed: Subject; readonly tolerated: Subject } {
  const { principal, buckets } = documents;
  const partition = partitionOf(documents);
  const caller = callerOf(documents, now);
  const own = [...buckets.map(({ name }) => name), ...otherBuckets(documents, expected)].map((name) =>
    factsOf(documents, bucketArn(partition, name), principal.account, now),
  );
  const keys = knownKeys(documents).map((key) => factsOf(documents, key.arn, accountOfKey(key), now));
  const delegating = { Effect: 'Allow', Principal: { AWS: principal.account }, Action: 'kms:*', Resource: '*' };
  const naming = keyPolicyStatement(principal.arn) as unknown as JsonValue;
  const withPolicy = (facts: ResourceFacts, ...statements: readonly JsonValue[]): ResourceFacts => {
    const document = { Version: '2012-10-17', Statement: statements };
    return { ...facts, policy: { name: 'expected key policy', document } };
  };
  const used = toleratedKeys(documents, expected);
  return {
    needed: {
      ...caller,
      identity: expectedPolicies(documents, expected),
      resources: [...own, ...keys.map((facts) => withPolicy(facts, delegating))],
    },
    tolerated: {
      ...caller,
      identity: toleratedPolicies(documents, expected),
      resources: [
        ...own,
        ...keys.map((facts) => withPolicy(facts, delegating, ...(used.includes(facts.arn) ? [naming] : []))),
      ],
    },
  };
}
