import type { AcceptedFinding } from '../model/audit.ts';
import { inputError, type Problem } from '../model/errors.ts';
import { printable } from '../model/printable.ts';
import { validateAccepted } from './accepted-validators.generated.js';
import { schemaProblem } from './schema-problems.ts';
import { parseYaml, type YamlData } from './yaml-document.ts';

/** The largest file that is read, in bytes: thousands of entries. */
const MAX_BYTES = 2_097_152;

/** An entry as it is written: the shape of policies/schemas/accepted.schema.json. */
interface EntryInput {
  readonly id?: string;
  readonly rule?: string;
  readonly about?: string;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
}

const FILE_KEYS = ['accepted'];
const ENTRY_KEYS = ['id', 'rule', 'about', 'reason', 'owner', 'expires'];

/**
 * Reads the text of an `audit-accepted.yaml`. Whether an entry has expired, or fits nothing, an audit says.
 *
 * @param text the file's content
 * @param name the file's name, for errors and places
 * @throws KitError `input` with file, line and column of each problem
 */
export function readAccepted(text: string, name: string): readonly AcceptedFinding[] {
  const yaml = parseYaml(text, name, MAX_BYTES);
  const shape = shapeProblems(yaml);
  if (shape.length > 0) throw refused(name, shape);
  const { accepted } = yaml.input as { readonly accepted: readonly EntryInput[] };
  const problems = accepted.flatMap((entry, index) => entryProblems(entry, pathTo(index), yaml));
  const twice = problems.length > 0 ? [] : repeated(accepted, yaml);
  if (problems.length + twice.length > 0) throw refused(name, [...problems, ...twice]);
  return accepted.map(({ id, rule, about, reason, owner, expires }, index) => ({
    ...(id === undefined ? {} : { id }),
    ...(rule === undefined ? {} : { ruleId: rule }),
    ...(about === undefined ? {} : { about }),
    reason,
    owner,
    expires,
    place: { path: name, ...yaml.region(pathTo(index)) },
  }));
}

function pathTo(index: number): readonly string[] {
  return ['accepted', String(index)];
}

function refused(name: string, problems: readonly Problem[]): Error {
  return inputError(`${name} is not a valid list of accepted findings:`, problems.slice(0, 20));
}

function shapeProblems(yaml: YamlData): readonly Problem[] {
  if (validateAccepted(yaml.input)) return [];
  const words = {
    label: yaml.place,
    keysAt: (path: readonly string[]) => (path.length === 0 ? FILE_KEYS : ENTRY_KEYS),
    whole: 'must be a map with the key "accepted", a list of findings',
  };
  return (validateAccepted.errors ?? []).map((error) => schemaProblem(error, yaml.input, words));
}

function entryProblems(entry: EntryInput, path: readonly string[], yaml: YamlData): readonly Problem[] {
  const { id, rule, about, expires } = entry;
  const problem = (key: string, broken: string): Problem => {
    const value = entry[key as keyof EntryInput];
    return {
      field: yaml.place([...path, key]),
      ...(value ? { value: printable(value.slice(0, 100)) } : {}),
      rule: broken,
    };
  };
  const named = [id, rule].filter((one) => one !== undefined).length;
  return [
    ...(named === 1
      ? []
      : [problem(named === 0 ? 'id' : 'rule', 'name either one finding with "id", or a rule with "rule"')]),
    ...(id === undefined || /^[0-9a-f]{16}$/.test(id)
      ? []
      : [problem('id', 'must be 16 of the digits 0-9 and a-f, as the report shows it')]),
    ...(about === undefined || about.startsWith('arn:') ? [] : [problem('about', 'must be an ARN')]),
    ...(isDay(expires) ? [] : [problem('expires', 'must be a day that there is, such as 2027-03-31')]),
    ...(['reason', 'owner'] as const).flatMap((key) => wordProblems(key, entry[key], problem)),
  ];
}

function wordProblems(key: string, text: string, problem: (key: string, rule: string) => Problem): readonly Problem[] {
  if (text.trim() === '') return [problem(key, 'must not be empty')];
  if (text.length > 1000) return [problem(key, 'must have at most 1000 characters')];
  return printable(text) === text ? [] : [problem(key, 'must be one line, without control or invisible characters')];
}

/** Whether a text is a day of the calendar; `Date` takes the 31st of February for one in March. */
function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Of two entries for the same, nobody could say which holds. */
function repeated(entries: readonly EntryInput[], yaml: YamlData): readonly Problem[] {
  const seen = new Map<string, string>();
  return entries.flatMap(({ id, rule, about }, index) => {
    const key = JSON.stringify([id, rule, about]);
    const first = seen.get(key);
    if (first !== undefined) return [{ field: yaml.place(pathTo(index)), rule: `is for the same as ${first}` }];
    seen.set(key, yaml.position(pathTo(index)));
    return [];
  });
}
