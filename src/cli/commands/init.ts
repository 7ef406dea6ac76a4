import { join } from 'node:path';
import { blueprint } from '../../generate/blueprint.ts';
import type { GeneratedFile } from '../../generate/generated-file.ts';
import { pulumiProject } from '../../generate/pulumi/index.ts';
import { KitError } from '../../model/errors.ts';
import type { Grant } from '../../model/grant.ts';
import { shellWord } from '../../model/shell.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { type GrantFlags, grantFromFlags, wholeGrantOptions } from '../grant-flags.ts';
import { askForGrant, checkFlags } from '../init-questions.ts';
import { checkNew, writeFiles } from '../write-whole.ts';

const { config: _, ...grantOptions } = wholeGrantOptions;

export const command = defineCommand({
  options: {
    dir: { type: 'string', describe: 'folder of the project (default: the current one)' },
    ...grantOptions,
    yes: { type: 'boolean', default: false, describe: 'ask nothing: what no flag says is as its default' },
    force: { type: 'boolean', default: false, describe: 'write over existing files' },
  },
  examples: [
    ['$0 init', 'asks what is missing, in the current folder'],
    ['$0 init acme --bucket my-bucket --prefix Client123/ --yes', 'asks nothing'],
  ],
  run: async (args, context) => {
    const folder = args.dir ?? '.';
    const asks = !args.yes && context.stdinIsTerminal && context.stderrIsTerminal;
    if (!asks) checkUnattended(args);
    // Whoever has one of the files is told before any question: their names do not depend on the answers.
    await checkFolder(folder, pulumiProject(checkFlags(args)), args.force);
    const grant = grantFromFlags(asks ? await askForGrant(args, context) : args);
    const files = pulumiProject(grant);
    showPolicies(grant, context);
    if (asks && !(await confirm(folder, context))) return 1;
    await writeFiles(folder, files, args.force);
    context.out(files.map(({ path }) => `${join(folder, path)}\n`).join(''));
    noteNextStep(folder, context);
    return 0;
  },
});

/** @throws KitError `usage` that names every flag which somebody who cannot be asked has to give */
function checkUnattended({ bucket, yes }: GrantFlags & { readonly yes: boolean }): void {
  const missing = [...(bucket === undefined ? ['--bucket'] : []), ...(yes ? [] : ['--yes'])];
  if (missing.length === 0) return;
  const why = yes ? 'init asks nothing with --yes' : 'there is no terminal on which init could ask';
  throw new KitError('usage', `${why}, and ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`, {
    hint: `Such as: channelmix-s3 init --bucket my-bucket --yes. ${OPTIONAL}`,
  });
}

const OPTIONAL =
  'Optional are --create-bucket, --auth, --access and --prefix: an existing bucket, a role, minimal access and the whole bucket without them.';

/** @throws KitError `input` when a file is there already */
async function checkFolder(folder: string, files: readonly GeneratedFile[], force: boolean): Promise<void> {
  for (const { path } of files) {
    await checkNew(join(folder, path), force).catch((error: unknown) => {
      const cause = error instanceof KitError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
      // A folder that is not there is made.
      if (cause?.code !== 'ENOENT') throw error;
    });
  }
}

/** What the grant comes to, before it is written. */
function showPolicies(grant: Grant, { note, style }: Context): void {
  const { principal, policies, attachedPolicyArns, buckets } = blueprint(grant);
  const show = (title: string, document: unknown) => {
    note(style('bold', title));
    note(JSON.stringify(document, null, 2));
  };
  if (principal.trustPolicy !== undefined) show('Who may assume the role:', principal.trustPolicy);
  for (const arn of attachedPolicyArns) note(`${style('bold', "AWS's policy that is attached:")} ${arn}`);
  for (const { document } of policies) show('What ChannelMix may do:', document);
  for (const { name, policy } of buckets) show(`Policy of the new bucket ${name}:`, policy);
}

async function confirm(folder: string, { askChoice, note }: Context): Promise<boolean> {
  const answer = await askChoice(
    `Write it, and a Pulumi project for it, into ${folder === '.' ? 'this folder' : folder}?`,
    [
      { value: 'yes', label: 'Yes' },
      { value: 'no', label: 'No', hint: 'nothing is written' },
    ],
  );
  if (answer === 'no') note('Nothing was written.');
  return answer === 'yes';
}

function noteNextStep(folder: string, { note }: Context): void {
  note(`Next: ${folder === '.' ? '' : `cd ${shellWord(folder)}, and `}the commands under Deploy in README.md`);
}
