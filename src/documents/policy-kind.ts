import { itemsOf, type JsonNode, memberOf, memberValue, stringsOf } from './json-node.ts';
import { MAX_STATEMENTS } from './limits.ts';
import type { DocumentKind } from './policy-source.ts';

/**
 * The kind that a document most likely is, by its elements: only trust and bucket policies name principals, only trust policies
 * are about `sts:` actions and name no resources.
 *
 * @param container the name under which a template holds it (`AssumeRolePolicyDocument`)
 */
export function guessKind(root: JsonNode | undefined, container = ''): DocumentKind {
  if (/assume_?role/i.test(container)) return 'trust';
  const statements = itemsOf(memberValue(root, 'Statement')).slice(0, MAX_STATEMENTS);
  const all = statements.length === 0 && root !== undefined ? [root] : statements;
  const has = (name: string): boolean => all.some((statement) => memberOf(statement, name) !== undefined);
  const actions = (): readonly string[] =>
    all
      .flatMap((statement) => [
        ...stringsOf(memberValue(statement, 'Action')),
        ...stringsOf(memberValue(statement, 'NotAction')),
      ])
      .map(({ value }) => value);
  const aboutSts = (): boolean => {
    const names = actions();
    return names.length > 0 && names.every((name) => /^sts:/i.test(name));
  };
  const hasResource = has('Resource') || has('NotResource');
  if (has('Principal') || has('NotPrincipal')) return !hasResource || aboutSts() ? 'trust' : 'bucket';
  return !hasResource && aboutSts() ? 'trust' : 'identity';
}

/** Whether an object looks like a policy document: it has a Statement, or elements of a statement itself. */
export function looksLikePolicy(node: JsonNode): boolean {
  if (node.type !== 'object') return false;
  if (node.members.some((member) => /^statement$/i.test(member.key.value) && isStatements(member.value))) return true;
  const names = new Set(node.members.map((member) => member.key.value));
  return names.has('Effect') && (names.has('Action') || names.has('NotAction') || names.has('Resource'));
}

function isStatements(node: JsonNode): boolean {
  return node.type === 'array' || node.type === 'object';
}
