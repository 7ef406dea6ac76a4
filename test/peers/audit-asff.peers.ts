import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { auditReporters } from '../../src/report/audit-formats.ts';
import { AUDITS, about, bad } from '../report/audit-reports.ts';
import { SCRIPTS } from './environment.ts';
import { judges } from './peers.ts';

const prepared = judges();

/** What botocore's model of Security Hub has against a report. */
function problemsOf(report: string): unknown {
  const done = spawnSync(prepared?.clientsPython ?? '', [join(SCRIPTS, 'asff.py')], {
    input: report,
    encoding: 'utf8',
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout);
}

describe.skipIf(prepared === null)("an audit in AWS's format of findings, by botocore's model of Security Hub", () => {
  test.for(Object.entries(AUDITS))('%s: is what BatchImportFindings takes', ([, report]) => {
    expect(problemsOf(auditReporters.asff(report, about))).toEqual([]);
  });

  test('is refused when it is wrong', () => {
    const [first, ...others] = JSON.parse(auditReporters.asff(bad, about));
    for (const wrong of [
      { Title: 'x'.repeat(257) },
      { Severity: { Label: 'BAD' } },
      { More: 1 },
      { AwsAccountId: 1 },
    ]) {
      expect(problemsOf(JSON.stringify([{ ...first, ...wrong }, ...others]))).not.toEqual([]);
    }
  });
});
