import { type JsonNode, type Member, pointerOf } from './json-node.ts';
import { looksLikePolicy } from './policy-kind.ts';

/** A policy inside another document, and the name that holds it. */
export interface EmbeddedPolicy {
  readonly node: JsonNode;
  readonly container: string;
}

/**
 * The policy documents within a value: the value itself, or what a template, an answer of the AWS CLI or a list holds. Policies that
 * stand as text in a string are told apart: their places cannot be kept.
 */
export function embeddedPolicies(root: JsonNode): {
  readonly policies: readonly EmbeddedPolicy[];
  readonly strings: readonly JsonNode[];
} {
  const policies: EmbeddedPolicy[] = [];
  const strings: JsonNode[] = [];
  const queue: EmbeddedPolicy[] = [{ node: root, container: '' }];
  // It grows on the way.
  for (const next of queue) {
    const { node, container } = next;
    if (node.type === 'string') {
      if (node.opaque !== true && /^\s*\{/.test(node.value) && node.value.includes('"Statement"')) strings.push(node);
    } else if (looksLikePolicy(node)) policies.push(next);
    else if (node.type === 'array') for (const item of node.items) queue.push({ node: item, container });
    else if (node.type === 'object') for (const member of node.members) queue.push(inMember(member));
  }
  return { policies: policies.sort((a, b) => a.node.start - b.node.start), strings };
}

function inMember(member: Member): EmbeddedPolicy {
  return { node: member.value, container: member.key.value };
}

/**
 * The JSON within a string, without the quotes and escapes around it and every character in its place; `undefined` where the inner
 * JSON has escapes of its own, for which there is no room. So an answer of the AWS CLI can be read as it comes.
 *
 * @param raw what stands between the quotes
 */
export function withoutEscapes(raw: string): string | undefined {
  if (/\\(?!["nrt])/.test(raw)) return undefined;
  let open = false;
  return raw.replace(/\\(["nrt])/g, (_escape, letter: string) => {
    if (letter !== '"') return '  ';
    open = !open;
    return open ? ' "' : '" ';
  });
}

/** What to do about a policy that stands in a string. */
export function stringDetail(node: JsonNode): string {
  return `the policy at ${pointerOf(node) || 'the top'} is text within a string with escapes in it, and is not read; print it as it is, for example with aws … --query Policy --output text`;
}
