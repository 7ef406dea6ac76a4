import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditInput, expectationOf, readBaseline, readLive, readPolicyFiles, readSource } from '../audit/index.ts';
import { readAuditText } from '../audit/read-file.ts';
import { type PlanChoice, readPlan } from '../audit/sources/plan.ts';
import type { SourceChoice, SourceFile } from '../audit/sources/types.ts';
import { createAwsConnector } from '../aws/index.ts';
import type { AuditDocuments } from '../model/audit-documents.ts';
import { KitError } from '../model/errors.ts';
import type { AccessLevel, Grant } from '../model/grant.ts';
import { readAcceptedFile } from './accepted-file.ts';
import type { AuditOptionsGiven, AuditWay } from './audit-usage.ts';
import type { Context } from './context.ts';
import { grantFromFlags, readGrantFile } from './grant-flags.ts';
import { askMfaCode } from './mfa.ts';

/** The options of `audit` that say what is audited, and against what. */
export interface AuditArguments extends AuditOptionsGiven {
  readonly access?: AccessLevel | undefined;
}

/**
 * Everything that an audit judges. Files that are named are read before AWS is asked.
 *
 * @throws KitError `input` and `usage` with nothing asked; `credentials`, `network` and `service` when nothing could be read
 */
export async function readAuditInput(way: AuditWay, args: AuditArguments, context: Context): Promise<AuditInput> {
  const grant = await meantGrant(args);
  const [baseline, accepted] = await Promise.all([
    args.baseline === undefined
      ? undefined
      : readAuditText(args.baseline, context.streamStdin).then((file) => readBaseline(file)),
    args.accept === undefined ? undefined : readAcceptedFile(args.accept, context.streamStdin),
  ]);
  const documents = await readDocuments(way, args, grant, context);
  return {
    documents,
    expected: expectationOf(documents, grant?.access ?? args.access ?? 'minimal', grant?.buckets ?? []),
    now: new Date().toISOString(),
    ...(baseline === undefined ? {} : { baseline }),
    ...(accepted === undefined ? {} : { accepted }),
  };
}

/** What ChannelMix is meant to have, where it is named. */
export async function meantGrant(args: AuditArguments): Promise<Grant | undefined> {
  if (args.config !== undefined) return readGrantFile(args.config);
  if (args.bucket === undefined) return undefined;
  const { bucket, prefix, 'kms-key': keys, access } = args;
  return grantFromFlags({ bucket, prefix, 'kms-key': keys, access });
}

/** @throws KitError `usage` for what is not KEY=VALUE, and for two values of one parameter */
function readParameters(given: readonly string[]): Readonly<Record<string, string>> {
  const entries = given.map((text): readonly [string, string] => {
    const at = text.indexOf('=');
    if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
    throw new KitError('usage', `--parameter ${JSON.stringify(text)} is not KEY=VALUE`, {
      hint: 'Such as --parameter BucketName=my-bucket.',
    });
  });
  const twice = entries.find(([key], index) => entries.findIndex(([other]) => other === key) !== index);
  if (twice === undefined) return Object.fromEntries(entries);
  throw new KitError('usage', `--parameter ${twice[0]} was given twice`, { hint: 'Give it once.' });
}

function readDocuments(
  way: AuditWay,
  args: AuditArguments,
  grant: Grant | undefined,
  context: Context,
): Promise<AuditDocuments> {
  const choice: PlanChoice = {
    ...(args.principal === undefined ? {} : { principal: args.principal }),
    ...(grant === undefined
      ? {}
      : {
          buckets: grant.buckets.map(({ name }) => name),
          keys: grant.buckets.flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []),
        }),
    ...(args.parameter === undefined ? {} : { parameters: readParameters(args.parameter) }),
  };
  switch (way) {
    case 'aws':
      return fromAws(args, grant, context);
    case 'policies':
      return fromPolicies(args, choice, context);
    case 'file':
      return fromFile(args, choice, context);
  }
}

async function fromAws(args: AuditArguments, grant: Grant | undefined, context: Context): Promise<AuditDocuments> {
  const { 'role-arn': roleArn, user, profile, region, 'endpoint-url': endpointUrl } = args;
  const mfaCode = (serial: string) => askMfaCode(serial, context);
  const connector = createAwsConnector({ profile, region, endpointUrl, mfaCode });
  try {
    return await readLive(
      {
        ...(roleArn === undefined ? {} : { roleArn: roleArn.trim() }),
        ...(user === undefined ? {} : { user: user.trim() }),
        buckets: grant?.buckets.map(({ name }) => name) ?? [],
        kmsKeyArns: grant?.buckets.flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []) ?? [],
        lastAccessed: args['last-accessed'] === true,
      },
      connector.clients,
      context.signal,
    );
  } finally {
    connector.close();
  }
}

async function fromPolicies(args: AuditArguments, choice: SourceChoice, context: Context): Promise<AuditDocuments> {
  const read = (path: string) => readAuditText(path, context.streamStdin);
  const one = (path: string | undefined) => (path === undefined ? undefined : read(path));
  const all = (paths: readonly string[] | undefined) =>
    paths === undefined ? undefined : Promise.all(paths.map(read));
  const [identity, trust, boundary, bucketPolicies, keyPolicies, scps, rcps] = await Promise.all([
    all(args.identity),
    one(args.trust),
    one(args.boundary),
    all(args['bucket-policy']),
    all(args['key-policy']),
    all(args.scp),
    all(args.rcp),
  ]);
  const files = { identity, trust, boundary, bucketPolicies, keyPolicies, scps, rcps };
  return readPolicyFiles(Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined)), choice);
}

async function fromFile(args: AuditArguments, choice: PlanChoice, context: Context): Promise<AuditDocuments> {
  if (args.plan !== undefined) return readPlan(await readAuditText(args.plan, context.streamStdin), choice);
  const { documents, notes } = readSource(await filesAt(args.from ?? '', context), choice);
  for (const note of notes) context.note(`note: ${note}`);
  return documents;
}

/** A file, or all files of a folder and of the folders in it. */
async function filesAt(path: string, context: Context): Promise<readonly SourceFile[]> {
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() !== true) return [await readAuditText(path, context.streamStdin)];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  if (files.length === 0)
    throw new KitError('input', `${path} is an empty folder`, { hint: 'Name one with documents.' });
  if (files.length > MOST_FILES) {
    throw new KitError('input', `${path} has ${files.length} files; at most ${MOST_FILES} are read`, {
      hint: 'An audit is of one principal. Many at once: channelmix-s3 fleet audit FOLDER',
    });
  }
  return Promise.all(files.sort().map((file) => readAuditText(file)));
}

/** So many documents has no principal. */
const MOST_FILES = 1_000;
