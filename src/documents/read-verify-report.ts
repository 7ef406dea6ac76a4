import type { VerifyReport } from '../model/check.ts';
import { SCHEMA_VERSION } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/policy.ts';

/** What a page tells of a report; everything that it shows has been checked for its kind. */
export type VerifyRecord = Pick<
  VerifyReport,
  'mode' | 'date' | 'expect' | 'roleArn' | 'bucket' | 'endpoint' | 'ok' | 'interrupted' | 'checks' | 'cleanup'
>;

/**
 * Reads what `verify --output json` printed.
 *
 * @param name what the file is called, for errors
 * @throws KitError `input` when it is something else
 */
export function readVerifyReport(text: string, name: string): VerifyRecord {
  let report: JsonValue;
  try {
    report = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw noReport(name, 'is no JSON', cause);
  }
  if (!isJsonObject(report) || report.command !== 'verify' || !('ok' in report))
    throw noReport(name, 'is no report of verify');
  if (report.schemaVersion !== SCHEMA_VERSION) {
    throw noReport(
      name,
      `has schemaVersion ${JSON.stringify(report.schemaVersion)}; this version reads ${SCHEMA_VERSION}`,
    );
  }
  const wrong = wrongMember(report);
  if (wrong !== undefined) throw noReport(name, `is no report of verify: ${wrong} is not as verify writes it`);
  return report as unknown as VerifyRecord;
}

/** The first member whose kind is not what it must be. */
function wrongMember(report: JsonObject): string | undefined {
  const checks: readonly (readonly [string, boolean])[] = [
    ['mode', ['channelmix', 'client', 'simulate', 'key'].includes(report.mode as string)],
    ['date', typeof report.date === 'string' && !Number.isNaN(Date.parse(report.date))],
    ['bucket', typeof report.bucket === 'string'],
    ['roleArn', isTextOrAbsent(report.roleArn)],
    ['endpoint', isTextOrAbsent(report.endpoint)],
    ['expect', report.expect === undefined || report.expect === 'revoked'],
    ['ok', typeof report.ok === 'boolean'],
    ['interrupted', typeof report.interrupted === 'boolean'],
    ['checks', Array.isArray(report.checks) && report.checks.every(isCheck)],
    [
      'cleanup',
      isJsonObject(report.cleanup) && Array.isArray(report.cleanup.left) && report.cleanup.left.every(isLeftover),
    ],
  ];
  return checks.find(([, good]) => !good)?.[0];
}

function isCheck(check: JsonValue): boolean {
  if (!isJsonObject(check)) return false;
  const texts = ['id', 'action', 'resource', 'expect', 'result'];
  if (!texts.every((name) => typeof check[name] === 'string') || typeof check.ok !== 'boolean') return false;
  const { diagnosis, required } = check;
  if (required !== undefined && required !== false) return false;
  return (
    diagnosis === undefined ||
    (isJsonObject(diagnosis) && typeof diagnosis.cause === 'string' && typeof diagnosis.fix === 'string')
  );
}

function isLeftover(left: JsonValue): boolean {
  return isJsonObject(left) && typeof left.what === 'string' && typeof left.command === 'string';
}

function isTextOrAbsent(value: JsonValue | undefined): boolean {
  return value === undefined || typeof value === 'string';
}

function noReport(name: string, what: string, cause?: unknown): KitError {
  return new KitError('input', `${name} ${what}`, {
    hint: 'Write one by: channelmix-s3 verify --role-arn ARN --bucket BUCKET --output json > report.json',
    cause,
  });
}
