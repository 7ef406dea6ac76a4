import type { VerifyRecord } from '../documents/read-verify-report.ts';
import { parseRoleArn } from '../model/arn.ts';
import type { Grant } from '../model/grant.ts';
import { shellWord } from '../model/shell.ts';
import { renderConnection } from '../report/connection.ts';
import { markdownBlock, markdownCode, markdownTable, markdownText } from '../report/markdown.ts';
import { verifyVerdict } from '../report/verify-bundle.ts';
import { blueprint } from './blueprint.ts';
import { type Connection, connectionFields } from './connection.ts';
import { accessWords } from './grant-words.ts';
import { removalCommands } from './hand-over-removal.ts';
import { bucketFlags, verifyFlags } from './verify-flags.ts';

/** What a hand-over is about. No secret: a connection with one is not taken. */
export interface HandOver {
  readonly connection: Exclude<Connection, { auth: 'key' }> | { readonly auth: 'key'; readonly accessKeyId: string };
  /** What was granted, where it is known. */
  readonly grant?: Grant;
  /** Runs of verify, one a bucket. */
  readonly reports: readonly VerifyRecord[];
  /** The Pulumi stack that made it. */
  readonly stack?: string;
}

/** A page for the ticket, in Markdown: the form, what was created, how it was verified and when, how to remove it. */
export function handOverPage(handOver: HandOver): string {
  const { reports } = handOver;
  const sections = [
    `# ChannelMix access to ${bucketList(handOver)}: ${verdict(handOver)}`,
    secrecy(handOver),
    "## The fields of ChannelMix's form",
    renderConnection(connectionFields(handOver.connection), 'markdown').trimEnd(),
    '## What was created',
    created(handOver),
    '## How it was verified',
    ...(reports.length === 0 ? unverified(handOver) : reports.flatMap(verified)),
    '## How to remove it',
    ...removal(handOver),
  ];
  return `${sections.join('\n\n')}\n`;
}

function bucketNames({ grant, reports }: HandOver): readonly string[] {
  return [...new Set([...(grant?.buckets.map(({ name }) => name) ?? []), ...reports.map(({ bucket }) => bucket)])];
}

function bucketList(handOver: HandOver): string {
  const names = bucketNames(handOver);
  return names.length === 0 ? 'S3' : names.map(markdownCode).join(', ');
}

function verdict(handOver: HandOver): string {
  const { reports } = handOver;
  const bad = reports.find((report) => !report.ok);
  if (bad !== undefined) return verifyVerdict(bad);
  const open = bucketNames(handOver).filter((name) => !reports.some(({ bucket }) => bucket === name));
  if (reports.length === 0 || open.length > 0)
    return reports.length === 0 ? 'not verified yet' : 'not all verified yet';
  if (reports.some(({ endpoint }) => endpoint !== undefined)) return 'works at a test endpoint, not verified at AWS';
  return reports.every(({ mode }) => mode === 'simulate') ? 'should work, by its policies' : 'works';
}

function secrecy({ connection }: HandOver): string {
  return connection.auth === 'role'
    ? 'No secret is on this page. Still, keep it within the ticket: ChannelMix supports no external ID, so whoever knows the ARN of the role could enter it as their own.'
    : 'The secret access key is not on this page, and must not be in the ticket: hand it over by a safe way, such as the form itself.';
}

function created({ connection, grant, stack }: HandOver): string {
  const role = connection.auth === 'role' ? parseRoleArn(connection.roleArn) : undefined;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['AWS account', role === undefined ? undefined : markdownCode(role.account)],
    ['Role', role === undefined ? undefined : markdownCode(`${role.path}${role.name}`.replace(/^\/(?=[^/]*$)/, ''))],
    ['User', grant?.auth === 'key' ? markdownCode(userName(grant)) : undefined],
    ['Access key', connection.auth === 'key' ? markdownCode(connection.accessKeyId) : undefined],
    ['Pulumi stack', stack === undefined ? undefined : markdownCode(stack)],
    ...(grant === undefined ? [] : grantRows(grant)),
  ];
  const known = rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return markdownTable(['', ''], known);
}

function grantRows(grant: Grant): readonly (readonly [string, string])[] {
  const boundary = grant.permissionsBoundary;
  return [
    ['ChannelMix may', accessWords(grant.access)],
    ...grant.buckets.map(({ name, create, prefixes, kmsKeyArn }): readonly [string, string] => [
      create ? 'New bucket' : 'Bucket',
      [
        markdownCode(name),
        prefixes.length === 0 ? '' : `, only below ${prefixes.map(markdownCode).join(', ')}`,
        kmsKeyArn === undefined ? '' : `, encrypted with ${markdownCode(kmsKeyArn)}`,
      ].join(''),
    ]),
    ...(boundary === undefined ? [] : [['Permissions boundary', markdownCode(boundary)] as const]),
  ];
}

const MODES: Readonly<Record<VerifyRecord['mode'], string>> = {
  channelmix: "by assuming the role with ChannelMix's credentials",
  client: "by assuming the role with the client's own credentials",
  simulate: 'from the policies, without a call as the role',
  key: 'with the access key',
};

