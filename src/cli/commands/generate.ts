import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GeneratedFile } from '../../generate/generated-file.ts';
import { UNIQUE_NAME_BYTES, uniqueName } from '../../generate/unique-name.ts';
import { KitError } from '../../model/errors.ts';
import type { Grant } from '../../model/grant.ts';
import { shellWord } from '../../model/shell.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { readGrantArguments, wholeGrantOptions } from '../grant-flags.ts';
import { writeFiles, writeNew } from '../write-whole.ts';

const FORMATS = ['cloudformation', 'terraform', 'aws-cli', 'pulumi'] as const;
type Format = (typeof FORMATS)[number];

export const command = defineCommand({
  options: {
    format: { choices: FORMATS, demandOption: true, describe: 'what to deploy the grant with' },
    ...wholeGrantOptions,
    out: { type: 'string', requiresArg: true, describe: 'write to this file; pulumi: to this folder' },
    force: { type: 'boolean', describe: 'overwrite what is there' },
    stackset: { type: 'boolean', describe: 'cloudformation: for the accounts of an organization' },
    'quick-create': { type: 'boolean', describe: 'cloudformation: links that open the console, filled in' },
    'template-url': { type: 'string', requiresArg: true, describe: 'where the template of --quick-create lies on S3' },
    region: { type: 'string', requiresArg: true, describe: 'only the link of this region' },
  },
  examples: [
    ['$0 generate cloudformation --bucket my-bucket --out channelmix-s3.yaml', 'a CloudFormation template'],
    ['$0 generate terraform --bucket my-bucket --prefix Client123/', 'Terraform or OpenTofu, to stdout'],
    ['$0 generate aws-cli --config channelmix.yaml --out channelmix-s3.sh', 'a shell script from a grant file'],
    ['$0 generate pulumi --bucket my-bucket --create-bucket --out channelmix', 'a Pulumi project'],
  ],
  run: async (args, context) => {
    checkFlags(args);
    const grant = named(await readGrantArguments(args), args.format);
    if (args['quick-create'] === true) {
      const { quickCreate } = await import('../../generate/cloudformation/index.ts');
      const { text } = quickCreate(grant, { templateUrl: args['template-url'] ?? '', region: args.region });
      await write({ path: 'links.txt', text }, args, context);
      return 0;
    }
    if (args.format === 'pulumi') {
      const { pulumiProject } = await import('../../generate/pulumi/index.ts');
      await writeFiles(args.out ?? '', pulumiProject(grant), args.force === true);
    } else {
      await write(await SINGLE_FILES[args.format](grant, args), args, context);
    }
    if (args.stackset === true) context.note('Next: the commands at the head of the template.');
    else if (args.out !== undefined) context.note(`Next: ${NEXT[args.format](shellWord(args.out))}`);
    return 0;
  },
});

type Arguments = Parameters<typeof command.run>[0];

/** Formats that are one file, with the name that it usually has. */
const SINGLE_FILES: Readonly<
  Record<Exclude<Format, 'pulumi'>, (grant: Grant, args: Arguments) => Promise<GeneratedFile>>
> = {
  cloudformation: async (grant, args) => {
    const { cloudFormationTemplate } = await import('../../generate/cloudformation/index.ts');
    const text = cloudFormationTemplate(grant, { stackSet: args.stackset === true });
    return { path: 'channelmix-s3.yaml', text };
  },
  terraform: async (grant) => {
    const { terraformConfig } = await import('../../generate/terraform/index.ts');
    return { path: 'channelmix.tf', text: terraformConfig(grant) };
  },
  'aws-cli': async (grant) => {
    const { awsCliScript } = await import('../../generate/aws-cli/index.ts');
    return { path: 'channelmix-s3.sh', text: awsCliScript(grant) };
  },
};

/** What to do with what was written. */
const NEXT: Readonly<Record<Format, (out: string) => string>> = {
  cloudformation: (out) =>
    `aws cloudformation deploy --stack-name channelmix-s3 --capabilities CAPABILITY_NAMED_IAM --template-file ${out}`,
  terraform: () => 'terraform init && terraform apply, or tofu, in the folder of the file',
  'aws-cli': (out) => `sh ${out} --dry-run, then sh ${out} --account ACCOUNT_ID`,
  pulumi: (out) => `cd ${out}, and the commands in its README.md`,
};

function checkFlags(args: Arguments): void {
  const own = ['stackset', 'quick-create', 'template-url', 'region'] as const;
  const wrong = args.format === 'cloudformation' ? undefined : own.find((flag) => args[flag] !== undefined);
  if (wrong !== undefined)
    throw new KitError('usage', `--${wrong} means nothing for "generate ${args.format}"`, { hint: 'Leave it out.' });
  if (args['quick-create'] === true) {
    if (args.stackset === true)
      throw new KitError('usage', '--quick-create makes links to a stack, not to a stack set', {
        hint: 'Leave --stackset out.',
      });
    if (args['template-url'] === undefined) {
      throw new KitError('usage', '--quick-create needs --template-url: the console reads templates from S3 only', {
        hint: 'Upload the template (without --quick-create, with --out) to a bucket that the client may read, and give its https URL.',
      });
    }
    return;
  }
  const alone = (['template-url', 'region'] as const).find((flag) => args[flag] !== undefined);
  if (alone !== undefined)
    throw new KitError('usage', `--${alone} means nothing without --quick-create`, { hint: 'Leave it out.' });
  if (args.format === 'pulumi' && args.out === undefined) {
    throw new KitError('usage', 'a Pulumi project is several files', { hint: 'Add --out FOLDER.' });
  }
}

/** With the name that cannot be guessed, where one is asked for: Pulumi's programs draw it themselves, at the first update. */
function named(grant: Grant, format: Format): Grant {
  if (!grant.uniqueName || format === 'pulumi') return grant;
  return { ...grant, uniqueName: false, roleName: uniqueName(grant.roleName, randomBytes(UNIQUE_NAME_BYTES)) };
}

async function write(file: GeneratedFile, { out, force }: Arguments, context: Context): Promise<void> {
  if (out === undefined) return context.out(file.text);
  const there = await stat(out).catch(() => undefined);
  if (there?.isDirectory() === true) {
    throw new KitError('input', `${out} is a folder`, { hint: `Name a file, such as ${join(out, file.path)}.` });
  }
  await writeNew(out, file.text, force === true);
}
