import { type JsonNode, type Member, pointerOf, type Span } from '../documents/json-node.ts';
import type { PolicySource } from '../documents/policy-source.ts';
import { type ReadOptions, readPolicies } from '../documents/read-policies.ts';
import { fillMessage } from '../model/fill-message.ts';
import type { Finding, Fix } from '../model/finding.ts';
import { printable } from '../model/printable.ts';
import { DEFAULT_OPTIONS, makeContext } from './context.ts';
import { textEdits } from './edits.ts';
import { rules as allRules } from './rules/index.ts';
import type { Hit, HitFix, LintOptions, LintRule } from './types.ts';

/** What to lint a text with. */
export interface LintTextOptions extends ReadOptions, Partial<LintOptions> {
  /** Default: every rule. */
  readonly rules?: readonly LintRule[];
}

/**
 * So many findings of one rule in one document are told, and the rest in one sentence: nobody reads more, and a document with so many
 * mistakes is none that AWS would store.
 */
const MAX_HITS = 200;

/** The findings of every policy document in a text, in the order of the text. Never throws for text. */
export function lintText(text: string, options: LintTextOptions): readonly Finding[] {
  return readPolicies(text, options).flatMap((source) => lintSource(source, options));
}

/** The findings of one document, in the order of the text; at one place in the order of the rules. */
export function lintSource(
  source: PolicySource,
  given: Partial<LintOptions> & { readonly rules?: readonly LintRule[] } = {},
): readonly Finding[] {
  const options: LintOptions = { ...DEFAULT_OPTIONS, ...pick(given) };
  const context = makeContext(source, options);
  const found: { readonly span: Span; readonly finding: Finding }[] = [];
  for (const rule of given.rules ?? allRules) {
    if (rule.audience === 'channelmix' && options.audience === 'any') continue;
    if (rule.kinds !== undefined && !rule.kinds.includes(source.kind)) continue;
    let hits = 0;
    for (const hit of rule.check(context)) {
      hits++;
      const span = spanOf(hit, source);
      found.push({ span, finding: hits > MAX_HITS ? theRest(rule, span, source) : toFinding(rule, hit, span, source) });
      if (hits > MAX_HITS) break;
    }
  }
  return found.sort((a, b) => a.span.start - b.span.start).map(({ finding }) => finding);
}

/** Stands for the findings that are not told. */
function theRest(rule: LintRule, span: Span, source: PolicySource): Finding {
  const message = `More of these follow: only the first ${MAX_HITS} are told, and none is mended.`;
  return toFinding({ ...rule, messages: { more: message } }, { message: 'more' }, span, source);
}

/** Whether the findings of a rule were cut off: what comes after them is not known. */
export function isCutOff(finding: Finding): boolean {
  return finding.message.startsWith('More of these follow: only the first ');
}

/** Only what is set, so that an `undefined` does not hide a default. */
function pick(given: Partial<LintOptions>): Partial<LintOptions> {
  const { audience, access, buckets, now } = given;
  return {
    ...(audience === undefined ? {} : { audience }),
    ...(access === undefined ? {} : { access }),
    ...(buckets === undefined ? {} : { buckets }),
    ...(now === undefined ? {} : { now }),
  };
}

function toFinding(rule: LintRule, hit: Hit, span: Span, source: PolicySource): Finding {
  const start = source.locate(span.start);
  const end = source.locate(span.end);
  const fix = hit.fix === undefined ? undefined : toFix(hit.fix, source);
  return {
    ruleId: rule.id,
    severity: hit.severity ?? rule.severity,
    message: fillMessage(rule.messages[hit.message] ?? hit.message, hit.data ?? {}),
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    pointer: hit.node === undefined ? '' : pointerOf(hit.node, source.root),
    docs: rule.docs,
    ...(fix === undefined ? {} : { fix }),
  };
}

function toFix(fix: HitFix, source: PolicySource): Fix | undefined {
  const edits = textEdits(fix.edits, source);
  if (edits === undefined) return undefined;
  // Reporters put it into sentences of their own.
  const explanation = printable(fix.explanation.replace(/\.$/, ''));
  return fix.meant === undefined ? { explanation, edits } : { explanation, meant: printable(fix.meant), edits };
}

/** Where a hit is: its own span, the part of its string, its node, else the first character of the document. */
function spanOf(hit: Hit, source: PolicySource): Span {
  if (hit.span !== undefined) return hit.span;
  const { node, part } = hit;
  if (node === undefined) return documentSpan(source);
  return part === undefined ? node : partSpan(node, part, source);
}

/** A part of a string counts in the text only where nothing is escaped. */
function partSpan(node: JsonNode | Member, [from, to]: readonly [number, number], source: PolicySource): Span {
  const string = node.type === 'member' ? node.value : node;
  if (string.type !== 'string') return node;
  const raw = source.text.slice(string.start, string.end);
  const shift = raw.indexOf(string.value);
  if (shift === -1) return node;
  return { start: string.start + shift + from, end: string.start + shift + to };
}

function documentSpan(source: PolicySource): Span {
  const start = source.root?.start ?? source.span.start;
  return { start, end: Math.min(start + 1, source.text.length) };
}
