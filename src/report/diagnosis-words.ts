import type { Diagnosis, Remedy } from '../model/check.ts';
import type { StatementRef } from '../model/decision.ts';

/** Who says so. */
export function evidenceText({ evidence, source }: Diagnosis): string {
  if (source === 'simulator') return "AWS's policy simulator says so";
  if (evidence === 'aws') return source === 'answer+documents' ? 'AWS says so, and the policies agree' : 'AWS says so';
  return source === 'documents' ? 'inferred from the policies' : 'inferred';
}

/** Which statement of which policy it is, or the one that came nearest and what keeps it from allowing. */
export function statementTexts(diagnosis: Diagnosis | undefined): readonly string[] {
  const { statement, pointer, near } = diagnosis ?? {};
  return [
    ...(statement === undefined ? [] : [statementText(statement, pointer)]),
    ...(near === undefined
      ? []
      : [`${statementText(near.statement, near.pointer)} comes nearest, but for its ${missText(near)}`]),
  ];
}

/** Names a statement of a policy. */
export function statementText({ policy, index, sid }: StatementRef, pointer: string | undefined): string {
  const place = pointer === undefined ? '' : ` (${pointer})`;
  return `${policy}, statement ${sid === undefined || sid === '' ? index + 1 : sid}${place}`;
}

function missText({ reason, detail }: NonNullable<Diagnosis['near']>): string {
  return reason === 'condition' ? `Condition ${detail}` : detail;
}

/** What a remedy has to paste. A whole trust policy is short; of others the statement that changes is enough. */
export function pasteable({ policy, edited, condition, document, statement }: Remedy): object | undefined {
  if (policy === 'trust' && document !== undefined) return document;
  return edited ?? condition ?? document ?? statement;
}
