import { audit, auditAbout, auditExitCode, auditPermissions, writeDocuments } from '../../audit/index.ts';
import { type Partition, parseArn, partitionOfRegion } from '../../model/arn.ts';
import type { AuditReport } from '../../model/audit.ts';
import { KitError } from '../../model/errors.ts';
import { ACCESS_LEVELS } from '../../model/grant.ts';
import { AUDIT_FORMATS, auditReporters } from '../../report/audit-formats.ts';
import { meantGrant, readAuditInput } from '../audit-input.ts';
import { type AuditWay, auditWay, refuseSameFiles } from '../audit-usage.ts';
import { awsOptions, regionOf } from '../aws-flags.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { grantOptions } from '../grant-flags.ts';
import { checkNew, writeNew } from '../write-whole.ts';

const FILE = { type: 'string', requiresArg: true } as const;
const FILES = { ...FILE, array: true } as const;

export const command = defineCommand({
  options: {
    'role-arn': { ...FILE, describe: 'audit this role as it is in AWS' },
    user: {
      ...FILE,
      describe: 'audit the user whose access key ChannelMix has: its name, its ARN, or the id of that key',
    },
    plan: {
      ...FILE,
      describe:
        'audit what will be: JSON of terraform show, pulumi preview or pulumi stack export, a CloudFormation template',
    },
    from: {
      ...FILE,
      describe:
        'audit what was read before: a file of --save, of aws iam get-account-authorization-details, or a folder',
    },
    identity: { ...FILES, describe: 'file with an identity policy; repeat for several' },
    trust: { ...FILE, describe: 'file with the trust policy of the role' },
    boundary: { ...FILE, describe: 'file with the permissions boundary' },
    'bucket-policy': { ...FILES, describe: 'file with the policy of a bucket; repeat for several' },
    'key-policy': { ...FILES, describe: 'file with the policy of a KMS key; repeat for several' },
    scp: { ...FILES, describe: 'file with the SCP of one level of the organization; repeat for each level' },
    rcp: { ...FILES, describe: 'file with a resource control policy; repeat for several' },
    parameter: { ...FILES, describe: 'KEY=VALUE of a parameter of the template; repeat for several' },
    principal: { ...FILE, describe: 'which one, where a file has several: name or ARN' },
    access: {
      choices: ACCESS_LEVELS,
      requiresArg: true,
      describe: 'what ChannelMix is meant to have (default: minimal)',
    },
    ...grantOptions,
    'last-accessed': { type: 'boolean', describe: 'also ask IAM what was used of what is allowed' },
    baseline: {
      ...FILE,
      describe: 'what changed since: a grant (channelmix.yaml), the JSON of a former audit, or a state',
    },
    accept: { ...FILE, describe: 'file with findings that are accepted, each with reason, owner and expiry' },
    output: { choices: AUDIT_FORMATS, requiresArg: true, default: 'text' as const, describe: 'format' },
    out: { ...FILE, describe: 'write the report into this file' },
    save: { ...FILE, describe: 'write what was read into this file, for --from' },
    force: { type: 'boolean', default: false, describe: 'write over existing files' },
    'fail-on': {
      choices: ['error', 'warning', 'suggestion'] as const,
      requiresArg: true,
      default: 'error' as const,
      describe: 'exit 1 from this severity on; security counts as error',
    },
    'print-permissions': { type: 'boolean', describe: 'print the policy that the audit itself needs, and stop' },
    ...awsOptions,
  },
  examples: [
    [
      '$0 audit --role-arn arn:aws:iam::111122223333:role/channelmix_s3_access --bucket my-bucket',
      'a role as it is in AWS',
    ],
    ['$0 audit --user channelmix --bucket my-bucket --prefix Client123/', 'a user with an access key'],
    ['$0 audit --plan template.yaml', 'before it is deployed'],
    ['$0 audit --identity policy.json --trust trust.json', 'documents'],
    ['$0 audit --role-arn ARN --output html --out audit.html', 'a page for the auditor'],
  ],
  run: async (args, context): Promise<number> => {
    const way = auditWay(args);
    if (args['print-permissions'] === true) return printPermissions(way, args, context);
    await refuseSameFiles(args);
    for (const path of [args.out, args.save]) if (path !== undefined) await checkNew(path, args.force);
    const input = await readAuditInput(way, args, context);
    if (args.save !== undefined) await writeNew(args.save, writeDocuments(input.documents), args.force);
    const report = audit(input);
    await deliver(report, args, context);
    return auditExitCode(report, args['fail-on']);
  },
});

type Arguments = Parameters<typeof command.run>[0];

async function printPermissions(way: AuditWay, args: Arguments, context: Context): Promise<number> {
  if (way !== 'aws') {
    throw new KitError('usage', '--print-permissions is of an audit at AWS; files need none', {
      hint: 'Give --role-arn ARN or --user NAME.',
    });
  }
  const grant = await meantGrant(args);
  const principal = (args['role-arn'] ?? args.user ?? '').trim();
  const policy = auditPermissions({
    principal,
    partition:
      (parseArn(principal)?.partition as Partition | undefined) ?? partitionOfRegion(regionOf(args, context.env) ?? ''),
    buckets: grant?.buckets.map(({ name }) => name) ?? [],
    kmsKeyArns: grant?.buckets.flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []) ?? [],
    lastAccessed: args['last-accessed'] === true,
  });
  context.out(`${JSON.stringify(policy, null, 2)}\n`);
  return 0;
}

async function deliver(report: AuditReport, args: Arguments, context: Context): Promise<void> {
  const { output, out } = args;
  const region = args.region || undefined;
  const about = (style: Context['outStyle'] | undefined) =>
    auditAbout({
      failOn: args['fail-on'],
      ...(region === undefined ? {} : { region }),
      ...(style === undefined ? {} : { style }),
    });
  if (out === undefined) {
    context.out(auditReporters[output](report, about(context.outStyle)));
    return;
  }
  await writeNew(out, auditReporters[output](report, about(undefined)), args.force);
  // The answer itself belongs on the screen, too.
  if (output !== 'text') context.note(auditReporters.text(report, about(context.style)).trimEnd());
}
