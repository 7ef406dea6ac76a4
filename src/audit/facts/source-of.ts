import type { DocumentKind, PolicySource } from '../../documents/policy-source.ts';
import { readPolicies } from '../../documents/read-policies.ts';
import type { NamedPolicy } from '../../model/access-documents.ts';
import type { StatementRef } from '../../model/decision.ts';
import type { Finding } from '../../model/finding.ts';
import { statementsOf } from './statements.ts';

/** A policy as the linter takes it. Its places are those in a text that nobody wrote; the pointers of findings count. */
export function sourceOf({ name, document }: NamedPolicy, kind: DocumentKind): PolicySource | undefined {
  return readPolicies(JSON.stringify(document), { path: name, kind })[0];
}

/** The statement that a finding of lint is in; `undefined` where it is about the document. */
export function statementRefOf(policy: NamedPolicy, { pointer }: Finding): StatementRef | undefined {
  const index = /^\/Statement(?:\/(\d+))?/.exec(pointer);
  if (index === null) return undefined;
  return statementsOf(policy).find(({ ref }) => ref.index === Number(index[1] ?? 0))?.ref;
}
