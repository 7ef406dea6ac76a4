import { type AwsClients, type AwsCredentials, createAwsClients } from '../../aws/index.ts';
import type { VerifyReport } from '../../model/check.ts';
import { ACCESS_LEVELS } from '../../model/grant.ts';
import { verifyBundle } from '../../report/verify-bundle.ts';
import { verifyReporters } from '../../report/verify-formats.ts';
import { renderVerifyPlan } from '../../report/verify-plan.ts';
import { renderVerifyReport } from '../../report/verify-text.ts';
import {
  createVerifyPorts,
  planReport,
  readVerifyTarget,
  type VerifyEvent,
  type VerifyTarget,
  verifyExitCode,
  verifyRevoked,
} from '../../verify/index.ts';
import { awsOptions, regionOf } from '../aws-flags.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { readDuration } from '../duration.ts';
import { describeError, signalExitCode } from '../errors.ts';
import { createProgress } from '../live-list.ts';
import { askMfaCode } from '../mfa.ts';
import { readSecret } from '../secret.ts';
import { checkVerifyUsage } from '../verify-usage.ts';
import { startVerify } from '../verify-way.ts';
import { versionLines } from '../version.ts';
import { checkNew, writeNew } from '../write-whole.ts';

export const command = defineCommand({
  options: {
    'role-arn': { type: 'string', requiresArg: true, describe: 'the role that ChannelMix assumes' },
    'access-key-id': {
      type: 'string',
      requiresArg: true,
      describe: 'the access key, when there is no role; its secret is asked for',
    },
    bucket: { type: 'string', requiresArg: true, describe: 'the bucket' },
    prefix: {
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'the folder that access is limited to; repeat for several',
    },
    access: { choices: ACCESS_LEVELS, default: 'minimal' as const, requiresArg: true, describe: 'what was granted' },
    'kms-key': { type: 'string', requiresArg: true, describe: 'ARN of the KMS key that encrypts the bucket' },
    as: {
      choices: ['channelmix', 'client', 'simulate'] as const,
      requiresArg: true,
      describe:
        "channelmix: with ChannelMix's credentials; client: with your own, for which the trust policy is changed for some seconds; simulate: from the policies, without a call as the role (default: channelmix with its credentials, else simulate)",
    },
    yes: { type: 'boolean', default: false, describe: 'with --as client: change the trust policy without asking' },
    plan: { type: 'boolean', default: false, describe: 'print what would be called and written, and stop' },
    expect: {
      choices: ['revoked'] as const,
      requiresArg: true,
      describe: 'revoked: after a teardown, prove that assuming the role (or using the key) and reading are refused',
    },
    'other-bucket': {
      type: 'string',
      requiresArg: true,
      describe: 'another bucket of the account, which must stay closed',
    },
    'third-party-profile': {
      type: 'string',
      requiresArg: true,
      describe: 'profile with credentials of a third account, which must not be able to assume the role',
    },
    deep: { type: 'boolean', default: false, describe: 'also transfer 20 MiB in parts, and measure the throughput' },
    careful: {
      type: 'boolean',
      default: false,
      describe: 'put nothing before it is known that it may be deleted: one round trip more',
    },
    'allow-locked': {
      type: 'boolean',
      default: false,
      describe: 'put probe objects also where Object Lock keeps them for days',
    },
    wait: {
      type: 'string',
      default: '30s',
      requiresArg: true,
      describe: 'how long a change in IAM may take to spread',
    },
    output: {
      choices: ['text', 'json', 'junit', 'github'] as const,
      default: 'text' as const,
      requiresArg: true,
      describe: 'format; github: annotations of a workflow run',
    },
    bundle: {
      type: 'string',
      requiresArg: true,
      describe: 'also write a report to paste into a ticket (Markdown), without keys and account numbers',
    },
    'show-accounts': { type: 'boolean', default: false, describe: 'with --bundle: leave account numbers in it' },
    force: { type: 'boolean', default: false, describe: 'with --bundle: write over an existing file' },
    ...awsOptions,
  },
  examples: [
    ['$0 verify --role-arn arn:aws:iam::111122223333:role/channelmix_s3_access --bucket my-bucket', 'the role way'],
    ['$0 verify --access-key-id AKIAIOSFODNN7EXAMPLE --bucket my-bucket --prefix Client123/', 'the key way'],
    [
      '$0 verify --as simulate --role-arn arn:aws:iam::111122223333:role/channelmix_s3_access --bucket my-bucket',
      'from the policies alone, with your own credentials',
    ],
  ],
  run: async (args, context) => {
    const target = readVerifyTarget({
      roleArn: args['role-arn'],
      accessKeyId: args['access-key-id'],
      bucket: args.bucket,
      prefixes: args.prefix,
      access: args.access,
      kmsKeyArn: args['kms-key'],
      otherBucket: args['other-bucket'],
      region: regionOf(args, context.env),
      deep: args.deep,
      allowLocked: args['allow-locked'],
      careful: args.careful,
      thirdParty: args['third-party-profile'] !== undefined,
    });
    checkVerifyUsage(args, target.way);
    const waitMs = readDuration(args.wait, '--wait');
    if (args.plan) return showPlan(target, args.as, args.output, context);
    if (args.bundle !== undefined) await checkNew(args.bundle, args.force);
    const accessKeyId = args['access-key-id'];
    // A simulation reads the user's policies with the caller's own credentials.
    const ownKey = args.as === 'simulate' ? undefined : accessKeyId;
    const ports = createVerifyPorts({
      profile: args.profile,
      region: args.region,
      endpointUrl: args['endpoint-url'],
      mfaCode: (serial) => askMfaCode(serial, context),
      ...(ownKey === undefined ? {} : { credentials: await keyCredentials(ownKey, context) }),
    });
    const thirdParty = thirdPartyClients(args);
    const { as, profile, yes } = args;
    const request = { target, ports, as, accessKeyId, profile, waitMs, yes, ...thirdParty };
    const report = await runVerify(
      args.expect === 'revoked'
        ? verifyRevoked({ target, ports, waitMs, signal: context.signal })
        : await startVerify(request, context),
      context,
    );
    if (args.output === 'text') context.out(renderVerifyReport(report, context.outStyle, context.unicode));
    else context.out(verifyReporters[args.output](report));
    const code = exitCodeOf(report, context);
    if (args.bundle === undefined) return code;
    try {
      const about = { versions: await versionLines(), keepAccounts: args['show-accounts'] };
      await writeNew(args.bundle, verifyBundle(report, about), args.force);
      return code;
    } catch (error) {
      // What the run found counts for more than that it is not in a file.
      context.note(describeError(error, false));
      return code === 0 ? 3 : code;
    }
  },
});

