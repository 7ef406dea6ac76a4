import pMap from 'p-map';
import type { AuditInput } from '../../../src/audit/audit.ts';
import { audit, auditExitCode, expectationOf, readLive } from '../../../src/audit/index.ts';
import type { Baseline } from '../../../src/audit/types.ts';
import { type AwsConnector, createAwsConnector } from '../../../src/aws/index.ts';
import { readOrganization } from '../../../src/aws/read-organization.ts';
import { createReader } from '../../../src/aws/reader.ts';
import type { OrganizationDocuments } from '../../../src/model/access-documents.ts';
import { bucketArn } from '../../../src/model/arn.ts';
import type { AuditReport } from '../../../src/model/audit.ts';
import type { AuditDocuments } from '../../../src/model/audit-documents.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import type { SeededKey } from '../../../src/sandbox/seed/index.ts';
import type { CorpusAccount, CorpusAudit, Found } from './account.ts';
import { ACCOUNT, OWNERS_ROLE } from './parts.ts';

/** What an audit of an account came to. */
export interface CorpusResult {
  readonly account: CorpusAccount;
  readonly input: AuditInput;
  readonly report: AuditReport;
  readonly exit: 0 | 1 | 3;
  /** What went wrong within the sandbox: nothing. */
  readonly bugs: readonly unknown[];
}

/** Credentials of whoever audits. */
export type AuditorKeys = Pick<SeededKey, 'accessKeyId' | 'secretAccessKey'>;

/** Audits every account at a sandbox of its own, a few at the same time. */
export function runCorpus(accounts: readonly CorpusAccount[]): Promise<readonly CorpusResult[]> {
  return pMap(accounts, runAtSandbox, { concurrency: 4 });
}

async function runAtSandbox(account: CorpusAccount): Promise<CorpusResult> {
  const { world, audit: flags } = account;
  return withSandbox(world, async (sandbox, keys) => {
    const documents = await readWithOthers(sandbox.endpoint, keysOf(flags, keys), flags);
    const input = { ...(await inputOf(documents, flags)), now: sandbox.clock.now().toISOString() };
    return { account, ...judge(input), bugs: sandbox.bugs() };
  });
}

function judge(input: AuditInput): Pick<CorpusResult, 'input' | 'report' | 'exit'> {
  const report = audit(input);
  return { input, report, exit: auditExitCode(report, 'error') };
}

async function withSandbox<T>(
  world: CorpusAccount['world'],
  use: (sandbox: Sandbox, keys: ReadonlyMap<string, SeededKey>) => Promise<T>,
): Promise<T> {
  const sandbox = await startSandbox({
    ...(world.accounts === undefined ? {} : { accounts: world.accounts }),
    ...(world.region === undefined ? {} : { region: world.region }),
  });
  try {
    const { accessKeys } = await sandbox.seed({ world });
    return await use(sandbox, accessKeys);
  } finally {
    await sandbox.close();
  }
}

function keysOf({ auditor }: CorpusAudit, keys: ReadonlyMap<string, SeededKey>): AuditorKeys {
  if (auditor === undefined) return { accessKeyId: ACCOUNT, secretAccessKey: ACCOUNT };
  const found = keys.get(`${ACCOUNT}/${auditor}`);
  if (found === undefined) throw new TypeError(`there is no user ${auditor}`);
  return found;
}

/** What the live reader reads at an endpoint. */
export async function readAt(
  endpointUrl: string,
  credentials: AuditorKeys,
  flags: CorpusAudit,
): Promise<AuditDocuments> {
  const { roleArn, user, buckets = [], noLastAccessed } = flags;
  const target = {
    ...(roleArn === undefined ? {} : { roleArn }),
    ...(user === undefined ? {} : { user }),
    buckets: buckets.map(({ name }) => name),
    kmsKeyArns: buckets.flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []),
    lastAccessed: noLastAccessed !== true,
  };
  return connected(endpointUrl, credentials, ({ clients }, signal) => readLive(target, clients, signal));
}

async function connected<T>(
  endpointUrl: string,
  credentials: AuditorKeys,
  use: (connector: AwsConnector, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const connector = createAwsConnector({ endpointUrl, region: 'us-east-1', credentials, maxAttempts: 1 });
  try {
    return await use(connector, new AbortController().signal);
  } finally {
    connector.close();
  }
}

/** The documents, of which other accounts told a part: of their buckets, or of the organization. */
async function readWithOthers(endpoint: string, credentials: AuditorKeys, flags: CorpusAudit): Promise<AuditDocuments> {
  const own = await readAt(endpoint, credentials, flags);
  const { buckets: owner, organization: manager } = flags.told ?? {};
  const rootOf = (account: string) => ({ accessKeyId: account, secretAccessKey: account });
  const told =
    owner === undefined
      ? own
      : await readAt(endpoint, rootOf(owner), {
          roleArn: `arn:aws:iam::${owner}:role/${OWNERS_ROLE.name}`,
          buckets: own.buckets.map(({ name }) => ({ name })),
        });
  return {
    ...own,
    buckets: told.buckets,
    keys: told.keys,
    ...(manager === undefined ? {} : { organization: await readManaged(endpoint, rootOf(manager), manager) }),
  };
}

function readManaged(endpointUrl: string, credentials: AuditorKeys, manager: string): Promise<OrganizationDocuments> {
  return connected(endpointUrl, credentials, ({ clients }, signal) => {
    const own = clients();
    return readOrganization(own, createReader(own.host, signal), ACCOUNT, ACCOUNT, manager);
  });
}

/** The documents with what they are audited for. */
export async function inputOf(documents: AuditDocuments, flags: CorpusAudit): Promise<Omit<AuditInput, 'now'>> {
  const { buckets = [], access = 'minimal', accepted } = flags;
  const named = buckets.map((bucket) => ({ prefixes: [], ...bucket }));
  const baseline = await baselineOf(flags);
  return {
    documents,
    expected: expectationOf(documents, access, named),
    ...(accepted === undefined ? {} : { accepted }),
    ...(baseline === undefined ? {} : { baseline }),
  };
}

async function baselineOf(flags: CorpusAudit): Promise<Baseline | undefined> {
  const { baseline, ...before } = flags;
  if (baseline === undefined) return undefined;
  if (!('world' in baseline)) return { kind: 'grant', path: 'channelmix.yaml', grant: baseline };
  return withSandbox(baseline.world, async (sandbox, keys): Promise<Baseline> => {
    const documents = await readAt(sandbox.endpoint, keysOf(before, keys), before);
    if (baseline.as === 'documents') return { kind: 'documents', path: 'before.json', documents };
    const input = { ...(await inputOf(documents, before)), now: sandbox.clock.now().toISOString() };
    return { kind: 'audit', path: 'before.json', report: audit(input) };
  });
}

/** What was found, as the corpus says it, sorted. */
export function foundIn({ findings, subject }: AuditReport): readonly Found[] {
  return sorted(findings.map(({ ruleId, about }) => [ruleId, about === subject.arn ? 'principal' : nameOf(about)]));
}

function nameOf(about: string): string {
  const bucket = /^arn:aws:s3:::([^/]+)$/.exec(about)?.[1];
  return bucket !== undefined && bucketArn('aws', bucket) === about ? bucket : about;
}

/** In one order. */
export function sorted(found: readonly Found[]): readonly Found[] {
  return [...found].sort((a, b) => a.join(' ').localeCompare(b.join(' ')));
}
