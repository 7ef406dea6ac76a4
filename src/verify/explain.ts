import { type DiagnosisFacts, diagnose, grantRemedies } from '../diagnose/index.ts';
import type { Check, Remedy, VerifyReport } from '../model/check.ts';
import type { RunContext } from './context.ts';
import type { Caller } from './prepare.ts';
import { bareCheck, type CheckRecord } from './record.ts';

/** What a report says about its checks. */
export interface Explanation {
  /** All checks; those that did not come out as expected with their diagnosis. */
  readonly checks: readonly Check[];
  /** What mends them, once for each policy. */
  readonly remedies: readonly Remedy[];
}

/**
 * Explains the checks of a run.
 *
 * @param versions the bucket keeps versions
 */
export function explainChecks(
  run: RunContext,
  records: readonly CheckRecord[],
  owner: VerifyReport['bucketOwner'],
  caller: Caller,
  versions: boolean,
): Explanation {
  const all = records.flatMap((record) => factsOf(run, records, record, owner, caller) ?? []);
  const explained = diagnose(all.map(({ facts }) => facts)).flatMap((diagnosis, index) => {
    const one = all[index];
    return one === undefined ? [] : [{ ...one, diagnosis }];
  });
  const checks = records.map((record) => {
    const diagnosis = explained.find((one) => one.record === record)?.diagnosis;
    return { ...bareCheck(record), ...(diagnosis === undefined ? {} : { diagnosis }) };
  });
  return { checks, remedies: grantRemedies(explained, versions) };
}

/** What is known about a check that did not come out as expected; `undefined` for the others. */
function factsOf(
  run: RunContext,
  records: readonly CheckRecord[],
  record: CheckRecord,
  owner: VerifyReport['bucketOwner'],
  caller: Caller,
): { readonly record: CheckRecord; readonly facts: DiagnosisFacts } | undefined {
  const { id, action, resource, expect, result, ok } = bareCheck(record);
  if (ok || result === 'skipped') return undefined;
  const { target } = run;
  const failure = failureOf(record);
  const facts: DiagnosisFacts = {
    id,
    action,
    resource,
    expect,
    result,
    ...(failure === undefined ? {} : { failure }),
    way: target.way,
    principalArn: target.roleArn ?? caller.arn,
    callerArn: caller.arn,
    partition: target.partition,
    bucket: target.bucket,
    prefix: record.check.prefix,
    prefixes: target.prefixes,
    access: target.access,
    ...(target.kmsKeyArn === undefined ? {} : { kmsKeyArn: target.kmsKeyArn }),
    owner,
    peers: records.filter((other) => other !== record).map(toPeer),
    waited: record.waited,
  };
  return { record, facts };
}

function toPeer(record: CheckRecord) {
  const { id, action, result } = bareCheck(record);
  const failure = failureOf(record);
  return { id, action, prefix: record.check.prefix, result, ...(failure === undefined ? {} : { failure }) };
}

function failureOf({ outcome }: CheckRecord) {
  return outcome.result === 'deny' || outcome.result === 'error' ? outcome.failure : undefined;
}
