import { channelMixAccess } from '../../../stacks/program.ts';
import { createAwsConnector } from '../../aws/index.ts';
import { type Deployment, deploy } from '../../deploy/index.ts';
import type { VerifyReport } from '../../model/check.ts';
import { CHANNELMIX_ACCOUNT_ID } from '../../model/constants.ts';
import type { AccessLevel } from '../../model/grant.ts';
import { renderConnection } from '../../report/connection.ts';
import { formatMs, verifyCheckLines, verifyProblemLines, verifySummary } from '../../report/verify-text.ts';
import { type Sandbox, startSandbox } from '../../sandbox/index.ts';
import { collectReport, createVerifyPorts, readVerifyTarget, verify } from '../../verify/index.ts';
import type { Context } from '../context.ts';
import { signalExitCode } from '../errors.ts';
import { SCENES, type Scene } from './scenes.ts';

const CLIENT_ACCOUNT_ID = '111122223333';

/**
 * Tells the whole job against a sandbox of its own: the Pulumi programs declare, AWS calls create, the verifier proves, everything is removed.
 *
 * @returns 0 when every scene came out as it must, 1 when one did not; the signal's code when interrupted
 */
export async function tellStory(context: Context): Promise<number> {
  const started = performance.now();
  const sandbox = await startSandbox();
  try {
    say(context, `An AWS that enforces IAM runs on this machine, at ${sandbox.endpoint}.`);
    say(context, `Account ${CLIENT_ACCOUNT_ID} is the client, ${CHANNELMIX_ACCOUNT_ID} is ChannelMix.`);
    const before = JSON.stringify(sandbox.snapshot());
    let good = true;
    for (const [index, scene] of SCENES.entries()) {
      if (context.signal.aborted) return signalExitCode(context.signal);
      say(context, '', context.outStyle('bold', `${index + 1}. ${scene.title}`));
      good = (await playScene(scene, sandbox, context)) && good;
    }
    if (context.signal.aborted) return signalExitCode(context.signal);
    const clean = JSON.stringify(sandbox.snapshot()) === before;
    say(
      context,
      '',
      clean
        ? 'Everything was removed: both accounts are as they were before.'
        : 'Something was left behind in the sandbox.',
    );
    say(
      context,
      `${SCENES.length} grants deployed, verified and removed in ${formatMs(performance.now() - started)}.`,
      ...nextSteps(),
    );
    return good && clean ? 0 : 1;
  } finally {
    await sandbox.close();
  }
}

function say(context: Context, ...lines: readonly string[]): void {
  context.out(lines.map((line) => `${line}\n`).join(''));
}

async function playScene(scene: Scene, sandbox: Sandbox, context: Context): Promise<boolean> {
  const credentials = credentialsOf(sandbox, CLIENT_ACCOUNT_ID);
  const started = performance.now();
  const deployment = await deploy({
    program: channelMixAccess,
    config: scene.config,
    endpoint: sandbox.endpoint,
    region: sandbox.region,
    credentials,
  });
  try {
    say(
      context,
      `   pulumi program: ${deployment.resources.length} resources created in ${formatMs(performance.now() - started)}`,
    );
    if (scene.bucketPolicy !== undefined) await putBucketPolicy(scene, sandbox);
    const report = await verifyScene(scene, deployment, sandbox, context);
    say(context, ...reportLines(report, context));
    if (scene.fails.length === 0) say(context, ...connectionLines(deployment));
    return asTold(report, scene);
  } finally {
    await deployment.destroy({ deleteRetained: true, deleteObjects: true });
  }
}

async function verifyScene(
  scene: Scene,
  { outputs }: Deployment,
  sandbox: Sandbox,
  context: Context,
): Promise<VerifyReport> {
  const { roleArn, accessKeyId, secretAccessKey } = outputs as Readonly<Record<string, string | undefined>>;
  const {
    bucket,
    prefix,
    access = 'minimal',
  } = scene.config as { bucket: string; prefix?: string; access?: AccessLevel };
  const target = readVerifyTarget({
    roleArn,
    accessKeyId,
    bucket,
    access,
    ...(prefix === undefined ? {} : { prefixes: [prefix] }),
  });
  const credentials =
    accessKeyId === undefined || secretAccessKey === undefined
      ? credentialsOf(sandbox, CHANNELMIX_ACCOUNT_ID)
      : { accessKeyId, secretAccessKey };
  const ports = createVerifyPorts({ endpointUrl: sandbox.endpoint, region: sandbox.region, credentials });
  return collectReport(verify({ target, ports, waitMs: 1_000, signal: context.signal, stopCleanup: context.hurry }));
}

function reportLines(report: VerifyReport, { outStyle, unicode }: Context): readonly string[] {
  const lines = [
    ...verifyCheckLines(report.checks, outStyle, unicode),
    ...verifyProblemLines(report, outStyle),
    verifySummary(report, outStyle),
  ];
  return lines.map((line) => `   ${line}`.trimEnd());
}

/** The form as the client fills it in; the secret is a made-up one of the sandbox, and is not shown all the same. */
function connectionLines({ outputs }: Deployment): readonly string[] {
  const fields = { ...(outputs.connection as Readonly<Record<string, string>>) };
  if (outputs.secretAccessKey !== undefined) fields['AWS secret access key'] = '(secret)';
  const form = renderConnection(fields, 'text').trimEnd().split('\n');
  return ["   ChannelMix's connection form:", ...form.map((line) => `     ${line}`)];
}

/** Whether a scene came out as it must: what shall fail is denied, everything else is as expected, nothing is left. */
function asTold(report: VerifyReport, scene: Scene): boolean {
  const unexpected = report.checks.filter((check) => !check.ok && check.result !== 'skipped');
  const denied = unexpected.filter((check) => check.result === 'deny').map((check): string => check.id);
  const told = unexpected.length === denied.length && denied.every((id) => scene.fails.includes(id));
  return told && scene.fails.every((id) => denied.includes(id)) && report.cleanup.left.length === 0;
}

async function putBucketPolicy(scene: Scene, sandbox: Sandbox): Promise<void> {
  const options = {
    endpointUrl: sandbox.endpoint,
    region: sandbox.region,
    credentials: credentialsOf(sandbox, CLIENT_ACCOUNT_ID),
  };
  const connector = createAwsConnector(options);
  try {
    const s3 = await connector.clients().s3();
    await s3.putBucketPolicy({ Bucket: String(scene.config.bucket), Policy: JSON.stringify(scene.bucketPolicy) });
  } finally {
    connector.close();
  }
}

function credentialsOf(
  sandbox: Sandbox,
  account: string,
): { readonly accessKeyId: string; readonly secretAccessKey: string } {
  const credentials = sandbox.accounts[account];
  if (credentials === undefined) throw new Error(`the sandbox has no account ${account}`);
  return credentials;
}

function nextSteps(): readonly string[] {
  return [
    '',
    'Next, with your own account:',
    '  pulumi config set bucket my-bucket && pulumi up            create the role (README.md, docs/pulumi.md)',
    '  npx channelmix-s3 policy minimal --bucket my-bucket        or only print the policy',
  ];
}
