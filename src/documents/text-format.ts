import type { Span } from './json-node.ts';
import { skipTrivia } from './json-scan.ts';

/** What a text is written in; `text` is prose with documents in it. */
export type Format = 'json' | 'yaml' | 'hcl' | 'text';

const YAML_NAME = /\.(ya?ml|template|cfn)$/i;
const HCL_NAME = /\.(tf|hcl|tofu)$/i;
const FENCE = /^[ \t]*(`{3,}|~{3,})[ \t]*([\w+-]*)/;
const YAML_LINE =
  /^[ \t]*(?:- )?["']?(?:Statement|PolicyDocument|AssumeRolePolicyDocument|AWSTemplateFormatVersion)["']?\s*:(?!\s*\{)/m;
const HCL_LINE = /jsonencode\s*\(|^[ \t]*(?:resource|data)\s+"aws_\w+"|=\s*<<-?\s*"?\w+"?[ \t]*\r?$/m;
/** A fenced block, a quoted line or a greeting: what only prose has. */
const PROSE = /^[ \t]*(?:`{3,}|~{3,})|^(?:From|Subject|To|Date):/m;

/** What the text is written in: by its first character, else by the file's name, else by what only one of them has. */
export function formatOf(text: string, path: string, start: number): Format {
  const first = skipTrivia(text, start);
  if (text[first] === '{') return 'json';
  if (text[first] === '[' && /["{[\]]/.test(text[skipTrivia(text, first + 1)] ?? ' ')) return 'json';
  if (HCL_NAME.test(path)) return 'hcl';
  if (YAML_NAME.test(path)) return 'yaml';
  if (PROSE.test(text)) return 'text';
  if (HCL_LINE.test(text)) return 'hcl';
  return YAML_LINE.test(text) ? 'yaml' : 'text';
}

/** A part of prose that may hold documents, and the text to read it in. */
export interface Snippet {
  readonly format: Format;
  readonly span: Span;
  readonly text: string;
}

/** The fenced blocks of prose and what stands between them, in order. Quoted mail (`> `) is read as if it were not quoted. */
export function snippets(text: string, whole: Span): readonly Snippet[] {
  const unquoted = unquote(text);
  const parts: Snippet[] = [];
  let at = whole.start;
  let fence: { readonly mark: string; readonly language: string; readonly start: number } | undefined;
  for (const { start, end, mark, language } of fences(unquoted)) {
    if (fence === undefined) {
      parts.push({ format: 'text', span: { start: at, end: start }, text: unquoted });
      fence = { mark, language, start: end };
    } else if (mark.startsWith(fence.mark) && language === '') {
      parts.push(block(unquoted, { start: fence.start, end: start }, fence.language));
      at = end;
      fence = undefined;
    }
  }
  const tail = { start: fence?.start ?? at, end: whole.end };
  const last = closingFence(unquoted, tail, fence?.mark);
  parts.push(
    fence === undefined ? { format: 'text', span: tail, text: unquoted } : block(unquoted, last, fence.language),
  );
  return parts.filter(({ span }) => span.end > span.start);
}

/** The lines that open or close a fenced block, with their line end. Line by line: no text keeps one expression busy. */
function* fences(text: string): Iterable<Span & { readonly mark: string; readonly language: string }> {
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    const [, mark, language = ''] = FENCE.exec(text.slice(start, end)) ?? [];
    if (mark !== undefined) yield { start, end: end + 1, mark, language };
    start = end + 1;
  }
}

/** A closing fence on the last line has no line end, and is not matched above. */
function closingFence(text: string, span: Span, mark: string | undefined): Span {
  if (mark === undefined) return span;
  const line = text.lastIndexOf('\n', span.end - 1) + 1;
  return line > span.start && text.slice(line, span.end).trim() === mark ? { start: span.start, end: line } : span;
}

function block(text: string, span: Span, language: string): Snippet {
  const body = text.slice(span.start, span.end);
  const named = NAMES[language.toLowerCase()];
  const first = skipTrivia(text, span.start, span.end);
  if (text[first] === '{') return { format: 'text', span, text };
  if (named !== undefined) return { format: named, span, text };
  if (HCL_LINE.test(body)) return { format: 'hcl', span, text };
  return { format: YAML_LINE.test(body) ? 'yaml' : 'text', span, text };
}

const NAMES: Readonly<Record<string, Format>> = Object.assign(Object.create(null), {
  yaml: 'yaml',
  yml: 'yaml',
  hcl: 'hcl',
  terraform: 'hcl',
  tf: 'hcl',
});

/** Blanks the marks of quoted mail, and keeps every offset. */
function unquote(text: string): string {
  if ((text.match(/^[ \t]*>/gm)?.length ?? 0) < 3) return text;
  return text.replace(/^[ \t]*>(?:[ \t]*>)*/gm, (marks) => ' '.repeat(marks.length));
}
