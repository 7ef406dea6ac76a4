import { variablesOf } from './variables.ts';

/** A part of a text that is meant to be replaced before use, such as `<bucket>`; in units of the text. */
export interface Placeholder {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Signs around a name: `<bucket>`, `{{bucket}}`, `[bucket]`, `%BUCKET%`, `{bucket}` (not after `$`). */
const SIGNS =
  /<[^<>]{1,64}>|\{\{[^{}]{1,64}\}\}|\[[A-Za-z][\w -]{1,63}\]|%[A-Z][A-Z0-9_]{2,63}%|(?<![${])\{[A-Za-z][\w-]{0,63}\}/g;

/** Words that stand for a bucket or account in tutorials, AWS's own included; no real bucket can have capitals. */
const WORDS =
  /\b(?:YOUR|MY|INSERT|REPLACE|ENTER)[-_][A-Z0-9_-]+\b|\b(?:DOC-)?EXAMPLE-BUCKET\w*|\bamzn-s3-demo-[a-z0-9-]*bucket\d*\b|\b(?:your|insert|replace)-[a-z-]*(?:bucket|name|account)[a-z-]*\b|\bBUCKET[-_]?NAME\b|\bBucketName\b|\bbucket[-_]name\b|\bACCOUNT[-_]?ID\b|\bAccountId\b|\bX{4,}\b/g;

/** Behind it nothing is read, so that no text keeps lint busy. */
const MAX_LENGTH = 2048;

/** The placeholders of a text's first 2,048 units, in its order; none overlaps another. */
export function placeholdersOf(whole: string): readonly Placeholder[] {
  const text = whole.length > MAX_LENGTH ? whole.slice(0, MAX_LENGTH) : whole;
  const found: Placeholder[] = [];
  for (const { start, end, kind } of variablesOf(text)) {
    if (kind === 'placeholder') found.push({ start, end, text: text.slice(start, end) });
  }
  collect(SIGNS, text, found);
  collect(WORDS, text, found);
  return found.length > 1 ? found.sort((a, b) => a.start - b.start) : found;
}

function collect(pattern: RegExp, text: string, found: Placeholder[]): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const start = match.index;
    const end = pattern.lastIndex;
    if (!found.some((other) => start < other.end && other.start < end)) found.push({ start, end, text: match[0] });
  }
}

/** Whether a text still has a placeholder: other rules leave it alone. */
export function hasPlaceholder(text: string): boolean {
  return placeholdersOf(text).length > 0;
}