function verified(report: VerifyRecord): readonly string[] {
  const { bucket, mode, date, endpoint, checks, cleanup, ok, interrupted } = report;
  const good = checks.filter((check) => check.ok).length;
  const when = new Date(date)
    .toISOString()
    .replace('T', ' ')
    .replace(/:\d\d\..*$/, ' UTC');
  const wrong = checks.filter((check) => !check.ok && check.result !== 'skipped');
  const facts = [
    `${markdownCode(bucket)} on ${when}, ${MODES[mode]}: **${good} of ${checks.length} checks as expected**${ok ? '.' : `: ${verifyVerdict(report)}.`}`,
    ...(interrupted ? ['The run was interrupted: verify again.'] : []),
    ...(endpoint === undefined
      ? []
      : [`It was not AWS that answered, but the test endpoint ${markdownCode(endpoint)}.`]),
    cleanup.left.length === 0
      ? 'The test files are removed.'
      : `${cleanup.left.length} test files could not be removed:`,
  ];
  const rows = checks.map(({ id, action, expect, required, result, ok: fine }) => [
    markdownCode(id),
    markdownCode(action),
    required === false ? 'for information' : expect === 'allow' ? 'allowed' : 'refused',
    fine ? resultWords(result) : `**${resultWords(result)}**`,
  ]);
  return [
    facts.join(' '),
    ...(cleanup.left.length === 0 ? [] : [markdownBlock(cleanup.left.map(({ command }) => command).join('\n'), 'sh')]),
    ...(wrong.length === 0 ? [] : [wrong.map(wrongLine).join('\n')]),
    markdownTable(['Check', 'Action', 'Must be', 'Was'], rows),
  ];
}

function resultWords(result: string): string {
  return { allow: 'allowed', deny: 'refused', skipped: 'not tried' }[result] ?? 'no answer';
}

function wrongLine({ id, diagnosis }: VerifyRecord['checks'][number]): string {
  if (diagnosis === undefined) return `- ${markdownCode(id)}: the cause is not known.`;
  return `- ${markdownCode(id)}: ${markdownText(diagnosis.cause.replace(/\.$/, ''))}. To mend it: ${markdownText(diagnosis.fix)}`;
}

function unverified(handOver: HandOver): readonly string[] {
  const who =
    handOver.connection.auth === 'role'
      ? "Nobody has tried it yet. With ChannelMix's credentials, or with the client's own by adding `--as client`:"
      : 'Nobody has tried it yet. The command asks for the secret:';
  return [who, verifyCommands(handOver, false), 'Then make this page again with `--verified report.json`.'];
}

/** A command a bucket; where none is known, with the place to fill in. After a removal, the level of access does not matter. */
function verifyCommands(handOver: HandOver, revoked: boolean): string {
  const { connection, grant } = handOver;
  const way =
    connection.auth === 'role' ? ['--role-arn', connection.roleArn] : ['--access-key-id', connection.accessKeyId];
  const names = bucketNames(handOver);
  const lines = (names.length === 0 ? ['BUCKET'] : names).map((name) => {
    const bucket = grant?.buckets.find((one) => one.name === name) ?? { name, prefixes: [] };
    // What was never granted outside of the folders proves nothing by being refused.
    const flags = revoked
      ? [...bucketFlags(bucket), '--expect', 'revoked']
      : verifyFlags(bucket, grant?.access ?? 'minimal');
    return `channelmix-s3 verify ${[...way, ...flags].map(shellWord).join(' ')}${revoked ? '' : ' --output json > report.json'}`;
  });
  return markdownBlock(lines.join('\n'), 'sh');
}

function removal(handOver: HandOver): readonly string[] {
  const { connection, grant, stack } = handOver;
  const stackWord = stack === undefined ? '' : ` --stack ${shellWord(stack)}`;
  const account = connection.auth === 'role' ? parseRoleArn(connection.roleArn)?.account : undefined;
  const tools = [
    ['Pulumi', `pulumi destroy --exclude-protected${stackWord}`, 'in the project folder'],
    ['CloudFormation', 'aws cloudformation delete-stack --stack-name channelmix-s3', 'if the stack has no other name'],
    ['Terraform, OpenTofu', 'terraform destroy', 'or tofu destroy, in the folder of the configuration'],
    ['Shell script', `sh FILE --account ${account ?? 'ACCOUNT_ID'} --undo`, 'FILE is the script that made it'],
  ].filter(([tool]) => stack === undefined || tool === 'Pulumi');
  const byHand = grant === undefined ? undefined : handCommands(handOver, grant);
  return [
    'Where it was made by a tool, remove it by the same one: otherwise the tool makes it again.',
    markdownTable(
      ['Made by', 'Removed by', ''],
      tools.map(([tool = '', command = '', about = '']) => [tool, markdownCode(command), about]),
    ),
    ...(byHand === undefined || stack !== undefined ? [] : ['Made by hand:', markdownBlock(byHand.join('\n'), 'sh')]),
    `${connection.auth === 'role' ? 'Sessions that are still open lose their access with the role, within minutes.' : 'The key stops working within minutes.'} Buckets and files stay${keptWords(grant)}. Prove that access is gone:`,
    verifyCommands(handOver, true),
  ];
}

function keptWords(grant: Grant | undefined): string {
  const going = grant?.protectBucket === false ? grant.buckets.filter(({ create }) => create) : [];
  if (going.length === 0) return '';
  return `, but for what the tool made and may delete (protectBucket: false): ${going.map(({ name }) => markdownCode(name)).join(', ')}`;
}

function handCommands({ connection }: HandOver, grant: Grant): readonly string[] | undefined {
  const role = connection.auth === 'role' ? parseRoleArn(connection.roleArn) : undefined;
  const account = role?.account ?? 'ACCOUNT';
  return removalCommands(blueprint(grant), {
    name: role?.name ?? userName(grant),
    arnOf: (policy) => `arn:${grant.partition}:iam::${account}:policy${grant.rolePath}${policy}`,
    ...(connection.auth === 'key' ? { accessKeyId: connection.accessKeyId } : {}),
  });
}

/** The name of the user on the key way; its random end is drawn when it is made. */
function userName({ roleName, uniqueName }: Grant): string {
  return uniqueName ? `${roleName}-SUFFIX` : roleName;
}
