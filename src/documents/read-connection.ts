import type { ConnectionField, TypedField } from '../model/connection.ts';
import { KitError } from '../model/errors.ts';
import { fieldOfLabel, labelledLine, unlabelledValues } from './connection-labels.ts';
import { straighten } from './smart-quotes.ts';

/** More than a line of one has; what is behind it is not read. */
const MAX_LINE = 4_096;

/** More than any form, mail or ticket about one connection has, in UTF-16 units. */
const MAX_LENGTH = 65_536;

/**
 * The fields of the connection form in a text as people paste it: JSON, `label: value`, a label with its value on the next line, a
 * Markdown table, a CSV file with a line of labels, or a mail that names a role in the middle of a sentence. Values stay as they were
 * typed, with their mistakes; a field that stands there twice comes twice.
 *
 * @param name what the text is called in an error, which never quotes it: there may be a secret in it
 * @throws KitError `input` when no field is found, and for more text than a form has
 */
export function readTypedFields(text: string, name: string): readonly TypedField[] {
  if (text.length > MAX_LENGTH) {
    throw new KitError('input', `${name} has ${text.length} characters; of a form at most ${MAX_LENGTH} are read`);
  }
  const fields = fromJson(text) ?? fromLines(text);
  if (fields.length > 0) return fields;
  const what =
    text.trim() === '' ? 'is empty' : 'has none of the four fields, and nothing that looks like a value of one';
  throw new KitError('input', `${name} ${what}`, {
    hint: 'Give one field a line, such as "Role ARN: arn:aws:iam::ACCOUNT:role/NAME". channelmix-s3 connection prints how it looks.',
  });
}

/** `undefined` for what is no JSON. An object within an object (`fields`, `AccessKey`) counts as if its members stood outside. */
function fromJson(text: string): readonly TypedField[] | undefined {
  if (!/^[\uFEFF\s]*[{[]/.test(text)) return undefined;
  try {
    return fieldsIn(JSON.parse(straighten(text, 0).text), 0);
  } catch (error) {
    // Nearly JSON: its lines are read as "label": "value".
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** How deep fields may lie in each other: `{"outputs": {"connection": {"value": {…}}}}`. */
const MAX_JSON_DEPTH = 5;

function fieldsIn(value: unknown, depth: number): readonly TypedField[] {
  if (value === null || typeof value !== 'object' || depth > MAX_JSON_DEPTH) return [];
  return Object.entries(value).flatMap(([label, member]) => {
    const field = fieldOfLabel(label);
    const scalar = member === null ? '' : typeof member === 'object' ? undefined : String(member).slice(0, MAX_LINE);
    if (scalar === undefined) return fieldsIn(member, depth + 1);
    return field === undefined ? [] : [{ field, value: scalar }];
  });
}

/** What is known between one line and the next. */
interface Progress {
  readonly fields: TypedField[];
  /** A label that stood alone: its value is the next line. */
  pending: ConnectionField | undefined;
  /** The labels of a table whose rows hold values. */
  columns: readonly (ConnectionField | undefined)[] | undefined;
}

function fromLines(text: string): readonly TypedField[] {
  const json = /^[\uFEFF\s]*[{[]/.test(text);
  const progress: Progress = { fields: [], pending: undefined, columns: undefined };
  const lines = text
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(NEXT_LABEL, '\n')
    .split('\n');
  for (const whole of lines) {
    const line = whole.slice(0, MAX_LINE);
    readLine(json ? withoutJsonMarks(line) : withoutMarks(line), progress);
  }
  if (progress.pending !== undefined) progress.fields.push({ field: progress.pending, value: '' });
  return progress.fields;
}

/** Forms that lost their line breaks on the way. */
const NEXT_LABEL =
  /(?<=\S)[,;]?[ \t]+(?=(?:AWS access key id|AWS secret access key|Role ARN|ChannelMix AWS Account ID)[ \t]*[:=])/gi;

function readLine(line: string, progress: Progress): void {
  if (line.trim() === '') {
    progress.columns = undefined;
    return;
  }
  const cells = cellsOf(line, progress.columns !== undefined);
  if (cells !== undefined && readCells(cells, progress)) return;
  const labelled = labelledLine(line);
  if (labelled !== undefined) {
    if (progress.pending !== undefined) progress.fields.push({ field: progress.pending, value: '' });
    progress.pending = labelled.value.trim() === '' ? labelled.field : undefined;
    if (progress.pending === undefined) progress.fields.push(labelled);
  } else if (progress.pending !== undefined) {
    progress.fields.push({ field: progress.pending, value: line.trimStart() });
    progress.pending = undefined;
  } else if (!continuesValue(line, progress.fields)) {
    progress.fields.push(...unlabelledValues(line));
  }
}

/** A mail program breaks an ARN after a colon or a slash: the rest stands alone on the next line. */
function continuesValue(line: string, fields: TypedField[]): boolean {
  const last = fields.at(-1);
  if (last === undefined || !/^arn:.*[:/]\s*$/is.test(last.value) || !/^\s*\S+\s*$/.test(line)) return false;
  fields[fields.length - 1] = { field: last.field, value: `${last.value}\n${line}` };
  return true;
}

/** A row of labels, which the next rows fill; a row of values; or a row with a label and its value. */
function readCells(cells: readonly string[], progress: Progress): boolean {
  const labels = cells.map(fieldOfLabel);
  if (labels.filter((label) => label !== undefined).length > 1) {
    progress.columns = labels;
    return true;
  }
  if (cells.every((cell) => /^:?-{2,}:?$/.test(cell))) return true;
  if (progress.columns !== undefined) {
    for (const [index, field] of progress.columns.entries()) {
      if (field !== undefined) progress.fields.push({ field, value: cells[index] ?? '' });
    }
    return true;
  }
  const [field] = labels;
  if (field !== undefined) progress.fields.push({ field, value: cells[1] ?? '' });
  return field !== undefined;
}

/** The cells of a row of a Markdown table, of tab separated text, or of CSV with commas or semicolons; `undefined` for other lines. */
function cellsOf(line: string, inTable: boolean): readonly string[] | undefined {
  const row = line.trim();
  if (row.startsWith('|')) {
    const inner = row.replace(/^\|/, '').replace(/(?<!\\)\|$/, '');
    return inner.split(/(?<!\\)\|/).map((cell) => withoutCode(cell.trim().replaceAll('\\|', '|')));
  }
  if (row.includes('\t')) return row.split('\t').map((cell) => cell.trim());
  // Names of roles may have commas.
  if (/[,;]/.test(row) && (inTable || !row.includes(':aws'))) {
    return row.split(row.includes(';') ? ';' : ',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  }
  return undefined;
}

/** Backticks of a code span, which belong to the table and not to the value. */
function withoutCode(cell: string): string {
  return /^`+\s?(.*?)\s?`+$/.exec(cell)?.[1] ?? cell;
}

/** Without the marks of a quoted mail and of lists. */
function withoutMarks(line: string): string {
  return line
    .replace(/^(?:\s*>)+ ?/, '')
    .replace(/^\s*(?:[-*•–]|\d+[.)])\s+(?=\S)/, '')
    .replace(/^\s*#+\s+/, '');
}

/** Of a line of nearly JSON: without braces, the quotes of its value, and the comma after it. */
function withoutJsonMarks(line: string): string {
  return line
    .replace(/^\s*[{[]\s*/, '')
    .replace(/\s*[}\]],?\s*$/, '')
    .replace(/\s*,\s*$/, '')
    .replace(/:\s*["'](.*)["']$/, ': $1');
}
