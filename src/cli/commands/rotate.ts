import { accessKeyCalls } from '../../aws/index.ts';
import { partitionOfRegion } from '../../model/arn.ts';
import { inputError, KitError } from '../../model/errors.ts';
import type { Grant } from '../../model/grant.ts';
import { renderConnection } from '../../report/connection.ts';
import {
  createRotateMemory,
  type NewKeyWays,
  type RotateQuestion,
  type RotateReport,
  rotate,
  rotateExitCode,
  rotatePolicy,
  userArnPattern,
} from '../../rotate/index.ts';
import { createVerifyPorts, identify, readVerifyTarget, stateDirectory } from '../../verify/index.ts';
import { connectionFlags, regionOf } from '../aws-flags.ts';
import { defineCommand } from '../command.ts';
import type { Context } from '../context.ts';
import { signalExitCode } from '../errors.ts';
import { createProgress, type Progress } from '../live-list.ts';
import { askMfaCode } from '../mfa.ts';
import {
  type RotateArguments,
  readKeyGrant,
  readOldKey,
  readStep,
  readTimes,
  readUser,
  refuseIdleFlags,
  rotateOptions,
} from '../rotate-flags.ts';
import { renderRotateReport } from '../rotate-text.ts';
import { checkNew, writeNew } from '../write-whole.ts';

export const command = defineCommand({
  options: rotateOptions,
  examples: [
    ['$0 rotate --user channelmix_s3_access --bucket my-bucket --secret-file new-key.txt', 'the second key, verified'],
    ['$0 rotate --user channelmix_s3_access', 'once ChannelMix has it: the next step'],
    ['$0 rotate --user channelmix_s3_access --undo', 'the old key is active again'],
    ['$0 rotate --user channelmix_s3_access --delete', 'the old key goes for good'],
  ],
  run: async (args, context) => {
    const user = readUser(args);
    const oldKeyId = readOldKey(args);
    const step = readStep(args);
    const { waitMs, ...times } = readTimes(args);
    const { profile, region, 'endpoint-url': endpointUrl } = args;
    if (args['print-permissions']) {
      if (user === undefined) throw new KitError('usage', '--print-permissions needs --user', { hint: 'Name or ARN.' });
      const partition = partitionOfRegion(regionOf(args, context.env) ?? '');
      context.out(`${JSON.stringify(rotatePolicy(user.arn ?? userArnPattern(user.name, partition)), null, 2)}\n`);
      return 0;
    }
    const grant = await readKeyGrant(args);
    await checkDestination(args, context);
    const aws = { profile, region, endpointUrl, mfaCode: (serial: string) => askMfaCode(serial, context) };
    const ports = createVerifyPorts(aws);
    const progress = createProgress(context);
    try {
      const caller = await identify(ports, { way: 'role' }, context.signal);
      if (user?.account !== undefined && user.account !== caller.account) {
        throw inputError('This user cannot be rotated:', [
          {
            field: '--user',
            value: user.arn ?? '',
            rule: `is of another account than your credentials (${caller.arn})`,
          },
        ]);
      }
      context.note(`Acting as ${caller.arn}`);
      const report = await rotate({
        userName: user?.name,
        oldKeyId,
        step,
        ...times,
        force: args.force,
        plan: args.plan,
        caller,
        calls: await accessKeyCalls(ports.clients(), aws),
        connection: connectionFlags(args),
        memory: createRotateMemory(stateDirectory(context.env)),
        checkStep: (next) => refuseIdleFlags(args, next, user?.name),
        newKey: async () => newKeyWays(args, grant, waitMs, progress, context),
        confirm: (question) => confirm(question, args.yes, context),
        now: () => ports.date().getTime(),
        sleep: ports.sleep,
        signal: context.signal,
        hurry: context.hurry,
      });
      progress.end();
      show(report, args, context);
      return exitCodeOf(report, context);
    } finally {
      progress.end();
      ports.close();
    }
  },
});

