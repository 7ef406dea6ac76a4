import type { Caller } from '../aws/index.ts';
import { type DiagnosisFacts, diagnose, grantRemedies } from '../diagnose/index.ts';
import type { AccessDocuments } from '../model/access-documents.ts';
import type { Check, Remedy, VerifyReport } from '../model/check.ts';
import type { RunContext } from './context.ts';
import { bareCheck, type CheckRecord } from './record.ts';
import type { Judged } from './simulate-judge.ts';

/** What a report says about its checks. */
export interface Explanation {
  /** All checks; those that did not come out as expected with their diagnosis. */
  readonly checks: readonly Check[];
  /** What mends them, once for each policy. */
  readonly remedies: readonly Remedy[];
}

/** What the policies say beside the answers, or instead of them. */
export interface Documented {
  readonly documents: AccessDocuments;
  /** By node of the plan. */
  readonly verdicts: ReadonlyMap<string, Judged>;
  /** No call was made, for any check or for these nodes: the policies are all there is. */
  readonly simulated?: true | ReadonlySet<string>;
}

/** What the answers were about, and what was learnt beside the checks. */
type ExplainedRun = Pick<RunContext, 'target'> & {
  readonly state?: Pick<RunContext['state'], 'requesterPays' | 'encryption'>;
};

/**
 * Explains the checks of a run.
 *
 * @param versions the bucket keeps versions
 * @param documented what could be read of the policies; without it, the answers have to do
 */
export function explainChecks(
  run: ExplainedRun,
  records: readonly CheckRecord[],
  owner: VerifyReport['bucketOwner'],
  caller: Caller,
  versions: boolean,
  documented?: Documented,
): Explanation {
  const all = records.flatMap((record) => factsOf(run, records, record, owner, caller, documented) ?? []);
  const explained = diagnose(all.map(({ facts }) => facts)).flatMap((diagnosis, index) => {
    const one = all[index];
    return one === undefined ? [] : [{ ...one, diagnosis }];
  });
  const checks = records.map((record) => {
    const diagnosis = explained.find((one) => one.record === record)?.diagnosis;
    const told = diagnosis === undefined ? {} : { diagnosis };
    return { ...bareCheck(record), ...told, ...simulatorOf(documented?.verdicts.get(record.check.node)) };
  });
  return { checks, remedies: grantRemedies(explained, versions) };
}

/** What is known about a check that did not come out as expected; `undefined` for the others. */
function factsOf(
  run: ExplainedRun,
  records: readonly CheckRecord[],
  record: CheckRecord,
  owner: VerifyReport['bucketOwner'],
  caller: Caller,
  documented: Documented | undefined,
): { readonly record: CheckRecord; readonly facts: DiagnosisFacts } | undefined {
  const { id, action, resource, expect, result, ok } = bareCheck(record);
  if (ok || result === 'skipped') return undefined;
  const { target } = run;
  // S3 names the key with each object that it has encrypted, and not always when it refuses.
  const kmsKeyArn = target.kmsKeyArn ?? run.state?.encryption?.kmsKeyArn;
  const failure = failureOf(record);
  const facts: DiagnosisFacts = {
    id,
    action,
    resource,
    expect,
    result,
    ...(failure === undefined ? {} : { failure }),
    way: target.way,
    principalArn: target.roleArn ?? documented?.documents.principal.arn ?? caller.arn,
    callerArn: caller.arn,
    partition: target.partition,
    bucket: target.bucket,
    prefix: record.check.prefix,
    prefixes: target.prefixes,
    access: target.access,
    ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
    owner,
    peers: records.filter((other) => other !== record).map(toPeer),
    waited: record.waited,
    ...(run.state?.requesterPays === true ? { requesterPays: true } : {}),
    ...documentedFacts(record, documented),
  };
  return { record, facts };
}

/** What AWS's policy simulator says of the permission that decides. */
function simulatorOf(judged: Judged | undefined): Pick<Check, 'simulator'> {
  const { comparisons = [], decisive } = judged?.verdict ?? {};
  const own = comparisons.filter(({ answer }) => answer.question.action === decisive?.action);
  const [first] = own.filter(({ agrees }) => !agrees).concat(own);
  return first === undefined ? {} : { simulator: { decision: first.answer.decision, agrees: first.agrees } };
}

function documentedFacts({ check }: CheckRecord, documented: Documented | undefined) {
  if (documented === undefined) return {};
  const verdict = documented.verdicts.get(check.node)?.verdict;
  return {
    documents: documented.documents,
    ...(verdict === undefined ? {} : { verdict }),
    ...(isSimulated(check.node, documented) ? { simulated: true as const } : {}),
  };
}

function isSimulated(node: string, { simulated }: Documented): boolean {
  return simulated === true || simulated?.has(node) === true;
}

function toPeer(record: CheckRecord) {
  const { id, action, result } = bareCheck(record);
  const failure = failureOf(record);
  return { id, action, prefix: record.check.prefix, result, ...(failure === undefined ? {} : { failure }) };
}

function failureOf({ outcome }: CheckRecord) {
  return outcome.result === 'deny' || outcome.result === 'error' ? outcome.failure : undefined;
}
