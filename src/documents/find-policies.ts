import { type EmbeddedPolicy, embeddedPolicies, stringDetail, withoutEscapes } from './embedded.ts';
import type { JsonNode, Span } from './json-node.ts';
import { pointerOf } from './json-node.ts';
import { bracketRegion, commentEnds, type Region, skipTrivia } from './json-scan.ts';
import { depthRemark, MAX_DOCUMENTS, yamlSizeRemark, yamlTooDeepAt } from './limits.ts';
import type { Remark, Syntax } from './policy-source.ts';
import { readJson, readJsonText } from './read-json.ts';
import { readTerraform } from './read-terraform.ts';
import { readYaml } from './read-yaml-policy.ts';
import { type Format, formatOf, snippets } from './text-format.ts';

/** A document that was found in a text, before its kind is known. */
export interface FoundDocument {
  readonly root: JsonNode | undefined;
  readonly span: Span;
  readonly syntax: Syntax;
  /** The name in a template that holds it. */
  readonly container: string;
  readonly remarks: readonly Remark[];
}

/** Every policy document of a text, whatever it stands in. Never throws for text; the caller has checked the size. */
export function findDocuments(text: string, path: string): readonly FoundDocument[] {
  const start = text.startsWith('\uFEFF') ? 1 : 0;
  const whole = { start, end: text.length };
  const format = formatOf(text, path, start);
  if (format !== 'text') return readAs(format, text, whole);
  const parts = snippets(text, whole);
  const found = parts.flatMap((part) => readAs(part.format, part.text, part.span));
  return found.map((document) => ({
    ...document,
    remarks: [surrounding(document, 'prose or a code block'), ...document.remarks],
  }));
}

function readAs(format: Format, text: string, span: Span): readonly FoundDocument[] {
  switch (format) {
    case 'json':
      return readJsonStream(text, span);
    case 'yaml':
      return readYamlStream(text, span);
    case 'hcl':
      return readTerraform(text, span).flatMap((policy) => unwrap(text, { ...policy, syntax: 'hcl' }, false));
    case 'text':
      return readRegions(text, span);
  }
}

/** A text that begins as JSON: one value, or several one after the other. */
function readJsonStream(text: string, span: Span): readonly FoundDocument[] {
  const found: FoundDocument[] = [];
  let start = span.start;
  let at = skipTrivia(text, start, span.end);
  let values = 0;
  while (at < span.end && '{['.includes(text[at] ?? '~') && found.length <= MAX_DOCUMENTS) {
    const region = bracketRegion(text, at, span.end);
    const next = skipSeparators(text, region.end, span.end);
    // Comments before and behind a value are part of it.
    const end = next >= span.end ? span.end : region.end;
    values++;
    found.push(...readRegion(text, { ...region, start, end }, values === 1 && next >= span.end));
    start = region.end;
    at = next;
  }
  if (at < span.end && found.length <= MAX_DOCUMENTS)
    found.push(...rest(text, { start: at, end: span.end }, found.length === 0));
  if (values < 2) return found;
  return found.map((document, index) => ({
    ...document,
    remarks: [surrounding(document, `number ${index + 1} of ${found.length} in one file`), ...document.remarks],
  }));
}

function skipSeparators(text: string, start: number, limit: number): number {
  let at = skipTrivia(text, start, limit);
  while (at < limit && ',;'.includes(text[at] ?? '~')) at = skipTrivia(text, at + 1, limit);
  return at;
}

/** What follows the last value and is none itself. */
function rest(text: string, span: Span, alone: boolean): readonly FoundDocument[] {
  const regions = alone ? [] : readRegions(text, span);
  if (regions.length > 0) return regions;
  const shown = text.slice(span.start, Math.min(span.end, span.start + 30)).split('\n')[0] ?? '';
  const detail = `the document has ended, and more text follows: ${shown}`;
  return [bare(span, [{ code: 'syntax-error', start: span.start, end: span.end, detail }])];
}

function bare(span: Span, remarks: readonly Remark[]): FoundDocument {
  return { root: undefined, span, syntax: 'json', container: '', remarks };
}

/** @param whole take the value for a policy even if it does not look like one: there is nothing else in the file */
function readRegion(text: string, region: Region, whole: boolean): readonly FoundDocument[] {
  if (region.tooDeepAt !== undefined) return [bare(region, [depthRemark(region.tooDeepAt)])];
  const { root, remarks } = readJson(text, region);
  return unwrap(text, { root, span: region, syntax: 'json', container: '', remarks }, whole);
}

/** How far behind a brace in prose the first name may stand: comments can be there. */
const MAX_LEAD = 1_000;