function show(report: RotateReport, args: RotateArguments, context: Context): void {
  if (args.output === 'json') context.out(`${JSON.stringify(report, null, 2)}\n`);
  else
    context.out(
      renderRotateReport(report, context.outStyle, context.unicode, args['show-secret'], connectionFlags(args)),
    );
  const file = args['secret-file'];
  if (report.form !== undefined && file !== undefined) {
    context.note(`The form with the secret is in ${file}, which only you may read. Delete it once ChannelMix has it.`);
  }
}

/** A signal counts where it kept the run from its end; what is left behind counts for more, unless a second signal came. */
function exitCodeOf(report: RotateReport, { signal, hurry }: Context): number {
  const bySignal = signal.aborted && !report.done && (report.left.length === 0 || hurry.aborted);
  return bySignal ? signalExitCode(signal) : rotateExitCode(report);
}

/** What to do about a file for the secret that is there already: it may be that of the same command, run before. */
const IF_THERE =
  'Name another file: a secret is never written over one. If this command wrote it, the second key is made: go on without --bucket and --secret-file.';

/** Whether the secret could be given to the user, asked before there is one. @throws KitError `usage`, `input` */
async function checkDestination(args: RotateArguments, { stdoutIsTerminal }: Context): Promise<void> {
  if (args['show-secret'] && !stdoutIsTerminal) {
    throw new KitError('usage', '--show-secret works on a terminal only', {
      hint: 'A secret in a pipe or a log is a secret that leaks: take --secret-file FILE.',
    });
  }
  if (args['secret-file'] !== undefined) await checkNew(args['secret-file'], false, IF_THERE);
}

/** @throws KitError `usage` when it is not said what to verify, or where the secret goes */
function newKeyWays(
  args: RotateArguments,
  grant: Grant | undefined,
  waitMs: number,
  progress: Progress,
  context: Context,
): NewKeyWays {
  if (grant === undefined) {
    throw new KitError('usage', 'a new key is verified before the old one goes, and no bucket was named', {
      hint: 'Add --bucket NAME, or --config channelmix.yaml. Nothing was done.',
    });
  }
  const file = args['secret-file'];
  if (file === undefined && !args['show-secret']) {
    throw new KitError(
      'usage',
      'it is not said where the secret of the new key goes: it is shown once, and to nobody else',
      {
        hint: 'Add --secret-file FILE, or --show-secret on a terminal. Nothing was done.',
      },
    );
  }
  const { profile, region, 'endpoint-url': endpointUrl } = args;
  return {
    targets: (accessKeyId) =>
      grant.buckets.map(({ name, prefixes, kmsKeyArn }) =>
        readVerifyTarget({
          accessKeyId,
          bucket: name,
          prefixes,
          access: grant.access,
          kmsKeyArn,
          region: regionOf(args, context.env),
        }),
      ),
    waitMs,
    connect: (credentials) => createVerifyPorts({ profile, region, endpointUrl, credentials }),
    state: { directory: stateDirectory(context.env), profile },
    onEvent: progress.show,
    deliver: async (form) => {
      const text = renderConnection(form, 'text');
      progress.end();
      if (file === undefined) context.out(`${text}\n`);
      else await writeNew(file, text, false, 0o600, IF_THERE);
    },
  };
}

/** @throws KitError `usage` when another key is named than would be deleted, and when there is nobody to ask */
async function confirm(
  { kind, keyId, warnings }: RotateQuestion,
  yes: string | undefined,
  context: Context,
): Promise<boolean> {
  if (yes === keyId) return true;
  if (yes !== undefined) {
    throw new KitError('usage', `--yes names another key than ${keyId}, which would be deleted; nothing was done`, {
      hint: 'Give the id of the key that may be deleted.',
    });
  }
  for (const warning of warnings) context.note(`warning: ${warning}`);
  if (!context.stdinIsTerminal) {
    throw new KitError('usage', `there is nobody to ask whether ${keyId} shall be deleted; nothing was deleted`, {
      hint: `Add --yes ${keyId} to agree.`,
    });
  }
  const why = kind === 'delete' ? 'for good' : 'since nobody has its secret';
  const answer = await context.askText(`Type the id of the key to delete it ${why} (${keyId})`);
  return answer.trim() === keyId;
}
