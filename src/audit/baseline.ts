import { readGrantYaml } from '../documents/read-yaml.ts';
import { AUDIT_QUESTIONS, type AuditReport } from '../model/audit.ts';
import { SCHEMA_VERSION } from '../model/constants.ts';
import { KitError } from '../model/errors.ts';
import { SEVERITIES } from '../model/finding.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/policy.ts';
import { printable } from '../model/printable.ts';
import { parseJsonFile } from './sources/json-text.ts';
import { recogniseFile } from './sources/recognise.ts';
import { readSource } from './sources/source.ts';
import type { SourceChoice, SourceFile } from './sources/types.ts';
import type { Baseline } from './types.ts';

const HINT =
  'A baseline is a grant (channelmix.yaml), the report of a former audit (audit --output json), its documents (audit --save), or a state of Pulumi or Terraform.';

/**
 * Reads what an audit is compared with; what kind it is stands in the file itself, whatever its name.
 *
 * @param choice of the principal, where a state or an account has several
 * @throws KitError `input` for a file that is cut off, of another version, or something else
 */
export function readBaseline(file: SourceFile, choice: SourceChoice = {}): Baseline {
  const { path, text } = file;
  const kind = recogniseFile(text);
  if (kind !== 'other') return { kind: 'documents', path, documents: readSource([file], choice).documents };
  if (!/^\uFEFF?\s*[{[]/.test(text)) return { kind: 'grant', path, grant: readGrantYaml(text, path) };
  const value = parseJsonFile(file, HINT);
  if (!isJsonObject(value)) throw refused(path, 'is a list');
  // A grant may be written as JSON, which is YAML, too.
  if ('bucket' in value || (Array.isArray(value.buckets) && !('command' in value)))
    return { kind: 'grant', path, grant: readGrantYaml(text, path) };
  return { kind: 'audit', path, report: readReport(path, value) };
}

/** The report of a former audit. What a comparison reads of it has been checked. */
function readReport(path: string, value: JsonObject): AuditReport {
  const { command, schemaVersion } = value;
  if (typeof command !== 'string') throw refused(path, 'is nothing that an audit can be compared with');
  if (command !== 'audit') throw refused(path, `is the report of ${printable(command.slice(0, 50))}`);
  if (schemaVersion !== SCHEMA_VERSION) {
    const version = JSON.stringify(schemaVersion) ?? 'none';
    throw refused(path, `has schemaVersion ${version}; this version reads ${SCHEMA_VERSION}`);
  }
  const wrong = wrongMember(value);
  if (wrong !== undefined) throw refused(path, `is no report of audit: ${wrong} is not as audit writes it`);
  return value as unknown as AuditReport;
}

/** The first member whose kind is not what it must be. */
function wrongMember(report: JsonObject): string | undefined {
  const { date, subject, findings, unjudged, matrix } = report;
  const checks: readonly (readonly [string, boolean])[] = [
    ['date', typeof date === 'string' && !Number.isNaN(Date.parse(date))],
    ['subject', hasTexts(subject, ['kind', 'arn', 'account', 'name'])],
    ['findings', isListOf(findings, isFinding)],
    ['unjudged', isListOf(unjudged, (one: JsonObject) => hasTexts(one, ['what']) && isListOf(one.rules, isText))],
    ['matrix', isListOf(matrix, isCell)],
  ];
  return checks.find(([, good]) => !good)?.[0];
}

function isFinding(one: JsonObject): boolean {
  return (
    hasTexts(one, ['id', 'ruleId', 'message', 'fix', 'about', 'docs']) &&
    AUDIT_QUESTIONS.some((question) => question === one.question) &&
    SEVERITIES.some((severity) => severity === one.severity)
  );
}

function isCell(one: JsonObject): boolean {
  return hasTexts(one, ['action', 'kind', 'resource', 'decision']) && isListOf(one.parts, isPart);
}

function isPart({ resources, except = [], conditions = [], decision }: JsonObject): boolean {
  return isText(decision) && [resources, except, conditions].every((list) => isListOf(list, isText));
}

function isListOf(value: JsonValue | undefined, is: (one: never) => boolean): boolean {
  return Array.isArray(value) && value.every((one) => (isJsonObject(one) || isText(one)) && is(one as never));
}

function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string';
}

function hasTexts(value: JsonValue | undefined, names: readonly string[]): value is JsonObject {
  return isJsonObject(value) && names.every((name) => isText(value[name]));
}

function refused(path: string, what: string): KitError {
  return new KitError('input', `${path} ${what}`, { hint: HINT });
}