/** Documents in text that is no JSON as a whole: from each brace that seems to begin one. */
function readRegions(text: string, span: Span): readonly FoundDocument[] {
  const found: FoundDocument[] = [];
  const ends = commentEnds(text);
  let at = text.indexOf('{', span.start);
  while (at !== -1 && at < span.end && found.length <= MAX_DOCUMENTS) {
    const inner = skipTrivia(text, at + 1, Math.min(span.end, at + MAX_LEAD), ends);
    if (!/["'\u2018\u201C\u201E\u201D{}]/.test(text[inner] ?? ' ')) {
      at = text.indexOf('{', at + 1);
      continue;
    }
    const region = bracketRegion(text, at, span.end);
    const mentions = /statement|effect/i.test(text.slice(region.start, region.end));
    if (mentions) found.push(...readRegion(text, region, false));
    if (region.open) break;
    at = text.indexOf('{', region.end);
  }
  return found;
}

function readYamlStream(text: string, span: Span): readonly FoundDocument[] {
  const slice = text.slice(span.start, span.end);
  const long = yamlSizeRemark(slice, span.start);
  if (long !== undefined) return [{ ...bare(span, [long]), syntax: 'yaml' }];
  const deep = yamlTooDeepAt(slice);
  if (deep !== undefined) return [{ ...bare(span, [depthRemark(span.start + deep)]), syntax: 'yaml' }];
  return readYaml(slice, span.start).flatMap(({ root, remarks }) =>
    unwrap(text, { root, span: root ?? span, syntax: 'yaml', container: '', remarks }, false),
  );
}

/** The policies within a value that was read; the remarks go to the one that they are in, else to the first. */
function unwrap(text: string, document: FoundDocument, whole: boolean): readonly FoundDocument[] {
  const { root, span, remarks } = document;
  if (root === undefined) return [document];
  const { policies, strings } = embeddedPolicies(root);
  const inStrings = strings.map((node) => readString(text, node));
  if (policies.length === 0) {
    if (inStrings.length > 0) return inStrings;
    if (whole || document.container !== '') return [document];
    return [{ ...document, root: undefined, remarks: [...remarks, nothingFound(span)] }];
  }
  const [first] = policies;
  if (policies.length === 1 && first?.node === root) return [document, ...inStrings];
  const owned = new Map<JsonNode | undefined, Remark[]>();
  for (const remark of remarks) {
    const owner = (holderOf(remark, policies) ?? first)?.node;
    const list = owned.get(owner);
    if (list === undefined) owned.set(owner, [remark]);
    else list.push(remark);
  }
  const own = policies.map(
    ({ node, container }): FoundDocument => ({
      ...document,
      root: node,
      span: { start: node.start, end: node.end },
      container: container === '' ? document.container : container,
      remarks: [
        surrounding({ root: node, span: node }, `at ${pointerOf(node)} of another document`),
        ...(owned.get(node) ?? []),
      ],
    }),
  );
  return [...own, ...inStrings];
}

/** The policy that a remark is in; policies are in the order of the text, and none holds another. */
function holderOf(remark: Remark, policies: readonly EmbeddedPolicy[]): EmbeddedPolicy | undefined {
  let low = 0;
  let high = policies.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((policies[middle]?.node.start ?? 0) <= remark.start) low = middle + 1;
    else high = middle;
  }
  const candidate = policies[low - 1];
  return candidate !== undefined && remark.end <= candidate.node.end ? candidate : undefined;
}

/** A policy that stands as text in a JSON string. */
function readString(text: string, node: JsonNode): FoundDocument {
  const base = { span: { start: node.start, end: node.end }, syntax: 'string' as const, container: String(node.step) };
  const start = node.start + 1;
  const plain = text[node.start] === '"' ? withoutEscapes(text.slice(start, node.end - 1)) : undefined;
  if (plain === undefined) {
    const remark: Remark = { code: 'not-understood', start: node.start, end: node.end, detail: stringDetail(node) };
    return { ...base, root: undefined, remarks: [remark] };
  }
  const { tooDeepAt } = bracketRegion(plain, skipTrivia(plain, 0));
  if (tooDeepAt !== undefined) return { ...base, root: undefined, remarks: [depthRemark(start + tooDeepAt)] };
  const { root, remarks } = readJsonText(plain, start);
  const where = surrounding({ root, span: base.span }, `text in the string at ${pointerOf(node)}`);
  return { ...base, root, remarks: [where, ...remarks] };
}

function nothingFound(span: Span): Remark {
  return { code: 'syntax-error', start: span.start, end: span.start, detail: NOTHING_FOUND };
}

/** What is said of a text without a policy. */
export const NOTHING_FOUND = 'no policy document with a Statement was found';

function surrounding(document: Pick<FoundDocument, 'root' | 'span'>, where: string): Remark {
  const { start } = document.root ?? document.span;
  const detail = `${where}; it is checked by itself`;
  return { code: 'surrounding-text', start, end: start + 1, detail };
}
