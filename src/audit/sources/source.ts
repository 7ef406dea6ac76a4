import type { AuditDocuments } from '../../model/audit-documents.ts';
import { KitError } from '../../model/errors.ts';
import { type FolderContents, readFolder } from './folder.ts';
import { idleParameters, type PlanChoice, readPlan } from './plan.ts';
import { refuseOther } from './plan-others.ts';
import { recogniseFile } from './recognise.ts';
import type { SourceFile } from './types.ts';

/**
 * What files of any kind say of one principal: of `audit --save`, of AWS's authorization details, plans, states, templates, policy documents.
 *
 * @returns the documents, and a sentence for each file that was left out
 * @throws KitError `input` when nothing is about a principal, or several things are about different ones
 */
export function readSource(
  files: readonly SourceFile[],
  choice: PlanChoice,
): { readonly documents: AuditDocuments; readonly notes: readonly string[] } {
  const { documents, plans, notes } = contentsOf(files, choice);
  if (choice.parameters !== undefined && plans.length === 0 && documents.length > 0) throw idleParameters();
  const all = [...documents, ...plans.map((plan) => readPlan(plan, choice))];
  const [first, second] = all;
  if (first === undefined) throw nothingIn(files, notes);
  if (second === undefined) return { documents: first, notes };
  const whose = all.map(({ principal, source }) => `  ${principal.arn} (${source.path ?? source.kind})`);
  throw new KitError('input', `these files are about ${all.length} principals:\n${whose.join('\n')}`, {
    hint: 'Name one file, or one of them with --principal. Many at once: channelmix-s3 fleet audit.',
  });
}

/** What is no source is told by what it is, where it is one file that somebody named. */
function contentsOf(files: readonly SourceFile[], choice: PlanChoice): FolderContents {
  const [only, another] = files;
  const named = only !== undefined && another === undefined && recogniseFile(only.text) === 'other' ? only : undefined;
  let contents: FolderContents;
  try {
    contents = readFolder(files, choice);
  } catch (error) {
    // A log holds what looks like a policy that is broken.
    if (named !== undefined) refuseOther(named);
    throw error;
  }
  if (named !== undefined && contents.documents.length === 0) refuseOther(named);
  return contents;
}

function nothingIn(files: readonly SourceFile[], notes: readonly string[]): KitError {
  const what = files.length === 1 ? `${files[0]?.path} says` : `${files.length} files say`;
  const why = notes.slice(0, 10).map((note) => `\n  ${note}`);
  return new KitError('input', `${what} nothing of a role or user that could be audited${why.join('')}`, {
    hint: 'It takes files of audit --save, of aws iam get-account-authorization-details, plans, templates and policy documents.',
  });
}
