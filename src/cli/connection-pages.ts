import { readVerifyReport, type VerifyRecord } from '../documents/read-verify-report.ts';
import type { Connection } from '../generate/connection.ts';
import { type HandOver, handOverPage } from '../generate/hand-over.ts';
import { parseRoleArn } from '../model/arn.ts';
import { KitError } from '../model/errors.ts';
import type { Grant } from '../model/grant.ts';
import type { Context } from './context.ts';
import { type GrantFlags, readGrantArguments } from './grant-flags.ts';
import { readText } from './read-text.ts';

/** What the page for the ticket is made from, beside the connection. */
export interface HandOverArgs extends GrantFlags {
  readonly config?: string | undefined;
  readonly verified?: readonly string[] | undefined;
  readonly 'from-stack'?: string | undefined;
}

/** Reports of verify by the names of their files. */
type Reports = readonly (readonly [file: string, report: VerifyRecord])[];

/**
 * The page for the ticket.
 *
 * @param readConnection reads what the flags name; where they name nothing, a report names the role
 * @throws KitError `input` when reports, grant and connection are not about the same access
 */
export async function makeHandOver(
  args: HandOverArgs,
  readConnection: (() => Promise<Connection>) | undefined,
  context: Context,
): Promise<string> {
  const reports: [string, VerifyRecord][] = [];
  for (const file of args.verified ?? []) reports.push([file, readVerifyReport(await readText(file, context), file)]);
  const connection = withoutSecret(await (readConnection ?? (async () => connectionOf(reports)))());
  const grant = await grantOf(args, connection);
  checkReports(reports, connection, grant);
  const stack = args['from-stack'];
  return handOverPage({
    connection,
    reports: reports.map(([, report]) => report),
    ...(grant === undefined ? {} : { grant }),
    ...(stack === undefined ? {} : { stack }),
  });
}

function withoutSecret(connection: Connection): HandOver['connection'] {
  if (connection.auth === 'role') return connection;
  return { auth: 'key', accessKeyId: connection.accessKeyId };
}

function connectionOf(reports: Reports): Connection {
  const roleArn = reports.find(([, report]) => report.roleArn !== undefined)?.[1].roleArn;
  if (roleArn !== undefined) return { auth: 'role', roleArn };
  throw new KitError('usage', 'nothing to hand over was named', {
    hint: 'Give --role-arn, --access-key-id or --from-stack, or --verified with a report about a role.',
  });
}

/** The grant, where flags or a file describe one. */
async function grantOf(args: HandOverArgs, connection: HandOver['connection']): Promise<Grant | undefined> {
  if (args.config === undefined && args.bucket === undefined) return undefined;
  const role = connection.auth === 'role' ? parseRoleArn(connection.roleArn) : undefined;
  if (args.config === undefined) {
    const named = role === undefined ? {} : { 'role-name': role.name, 'role-path': role.path };
    return readGrantArguments({ ...args, auth: connection.auth, ...named });
  }
  const grant = await readGrantArguments(args);
  const told = connection.auth === 'role' ? 'a role' : 'an access key';
  if (grant.auth !== connection.auth) {
    throw new KitError(
      'input',
      `${args.config} is about ${grant.auth === 'role' ? 'a role' : 'an access key'}, and ${told} is handed over`,
    );
  }
  if (role !== undefined && !isNameOf(role.name, grant)) {
    throw new KitError(
      'input',
      `${args.config} names the role "${grant.roleName}", and the role that is handed over is "${role.name}"`,
      {
        hint: 'Name the file that this role was made from.',
      },
    );
  }
  return grant;
}

function isNameOf(name: string, { roleName, uniqueName }: Grant): boolean {
  return uniqueName ? name.startsWith(`${roleName}-`) : name === roleName;
}

function checkReports(reports: Reports, connection: HandOver['connection'], grant: Grant | undefined): void {
  for (const [file, { roleArn, expect, bucket }] of reports) {
    const expected = connection.auth === 'role' ? connection.roleArn : undefined;
    if (roleArn !== expected) {
      const about = roleArn === undefined ? 'an access key' : `the role ${roleArn}`;
      throw new KitError('input', `${file} is about ${about}, and something else is handed over`, {
        hint: 'Name the reports of this role or key only.',
      });
    }
    if (expect === 'revoked') {
      throw new KitError('input', `${file} proves that access is gone (--expect revoked), not that it works`);
    }
    if (grant !== undefined && !grant.buckets.some(({ name }) => name === bucket)) {
      throw new KitError('input', `${file} is about the bucket "${bucket}", which is not granted`);
    }
  }
}