/**
 * A signal counts until the report is printed, also where all checks were made and only the cleanup was under way. After a second one
 * nothing counts but that it stops; `sweep` removes what the journal has.
 */
function exitCodeOf(report: VerifyReport, { signal, hurry, note }: Context): number {
  const left = report.cleanup.left.length;
  if (left > 0 && signal.aborted) note('Next: channelmix-s3 sweep removes what was left behind');
  const bySignal = signal.aborted && (left === 0 || hurry.aborted);
  return bySignal ? signalExitCode(signal) : verifyExitCode(report);
}

/** What a run would do, without a call and without credentials. */
function showPlan(
  target: VerifyTarget,
  as: 'channelmix' | 'client' | 'simulate' | undefined,
  output: string,
  context: Context,
): 0 {
  const plan = planReport(target, target.way === 'role' ? (as ?? 'channelmix') : 'key');
  if (as === 'client') {
    context.note(
      "Beside this, with your own credentials: reads of the policies, and two iam:UpdateAssumeRolePolicy, which put a statement into the role's trust policy and take it out again",
    );
  }
  context.out(output === 'json' ? `${JSON.stringify(plan, null, 2)}\n` : renderVerifyPlan(plan));
  return 0;
}

/** Clients with the credentials of a third account. */
function thirdPartyClients(args: {
  readonly 'third-party-profile'?: string | undefined;
  readonly region?: string | undefined;
  readonly 'endpoint-url'?: string | undefined;
}): { readonly thirdParty?: AwsClients } {
  const profile = args['third-party-profile'];
  if (profile === undefined) return {};
  const { region, 'endpoint-url': endpointUrl } = args;
  return { thirdParty: createAwsClients({ profile, region, endpointUrl }) };
}

async function keyCredentials(accessKeyId: string, context: Context): Promise<AwsCredentials> {
  return { accessKeyId, secretAccessKey: await readSecret(accessKeyId, context) };
}

/** Shows the progress of a run and gives its report, which is its last event. */
async function runVerify(events: AsyncIterable<VerifyEvent>, context: Context): Promise<VerifyReport> {
  const progress = createProgress(context);
  try {
    for await (const event of events) {
      if (event.type === 'report') return event.report;
      progress.show(event);
    }
  } finally {
    progress.end();
  }
  throw new Error('a run without a report');
}
