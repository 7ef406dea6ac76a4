import type { VerifyReport } from '../../model/check.ts';
import { KitError } from '../../model/errors.ts';
import { ACCESS_LEVELS } from '../../model/grant.ts';
import { verifyBundle } from '../../report/verify-bundle.ts';
import { verifyReporters } from '../../report/verify-formats.ts';
import { renderVerifyReport } from '../../report/verify-text.ts';
import {
  createVerifyPorts,
  readVerifyTarget,
  type VerifyEvent,
  verify,
  verifyExitCode,
  verifyRevoked,
} from '../../verify/index.ts';
import { awsOptions } from '../aws-flags.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { readDuration } from '../duration.ts';
import { signalExitCode } from '../errors.ts';
import { createProgress } from '../live-list.ts';
import { readSecret } from '../secret.ts';
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
    'other-bucket': {
      type: 'string',
      requiresArg: true,
      describe: 'another bucket of the account, which must stay closed',
    },
    as: {
      choices: ['channelmix'] as const,
      requiresArg: true,
      describe: "whose credentials these are: channelmix assumes the role from ChannelMix's account",
    },
    expect: {
      choices: ['revoked'] as const,
      requiresArg: true,
      describe: 'revoked: after a teardown, prove that assuming the role (or using the key) and reading are refused',
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
    'show-accounts': { type: 'boolean', default: false, describe: 'account numbers in the bundle' },
    force: { type: 'boolean', default: false, describe: 'write the bundle over an existing file' },
    ...awsOptions,
  },
  examples: [
    ['$0 verify --role-arn arn:aws:iam::111122223333:role/channelmix_s3_access --bucket my-bucket', 'the role way'],
    ['$0 verify --access-key-id AKIAIOSFODNN7EXAMPLE --bucket my-bucket --prefix Client123/', 'the key way'],
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
      region: args.region ?? context.env.AWS_REGION ?? context.env.AWS_DEFAULT_REGION,
    });
    if (target.way === 'key' && args.as !== undefined) {
      throw new KitError('usage', '--as is for the role way', {
        hint: 'With --access-key-id the calls are made with that key.',
      });
    }
    if (target.way === 'key' && args.profile !== undefined) {
      throw new KitError('usage', '--profile is for the role way', {
        hint: 'With --access-key-id the calls are made with that key.',
      });
    }
    const waitMs = readDuration(args.wait, '--wait');
    if (args.bundle !== undefined) await checkNew(args.bundle, args.force);
    const credentials = await keyCredentials(args['access-key-id'], context);
    const ports = createVerifyPorts({
      profile: args.profile,
      region: args.region,
      endpointUrl: args['endpoint-url'],
      mfaCode: (serial) => askMfaCode(serial, context),
      ...credentials,
    });
    const report = await runVerify(
      args.expect === 'revoked'
        ? verifyRevoked({ target, ports, waitMs, signal: context.signal })
        : verify({ target, ports, waitMs, signal: context.signal, stopCleanup: context.hurry }),
      context,
    );
    if (args.output === 'text') context.out(renderVerifyReport(report, context.outStyle, context.unicode));
    else context.out(verifyReporters[args.output](report));
    if (args.bundle !== undefined) {
      const about = { versions: await versionLines(), keepAccounts: args['show-accounts'] };
      await writeNew(args.bundle, verifyBundle(report, about), args.force);
    }
    const bySignal = report.interrupted && context.signal.aborted && report.cleanup.left.length === 0;
    return bySignal ? signalExitCode(context.signal) : verifyExitCode(report);
  },
});

async function keyCredentials(accessKeyId: string | undefined, context: Context): Promise<object> {
  if (accessKeyId === undefined) return {};
  const secretAccessKey = await readSecret(accessKeyId, context);
  return { credentials: { accessKeyId, secretAccessKey } };
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

/** The code of a profile that demands MFA, asked for on the terminal. */
async function askMfaCode(serial: string, context: Context): Promise<string> {
  const code = context.stdinIsTerminal ? await context.askText(`MFA code of ${serial}`) : '';
  if (code !== '') return code;
  throw new KitError('credentials', `the profile demands an MFA code of ${serial}, and there is nobody to ask`, {
    hint: 'Run this on a terminal, or get a session first: aws sts get-session-token.',
  });
}
