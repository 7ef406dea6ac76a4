import { readRoleArn } from '../../documents/read-role-arn.ts';
import { bucketNameRule, prefixRule, RULE_DOCS } from '../../documents/rules.ts';
import { inputError, KitError } from '../../model/errors.ts';
import type { SweepReport } from '../../model/sweep.ts';
import { renderSweepReport, sweepPlanLines } from '../../report/sweep-text.ts';
import { createVerifyPorts, type SweepPlan, stateDirectory, sweep } from '../../verify/index.ts';
import { awsOptions } from '../aws-flags.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { askMfaCode } from '../mfa.ts';

export const command = defineCommand({
  options: {
    bucket: {
      type: 'string',
      requiresArg: true,
      describe: 'also what no journal tells of, in the folder of the probes of this bucket',
    },
    prefix: {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'with --bucket: also below this folder; repeat for several',
    },
    'role-arn': {
      type: 'string',
      requiresArg: true,
      describe: 'also temporary statements in the trust policy of this role',
    },
    'dry-run': { type: 'boolean', default: false, describe: 'show what would be removed, and remove nothing' },
    yes: { type: 'boolean', default: false, describe: 'remove without asking, for scripts' },
    output: { choices: ['text', 'json'] as const, default: 'text' as const, requiresArg: true, describe: 'format' },
    ...awsOptions,
  },
  examples: [
    ['$0 sweep', 'what the journals of this machine tell of'],
    ['$0 sweep --bucket my-bucket --dry-run', 'what lies in a bucket, whoever left it'],
  ],
  run: async (args, context) => {
    const { bucket, profile } = args;
    const prefixes = readPlace(bucket, args.prefix ?? []);
    const roleArn = args['role-arn']?.trim();
    if (roleArn !== undefined) readRoleArn(roleArn, '--role-arn');
    const report = await sweep({
      bucket,
      prefixes,
      roleArn,
      dryRun: args['dry-run'],
      stateDirectory: stateDirectory(context.env),
      connect: (journaled) =>
        createVerifyPorts({
          profile: profile ?? (hasOwnCredentials(context.env) ? undefined : journaled),
          region: args.region,
          endpointUrl: args['endpoint-url'],
          mfaCode: (serial) => askMfaCode(serial, context),
        }),
      confirm: (plan) => confirm(plan, args.yes, context),
      signal: context.signal,
    });
    if (report === undefined) {
      context.note('Nothing was removed.');
      return 2;
    }
    if (args.output === 'json') context.out(`${JSON.stringify(report, null, 2)}\n`);
    else context.out(renderSweepReport(report, context.outStyle));
    return exitCodeOf(report);
  },
});

/** 4 when something is left; 3 when all that is not gone is what nobody could look at. */
function exitCodeOf({ left }: SweepReport): number {
  if (left.length === 0) return 0;
  return left.every(({ reason }) => reason === 'unsure') ? 3 : 4;
}

/** The folders, each ending in `/`. @throws KitError `usage`, `input` */
function readPlace(bucket: string | undefined, prefixes: readonly string[]): readonly string[] {
  if (bucket === undefined && prefixes.length > 0) {
    throw new KitError('usage', '--prefix is for --bucket', { hint: 'Add --bucket NAME.' });
  }
  const problems = [
    ...problemOf('--bucket', bucket, bucketNameRule, RULE_DOCS.bucketName),
    ...prefixes.flatMap((prefix) => problemOf('--prefix', prefix, prefixRule, RULE_DOCS.objectKey)),
  ];
  if (problems.length > 0) throw inputError('This cannot be swept:', problems);
  return [...new Set(prefixes.map((prefix) => (prefix.endsWith('/') ? prefix : `${prefix}/`)))];
}

function problemOf(
  field: string,
  value: string | undefined,
  rule: (value: string) => string | undefined,
  docs: string,
) {
  const broken = value === undefined ? undefined : rule(value);
  return value === undefined || broken === undefined ? [] : [{ field, value: value.slice(0, 200), rule: broken, docs }];
}

/** Credentials that the user chose win over the profile that a journal names. */
function hasOwnCredentials(env: Context['env']): boolean {
  return (env.AWS_ACCESS_KEY_ID ?? '') !== '' || (env.AWS_PROFILE ?? '') !== '';
}

async function confirm(plan: SweepPlan, yes: boolean, context: Context): Promise<boolean> {
  if (yes) return true;
  context.note(`Acting as ${plan.caller.arn}`);
  for (const line of sweepPlanLines(plan.found, plan.samples)) context.note(line);
  if (!context.stdinIsTerminal) {
    throw new KitError('usage', 'there is nobody to ask whether this shall be removed; nothing was removed', {
      hint: 'Add --yes to remove it, or --dry-run to only look.',
    });
  }
  const answer = await context.askText('Remove all of this? (yes or no)');
  return /^y(es)?$/i.test(answer.trim());
}
