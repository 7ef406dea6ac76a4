import type { Check, VerifyReport } from '../model/check.ts';
import { statementTexts } from './diagnosis-words.ts';
import { junitDocument } from './junit.ts';
import { element, type Markup } from './markup.ts';

/**
 * JUnit's XML: a suite for the bucket, a case for each check. A wrong verdict is a failure, an answer that is no verdict an error; what is
 * left behind is an error of a case of its own.
 */
export function junitVerifyReport(report: VerifyReport): string {
  const suite = verifySuite(report);
  const { tests, failures, errors } = countsOf(report);
  return junitDocument({ name: 'channelmix-s3 verify', tests, failures, errors }, [suite]);
}

function countsOf({ checks, cleanup }: VerifyReport) {
  const wrong = checks.filter(({ ok }) => !ok);
  const left = cleanup.left.length > 0 ? 1 : 0;
  return {
    tests: checks.length + 1,
    failures: wrong.filter(({ result }) => result === 'allow' || result === 'deny').length,
    errors: wrong.filter(({ result }) => result === 'error').length + left,
    skipped: wrong.filter(({ result }) => result === 'skipped').length,
  };
}

function verifySuite(report: VerifyReport): Markup {
  const classname = `verify.${report.bucket}`;
  const { left } = report.cleanup;
  const cases = [
    ...report.checks.map((check) => checkCase(check, classname)),
    element(
      'testcase',
      { classname, name: 'cleanup', time: 0 },
      left.length === 0
        ? []
        : [
            element('error', { type: 'left-behind', message: `${left.length} left behind` }, [
              left.map(({ what, command }) => `${what}: ${command}`).join('\n'),
            ]),
          ],
    ),
  ];
  const attributes = { name: report.bucket, ...countsOf(report), time: report.ms / 1_000, timestamp: report.date };
  return element('testsuite', attributes, cases);
}

function checkCase(check: Check, classname: string): Markup {
  const name = `${check.id}${check.prefix === undefined ? '' : ` ${check.prefix}`}`;
  return element('testcase', { classname, name, time: check.ms / 1_000 }, outcome(check));
}

function outcome({ ok, result, expect, note, error, diagnosis }: Check): readonly Markup[] {
  if (ok) return note === undefined ? [] : [element('system-out', {}, [note])];
  if (result === 'skipped') return [element('skipped', { message: note ?? '' })];
  const message = diagnosis?.cause ?? error?.message ?? `expected ${expect}, got ${result}`;
  const text = [
    ...(error === undefined ? [] : [`${error.code}: ${error.message}`, `request: ${error.requestId ?? 'none'}`]),
    ...(diagnosis === undefined
      ? []
      : [
          `layer: ${diagnosis.layer} (${diagnosis.evidence})`,
          ...statementTexts(diagnosis).map((where) => `where: ${where}`),
          `fix: ${diagnosis.fix}`,
        ]),
  ].join('\n');
  return [element(result === 'error' ? 'error' : 'failure', { type: diagnosis?.layer ?? result, message }, [text])];
}
