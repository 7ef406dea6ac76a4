import type { Caller } from '../aws/index.ts';
import { callAws, readAccessDocuments } from '../aws/index.ts';
import { type AskedPermission, judgePermissions } from '../diagnose/index.ts';
import type { AccessDocuments } from '../model/access-documents.ts';
import { parseArn, parseRoleArn } from '../model/arn.ts';
import { KitError } from '../model/errors.ts';
import type { ClientRun } from './client-session.ts';
import type { RunContext } from './context.ts';
import type { Documented } from './explain.ts';
import { planChecks } from './plan.ts';
import { bareCheck, type CheckRecord } from './record.ts';
import { AS_CHANNELMIX } from './run-checks.ts';
import { type Judged, permissionsOf } from './simulate-judge.ts';

/** All of the reading, in milliseconds: it comes after the checks, when somebody waits for the report. */
const LIMIT_MS = 10_000;

/**
 * After a refusal, what the policies say about it: as far as they may be read with the credentials at hand. With the client's own they
 * were read before; the role or key itself, which mostly may read nothing, is asked once whether it may, before it is asked for more.
 * Never fails: a diagnosis without policies is one, too.
 *
 * @param date of the run, ISO 8601
 * @returns `undefined` where nothing was refused, or nothing can be read
 */
export async function learnDocuments(
  run: RunContext,
  records: readonly CheckRecord[],
  caller: Caller,
  date: string,
): Promise<Documented | undefined> {
  const unexpected = records.filter((record) => isVerdict(record) && !bareCheck(record).ok);
  if (run.client !== undefined) return ofClient(run, run.client, unexpected, date);
  if (unexpected.length === 0 || run.signal.aborted) return undefined;
  const signal = AbortSignal.any([run.signal, AbortSignal.timeout(LIMIT_MS)]);
  const documents = await read(run, records, caller, signal).catch((error: unknown) => {
    if (error instanceof KitError) return undefined;
    throw error;
  });
  if (documents === undefined) return undefined;
  return { documents, verdicts: judgeUnexpected(run, documents, unexpected, date) };
}

/** With the client's own credentials the policies were read, and answer for ChannelMix where the client cannot. */
function ofClient(
  run: RunContext,
  { way, verdicts }: ClientRun,
  unexpected: readonly CheckRecord[],
  date: string,
): Documented {
  const { documents } = way;
  const called = unexpected.filter(({ check }) => !AS_CHANNELMIX.has(check.node));
  const judged = new Map([...judgeUnexpected(run, documents, called, date), ...verdicts]);
  return { documents, verdicts: judged, simulated: AS_CHANNELMIX };
}

function isVerdict({ outcome }: CheckRecord): boolean {
  return outcome.result === 'allow' || outcome.result === 'deny';
}

async function read(
  run: RunContext,
  records: readonly CheckRecord[],
  caller: Caller,
  signal: AbortSignal,
): Promise<AccessDocuments | undefined> {
  const { target, state, ports } = run;
  const principalArn = target.roleArn ?? caller.arn;
  if (target.roleArn === undefined && parseArn(caller.arn)?.resource.startsWith('user/') !== true) return undefined;
  if (!(await mayRead(run, records, signal))) return undefined;
  const credentials = state.credentials === undefined ? {} : { credentials: state.credentials };
  const reader = { arn: state.sessionArn ?? caller.arn, account: state.account ?? caller.account };
  return readAccessDocuments(
    (overrides = {}) => ports.clients({ ...overrides, ...credentials }),
    {
      principalArn,
      bucket: target.bucket,
      caller: reader,
      ...(target.kmsKeyArn === undefined ? {} : { kmsKeyArn: target.kmsKeyArn }),
      ...(target.otherBucket === undefined ? {} : { otherBucket: target.otherBucket }),
    },
    signal,
  );
}

/** Whether the role or key may read anything: its own entry in IAM, or the bucket policy, which one of the checks may have asked for. */
async function mayRead(run: RunContext, records: readonly CheckRecord[], signal: AbortSignal): Promise<boolean> {
  const { target, state } = run;
  if (target.way === 'role' && state.credentials === undefined) return false;
  const asked = records.find(({ check }) => check.id === 'denied:s3:GetBucketPolicy')?.outcome.result;
  if (asked === 'allow') return true;
  const answers = await Promise.all([
    mayReadItself(run, signal),
    asked === 'deny' ? false : mayReadBucket(run, signal),
  ]);
  return answers.includes(true);
}

async function mayReadItself(run: RunContext, signal: AbortSignal): Promise<boolean> {
  const clients = run.session();
  const iam = await clients.iam();
  const { name } = parseRoleArn(run.target.roleArn ?? '') ?? {};
  const answer = await callAws<unknown>(
    (options) => (name === undefined ? iam.getUser({}, options) : iam.getRole({ RoleName: name }, options)),
    { signal, host: clients.host },
  );
  return answer.ok;
}

async function mayReadBucket(run: RunContext, signal: AbortSignal): Promise<boolean> {
  const clients = run.session();
  const s3 = await clients.s3();
  const answer = await callAws((options) => s3.getBucketPolicy({ Bucket: run.target.bucket }, options), {
    signal,
    host: clients.host,
  });
  return answer.ok || answer.failure.code === 'NoSuchBucketPolicy';
}

/** What the policies say about each check that did not come out as expected. */
function judgeUnexpected(
  { target }: RunContext,
  documents: AccessDocuments,
  unexpected: readonly CheckRecord[],
  date: string,
): ReadonlyMap<string, Judged> {
  const key = documents.keys.find(({ because }) => because === 'default-encryption')?.arn;
  const { checks } = planChecks(target, key === undefined ? {} : { kmsKeyArn: key });
  return new Map(
    unexpected.map(({ check, outcome }): [string, Judged] => {
      const planned = checks.find(({ node }) => node === check.node);
      const asked = planned === undefined ? [] : permissionsOf(planned, target.kmsKeyArn);
      const verdict = judgePermissions(documents, refused(asked, { check, outcome }), date);
      return [check.node, { outcome, verdict }];
    }),
  );
}

/** The permission that AWS names; all that the check needs, where it names none. */
function refused(
  asked: readonly AskedPermission[],
  { check, outcome }: Pick<CheckRecord, 'check' | 'outcome'>,
): readonly AskedPermission[] {
  const denial = outcome.result === 'deny' ? outcome.failure.denial : undefined;
  const { action, resource } = denial ?? {};
  if (action === undefined) return asked.length > 0 ? asked : [{ action: check.action, resource: check.resource }];
  const same = asked.filter((one) => one.action === action);
  return same.length > 0 ? same : [{ action, resource: resource ?? check.resource }];
}
