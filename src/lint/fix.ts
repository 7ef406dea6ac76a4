import { readPolicies } from '../documents/read-policies.ts';
import type { Finding, TextEdit } from '../model/finding.ts';
import { applyEdits } from './edits.ts';
import { isCutOff, type LintTextOptions, lintSource } from './lint.ts';

/** One change that was made, told for people. Places are those of the text in which it was made. */
export interface Change {
  readonly ruleId: string;
  readonly explanation: string;
  /** What the document allows now and did not before, where that was plainly meant. */
  readonly meant?: string;
  readonly line: number;
  readonly column: number;
  readonly pointer: string;
}

/** A text with everything mended that can be mended with certainty. */
export interface FixResult {
  readonly text: string;
  readonly changes: readonly Change[];
  /** What is left to mend by hand. */
  readonly findings: readonly Finding[];
}

/** Fixes can make room for others (a comment before a comma); after so many rounds something is wrong with a rule. */
const MAX_ROUNDS = 50;

/** A text on the way, and how many changes led to it. */
interface Step {
  readonly text: string;
  readonly changes: number;
  readonly findings: readonly Finding[];
}

/**
 * Applies fixes until none is left, those that overlap one after the other. Fixing the result again changes nothing: of texts that
 * rules which disagree make out of each other in a circle, the first in the order of text is taken. A text with more mistakes than are
 * told, or that does not come to rest, stays as it is.
 */
export function fixText(text: string, options: LintTextOptions): FixResult {
  const changes: Change[] = [];
  const first: Step = { text, changes: 0, findings: lint(text, options) };
  const steps: Step[] = [first];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const last = steps.at(-1);
    if (last === undefined || last.findings.some(isCutOff)) return result(last ?? first, changes);
    const chosen = choose(last.findings, last.text.length);
    const edits = chosen.flatMap((finding) => finding.fix?.edits ?? []);
    const next = edits.length === 0 ? undefined : applyEdits(last.text, edits);
    if (next === undefined) return result(last, changes);
    const before = steps.findIndex((step) => step.text === next);
    if (before !== -1)
      return result(steps.slice(before).sort((a, b) => (a.text < b.text ? -1 : 1))[0] ?? last, changes);
    for (const finding of chosen) changes.push(toChange(finding));
    steps.push({ text: next, changes: changes.length, findings: lint(next, options) });
  }
  return result(first, []);
}

function result(step: Step, changes: readonly Change[]): FixResult {
  return { text: step.text, changes: changes.slice(0, step.changes), findings: step.findings };
}

function lint(text: string, options: LintTextOptions): readonly Finding[] {
  return readPolicies(text, options).flatMap((source) => lintSource(source, options));
}

/** The fixes that change no text that one before them changes; of equal ones the first. */
function choose(findings: readonly Finding[], length: number): readonly Finding[] {
  const taken = new Uint8Array(length + 1);
  const insertions = new Set<number>();
  return findings.filter(({ fix }) => {
    const edits = fix?.edits ?? [];
    if (edits.length === 0 || edits.some((edit) => isTaken(edit, taken, insertions))) return false;
    for (const edit of edits) {
      if (edit.start === edit.end) insertions.add(edit.start);
      // The offset between two characters is inside an edit only if both sides are.
      else taken.fill(1, edit.start, edit.end);
    }
    return true;
  });
}

function isTaken(edit: TextEdit, taken: Uint8Array, insertions: ReadonlySet<number>): boolean {
  const { start, end } = edit;
  if (start === end) return insertions.has(start) || (taken[start - 1] === 1 && taken[start] === 1);
  if (taken.subarray(start, end).includes(1)) return true;
  for (const at of insertions) if (at > start && at < end) return true;
  return false;
}

function toChange(finding: Finding): Change {
  const { ruleId, line, column, pointer, fix } = finding;
  const { explanation = '', meant } = fix ?? {};
  return { ruleId, explanation, ...(meant === undefined ? {} : { meant }), line, column, pointer };
}
