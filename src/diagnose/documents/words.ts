import type { NamedPolicy } from '../../model/access-documents.ts';
import type { StatementRef } from '../../model/decision.ts';
import type { PolicyStatement } from '../../model/policy.ts';
import type { RequestVerdict } from './verdict.ts';

/** A statement in words: `statement AllowList of policy NAME`. */
export function placeText({ policy, index, sid }: StatementRef): string {
  const article = /^(trust )?policy of /.test(policy) ? 'the ' : '';
  return `${sid === undefined || sid === '' ? `statement ${index + 1}` : `statement ${sid}`} of ${article}${policy}`;
}

/** JSON pointer of a statement; `Statement` may be one object instead of a list. */
export function pointerOf(policy: NamedPolicy | undefined, index: number): string {
  const { Statement } = (policy?.document ?? {}) as { readonly Statement?: unknown };
  return Array.isArray(Statement) || policy === undefined ? `/Statement/${index}` : '/Statement';
}

/** The conditions of a statement as they stand there: `StringNotEquals aws:SourceVpce vpce-1`. */
export function conditionTexts(statement: PolicyStatement | undefined): readonly string[] {
  return Object.entries(statement?.Condition ?? {}).flatMap(([operator, tests]) =>
    Object.entries(tests).map(([key, values]) => `${operator} ${key} ${[values].flat().join(' or ')}`),
  );
}

/** What decides while it is not known. */
export function openTexts({ reasons, resource }: RequestVerdict): readonly string[] {
  const texts = reasons.map((reason) => openText(reason));
  return texts.length > 0 ? [...new Set(texts)] : [`what is not known about ${resource}`];
}

function openText(reason: RequestVerdict['reasons'][number]): string {
  if (reason.kind === 'differs') return reason.text;
  if (reason.kind === 'unread') return `${reason.policy} could not be read`;
  const asked = reason.questions.map(keyOf);
  return `depends on ${[...new Set(asked)].join(' and ')}: ${placeText(reason.statement)} ${reason.effect === 'Deny' ? 'denies' : 'allows'} by it`;
}

/** `StringEquals aws:SourceVpce vpce-1` asks for the key; other questions are words already. */
function keyOf(question: string): string {
  return /^[A-Za-z:]+ ([a-z0-9-]+:[\w/.-]+) /i.exec(question)?.[1] ?? question;
}

/** Why a request was refused, in one sentence. */
export function whatDecided({ action, resource, because, decision, layer }: RequestVerdict): string {
  const what = `${action} on ${resource}`;
  if (because !== undefined) return `${what} is refused: ${because}`;
  const { statement, decision: how } = decision?.explanation.decision ?? {};
  if (how === 'explicitDeny' && statement !== undefined) return `${what} is denied by ${placeText(statement)}`;
  return `${what} is refused: nothing in ${LAYER_NAMES[layer ?? ''] ?? 'the policies'} allows it`;
}

const LAYER_NAMES: Readonly<Record<string, string>> = {
  identity: 'the identity policies',
  boundary: 'the permissions boundary',
  'bucket-policy': 'the bucket policy',
  trust: 'the trust policy',
  kms: 'the key policy',
  scp: 'a level of the service control policies',
};
