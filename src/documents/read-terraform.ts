import type { JsonNode, Span, StringNode } from './json-node.ts';
import { bracketRegion } from './json-scan.ts';
import { depthRemark, MAX_DOCUMENTS } from './limits.ts';
import { notUnderstood } from './opaque.ts';
import type { Remark } from './policy-source.ts';
import { readHclExpression } from './read-hcl.ts';
import { readJson } from './read-json.ts';

/** A policy that a Terraform text holds. */
export interface TerraformPolicy {
  readonly root: JsonNode | undefined;
  readonly span: Span;
  /** The argument that it is given to: `assume_role_policy`. */
  readonly container: string;
  readonly remarks: readonly Remark[];
}

const SPOT = /jsonencode\s*\(|<<-?\s*"?(\w+)"?[ \t]*\r?\n|^[ \t]*data\s+"aws_iam_policy_document"[^\n{]*\{/gm;

/**
 * The policies in Terraform's language: what stands in `jsonencode(…)` and in heredocs. Of `aws_iam_policy_document` it says that it
 * does not read it.
 *
 * @param whole the file
 * @param span where the text stands in it
 */
export function readTerraform(whole: string, span: Span): readonly TerraformPolicy[] {
  const text = whole.slice(0, span.end);
  const found: TerraformPolicy[] = [];
  let after = span.start;
  for (const match of text.slice(span.start).matchAll(SPOT)) {
    const start = span.start + match.index;
    if (start < after) continue;
    const spot = readSpot(text, start, match);
    if (spot === undefined) continue;
    after = spot.span.end;
    found.push(spot);
    // One more, so that the caller can tell that there are more.
    if (found.length > MAX_DOCUMENTS) break;
  }
  return found;
}

function readSpot(text: string, start: number, match: RegExpExecArray): TerraformPolicy | undefined {
  const container = /([\w-]+)\s*=\s*$/.exec(text.slice(Math.max(0, start - 120), start))?.[1] ?? '';
  const inner = start + match[0].length;
  if (match[0].startsWith('jsonencode')) {
    const { root, remarks, end } = readHclExpression(text, inner);
    return { root, remarks, container, span: { start: inner, end } };
  }
  if (match[1] !== undefined) return readHeredoc(text, inner, match[1], container);
  const detail =
    'a policy written as data "aws_iam_policy_document" is not read; lint the JSON that Terraform makes of it (terraform show -json, or the console of terraform: data.aws_iam_policy_document.NAME.json)';
  const span = { start, end: inner };
  return { root: undefined, remarks: [{ code: 'not-understood', ...span, detail }], container, span };
}

function readHeredoc(text: string, start: number, word: string, container: string): TerraformPolicy | undefined {
  if (!/^\s*[{[]/.test(text.slice(start, start + 1_000))) return undefined;
  let at = start;
  while (at < text.length) {
    const next = text.indexOf('\n', at);
    const lineEnd = next === -1 ? text.length : next;
    if (text.slice(at, lineEnd).trim() === word) break;
    at = lineEnd + 1;
  }
  const span = { start, end: Math.min(at, text.length) };
  const body = text.slice(span.start, span.end);
  const brace = body.search(/\S/);
  const { tooDeepAt } = bracketRegion(text, start + brace, span.end);
  if (tooDeepAt !== undefined) return { root: undefined, remarks: [depthRemark(tooDeepAt)], container, span };
  const { root, remarks } = readJson(text, span);
  return { root, span, container, remarks: [...remarks, ...(root === undefined ? [] : markTemplates(root, text))] };
}

/** Terraform fills `${…}` in a heredoc; `$${` is a literal `${`, which IAM reads as a policy variable. */
function markTemplates(root: JsonNode, text: string): readonly Remark[] {
  const remarks: Remark[] = [];
  const queue: JsonNode[] = [root];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (node.type === 'array') for (const item of node.items) queue.push(item);
    else if (node.type === 'object') for (const { value } of node.members) queue.push(value);
    else if (node.type === 'string' && /[$%]\{/.test(node.value)) {
      const template = /(?<!\$)\$\{|(?<!%)%\{/.test(node.value);
      const value = template ? text.slice(node.start, node.end) : node.value.replaceAll('$${', '${');
      const marked: StringNode = Object.assign(node, { value }, template ? { opaque: true } : {});
      if (template) remarks.push(notUnderstood(marked));
    }
  }
  return remarks;
}
