import type { AuditReport } from '../model/audit.ts';
import { SCHEMA_VERSION } from '../model/constants.ts';
import type { FleetResult, FleetSummary } from '../model/fleet.ts';
import { countedFindings, openFacts } from './audit-words.ts';
import { element, markupText } from './markup.ts';

/** A result as a line of NDJSON. */
export function fleetLine(result: FleetResult): string {
  return `${JSON.stringify(result)}\n`;
}

/** All results and the summary as one JSON document, in pieces: a thousand reports are some megabytes. */
export async function* fleetJson(
  results: AsyncIterable<FleetResult>,
  summary: FleetSummary,
): AsyncGenerator<string, void, void> {
  const head = JSON.stringify({ schemaVersion: SCHEMA_VERSION, command: summary.command, summary }, null, 2);
  yield head.slice(0, -2);
  yield ',\n  "results": [';
  let first = true;
  for await (const result of results) {
    yield `${first ? '' : ','}\n    ${JSON.stringify(result)}`;
    first = false;
  }
  yield first ? ']\n}\n' : '\n  ]\n}\n';
}

/** JUnit's XML: a case a bucket of a client, so that a build shows them one by one. */
export async function* fleetJunit(
  results: AsyncIterable<FleetResult>,
  { command, counts }: FleetSummary,
): AsyncGenerator<string, void, void> {
  const tests = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const skipped = counts.invalid + counts.interrupted;
  const numbers = `tests="${tests}" failures="${counts.failed}" errors="${counts.unknown}" skipped="${skipped}"`;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `<testsuites name="channelmix-s3 ${command}" ${numbers}>\n<testsuite name="fleet" ${numbers}>\n`;
  for await (const result of results) yield `${markupText(testCase(result), 'xml')}\n`;
  yield '</testsuite>\n</testsuites>\n';
}

const ELEMENTS = { failed: 'failure', unknown: 'error', invalid: 'skipped', interrupted: 'skipped' } as const;

function testCase(result: FleetResult) {
  const { name, bucket = '', status, ms } = result;
  const reasons = fleetReasons(result);
  const attributes = { classname: 'fleet', name: bucket === '' ? name : `${name} ${bucket}`, time: ms / 1_000 };
  if (status === 'passed') return element('testcase', attributes);
  const message = reasons[0]?.cause ?? status;
  const text = reasons
    .map(({ where, cause, fix }) => `${where}: ${cause}${fix === '' ? '' : `\nfix: ${fix}`}`)
    .join('\n');
  return element('testcase', attributes, [
    element(ELEMENTS[status], status === 'failed' || status === 'unknown' ? { type: status, message } : { message }, [
      text,
    ]),
  ]);
}

/** Why a result is not good, in words: a reason for each cause. */
export interface FleetReason {
  /** Ids of the checks, or what else has the cause. */
  readonly where: string;
  readonly cause: string;
  readonly fix: string;
}

/** The reasons of a result that did not pass, each cause once. */
export function fleetReasons({ report, audit, error, problems }: FleetResult): readonly FleetReason[] {
  const byCause = new Map<string, { readonly ids: string[]; readonly fix: string }>();
  for (const { id, ok, diagnosis } of report?.checks ?? []) {
    if (ok || diagnosis === undefined) continue;
    const known = byCause.get(diagnosis.cause) ?? { ids: [], fix: diagnosis.fix };
    known.ids.push(id);
    byCause.set(diagnosis.cause, known);
  }
  return [
    ...(problems ?? []).map(({ field, value, rule }) => ({
      where: field,
      cause: value === undefined ? rule : `${JSON.stringify(value)} ${rule}`,
      fix: '',
    })),
    ...(error === undefined ? [] : [{ where: error.code, cause: error.message, fix: error.hint ?? '' }]),
    ...[...byCause].map(([cause, { ids, fix }]) => ({ where: ids.join(', '), cause, fix })),
    ...(audit === undefined ? [] : auditReasons(audit)),
  ];
}

/** The findings that count, the worst first, and what could not be judged. */
function auditReasons(audit: AuditReport): readonly FleetReason[] {
  return [
    ...countedFindings(audit).map(({ ruleId, severity, message, fix }) => ({
      where: `${severity} ${ruleId}`,
      cause: message,
      fix,
    })),
    ...openFacts(audit).map(({ what, action, said }) => ({
      where: 'not judged',
      cause: `${what}: ${said}`,
      fix: `The auditor needs ${action}.`,
    })),
  ];
}
