import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import type { EvaluationCase, RequestContext } from '../model/decision.ts';
import { inputError, type Problem } from '../model/errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../model/policy.ts';
import { placeOf, type RawCase } from './split.ts';
import { shown } from './text.ts';

/** An own member; `null` counts as absent. */
function member(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? (object[key] ?? undefined) : undefined;
}

/** Collects what is wrong with one case. */
type Report = (field: string, value: JsonValue | undefined, rule: string) => void;

function readText(object: JsonObject, key: string, field: string, report: Report): string {
  const value = member(object, key);
  if (typeof value === 'string' && value !== '') return value;
  report(field, value, value === undefined ? 'is missing: a text is needed' : 'must be a text that is not empty');
  return '';
}

function readDocuments(value: JsonValue | undefined, field: string, report: Report): readonly JsonValue[] {
  if (!Array.isArray(value)) {
    report(
      field,
      value,
      value === undefined ? 'is missing: a list of policy documents' : 'must be a list of documents',
    );
    return [];
  }
  (value as readonly JsonValue[]).forEach((document, index) => {
    if (!isJsonObject(document)) report(`${field}[${index}]`, document, 'must be a policy document (a JSON object)');
  });
  return value;
}

function readDocument(value: JsonValue | undefined, field: string, report: Report): JsonValue | undefined {
  if (value !== undefined && !isJsonObject(value))
    report(field, value, 'must be a policy document (a JSON object) or null');
  return value;
}

function readLevels(value: JsonValue | undefined, report: Report): readonly (JsonValue | readonly JsonValue[])[] {
  if (!Array.isArray(value)) {
    report('scps', value, 'must be a list with a document, or a list of documents, for each level');
    return [];
  }
  (value as readonly JsonValue[]).forEach((level, index) => {
    if (Array.isArray(level)) readDocuments(level, `scps[${index}]`, report);
    else readDocument(level ?? false, `scps[${index}]`, report);
  });
  return value;
}

function isScalar(value: JsonValue): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Numbers and booleans are taken as their text. */
function readContext(value: JsonValue | undefined, report: Report): RequestContext {
  if (value === undefined) return {};
  if (!isJsonObject(value)) {
    report('request.context', value, 'must be an object of keys and values');
    return {};
  }
  const context: [string, string | readonly string[]][] = [];
  for (const [key, given] of Object.entries(value)) {
    const values = Array.isArray(given) ? (given as readonly JsonValue[]) : [given];
    if (!values.every(isScalar)) report(`request.context[${shown(key)}]`, given, 'must be a text or a list of texts');
    context.push([key, Array.isArray(given) ? values.map(String) : String(given)]);
  }
  return Object.fromEntries(context);
}

function readRequest(value: JsonValue | undefined, report: Report): EvaluationCase['request'] {
  if (!isJsonObject(value)) {
    const rule = 'must be an object with principal, action and resource';
    report('request', value, value === undefined ? `is missing: it ${rule}` : rule);
    return { principal: '', action: '', resource: '' };
  }
  const action = readText(value, 'action', 'request.action', report);
  if (action !== '' && !/^[^:\s]+:[^:\s]+$/.test(action)) {
    report('request.action', action, 'must be service:Name, such as s3:GetObject');
  }
  return {
    principal: readText(value, 'principal', 'request.principal', report),
    action,
    resource: readText(value, 'resource', 'request.resource', report),
    context: readContext(member(value, 'context'), report),
  };
}

/** The shape of a case (design, section 5). Members that it does not know are left alone; `null` counts as absent. */
function readShape(value: JsonObject, report: Report): EvaluationCase {
  const optional = <T>(key: string, read: (given: JsonValue) => T): { readonly [name: string]: T } => {
    const given = member(value, key);
    return given === undefined ? {} : { [key]: read(given) };
  };
  const document = (key: string): object => optional(key, (given) => readDocument(given, key, report));
  const documents = (key: string): object => optional(key, (given) => readDocuments(given, key, report));
  return {
    ...optional('name', (name) => {
      if (typeof name !== 'string') report('name', name, 'must be a text');
      return String(name);
    }),
    request: readRequest(member(value, 'request'), report),
    identityPolicies: readDocuments(member(value, 'identityPolicies'), 'identityPolicies', report),
    ...document('resourcePolicy'),
    ...document('boundary'),
    ...documents('rcps'),
    ...documents('sessionPolicies'),
    ...optional('scps', (given) => readLevels(given, report)),
    ...optional('resourceAccount', (account) => {
      if (typeof account !== 'string' || !/^\d{12}$/.test(account)) {
        report('resourceAccount', account, 'must be a text of 12 digits');
      }
      return String(account);
    }),
  };
}

/** Where JSON stops being JSON, counted in the input. */
function syntaxProblem(raw: RawCase): Problem {
  const errors: ParseError[] = [];
  parse(raw.text, errors, { disallowComments: true });
  const [error] = errors;
  const before = raw.text.slice(0, error?.offset ?? 0).split('\n');
  const line = raw.line + before.length - 1;
  const column = (before.at(-1)?.length ?? 0) + (before.length === 1 ? raw.column : 1);
  const what = error === undefined ? 'is not JSON' : `is not JSON: ${printParseErrorCode(error.error)}`;
  return { field: `case ${raw.number} (line ${line}, column ${column})`, rule: what };
}

function parseObject(raw: RawCase, name: string): JsonObject {
  try {
    return JSON.parse(raw.text) as JsonObject;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw inputError(`${name} holds a case that cannot be read.`, [syntaxProblem(raw)]);
  }
}

/**
 * Reads one case. A document in it may be anything that is a JSON object: what is wrong with it the evaluator names in `unknown`.
 *
 * @param name of the input, for messages
 * @throws KitError `input` that lists everything that is wrong, with case, line and field
 */
export function readCase(raw: RawCase, name: string): EvaluationCase {
  const value = parseObject(raw, name);
  const problems: Problem[] = [];
  const given = readShape(value, (field, found, rule) => {
    const place = `${placeOf(raw)}: ${field}`;
    problems.push(found === undefined ? { field: place, rule } : { field: place, value: brief(found), rule });
  });
  if (problems.length > 0) throw inputError(`${name} holds a case that cannot be evaluated.`, problems);
  return given;
}

function brief(value: JsonValue): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
