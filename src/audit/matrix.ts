import { explainMatrix, type Subject } from '../evaluate/matrix/index.ts';
import type { AuditCell, AuditExpectation } from '../model/audit.ts';
import type { AuditDocuments } from '../model/audit-documents.ts';
import { expectedPolicies } from './expectation.ts';

/** Every request of ChannelMix is made over HTTPS. */
const CONTEXT = { 'aws:SecureTransport': 'true' };

/** The effective permissions, each with what of it is needed. */
export function auditMatrix(documents: AuditDocuments, expected: AuditExpectation): readonly AuditCell[] {
  const wanted = new Map(
    explainMatrix({ ...subjectOf(documents), identity: expectedPolicies(documents, expected) }).map((cell) => [
      `${cell.action} ${cell.resource}`,
      cell,
    ]),
  );
  return explainMatrix(subjectOf(documents)).map((cell) => {
    const needed = (wanted.get(`${cell.action} ${cell.resource}`)?.decision ?? 'deny') !== 'deny';
    return { ...cell, needed, excess: needed ? [] : cell.parts, missing: [] };
  });
}

function subjectOf({ principal, buckets }: AuditDocuments): Subject {
  const { identity, boundary } = principal;
  return {
    principal: principal.arn,
    identity: identity.read,
    ...(boundary.state === 'read' ? { boundary: boundary.value } : {}),
    bucketPolicies: buckets.flatMap(({ policy }) => (policy.state === 'read' ? [policy.value] : [])),
    context: CONTEXT,
  };
}
