import { diagnose } from '../diagnose/index.ts';
import type { Check, VerifyReport } from '../model/check.ts';
import type { RunContext } from './context.ts';
import type { Caller } from './prepare.ts';
import type { CheckRecord } from './record.ts';
import { bareCheck } from './record.ts';

/** The checks of a run as they stand in its report: those that did not come out as expected with their diagnosis. */
export function explainChecks(
  run: RunContext,
  records: readonly CheckRecord[],
  owner: VerifyReport['bucketOwner'],
  caller: Caller,
): readonly Check[] {
  return records.map((record) => {
    const check = bareCheck(record);
    const { result } = check;
    if (check.ok || result === 'skipped') return check;
    const failure = failureOf(record);
    const diagnosis = diagnose({
      id: check.id,
      action: check.action,
      resource: check.resource,
      expect: check.expect,
      result,
      ...(failure === undefined ? {} : { failure }),
      way: run.target.way,
      principalArn: run.target.roleArn ?? caller.arn,
      partition: run.target.partition,
      bucket: run.target.bucket,
      prefix: record.check.prefix,
      prefixes: run.target.prefixes,
      access: run.target.access,
      ...(run.target.kmsKeyArn === undefined ? {} : { kmsKeyArn: run.target.kmsKeyArn }),
      owner,
      peers: records.filter((other) => other !== record).map(toPeer),
      waited: record.waited,
    });
    return { ...check, diagnosis };
  });
}

function toPeer(record: CheckRecord) {
  const { id, action, result } = bareCheck(record);
  const failure = failureOf(record);
  return { id, action, result, ...(failure === undefined ? {} : { failure }) };
}

function failureOf({ outcome }: CheckRecord) {
  return outcome.result === 'deny' || outcome.result === 'error' ? outcome.failure : undefined;
}
