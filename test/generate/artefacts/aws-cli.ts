import { type ArrayValue, type Command, type ParsedScript, parse, type Statement } from 'unbash';
import type { GeneratedFile } from '../../../src/generate/generated-file.ts';
import type { PolicyDocument } from '../../../src/model/policy.ts';
import type { ArtefactAccess, ArtefactReader } from './types.ts';

/** What a shell knows while it runs the data of a script. */
type Variables = Map<string, string>;

/** A call that a script makes of one of its own functions, with the variables as they are then. */
interface Call {
  readonly words: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * Reads a script as a shell would: the assignments in their order, then what the functions that hold the data call. That these calls come
 * to the calls of the AWS CLI which they name is shown by `test/generate/aws-cli`, where a shell runs them.
 */
export const readAwsCli: ArtefactReader = (files) => {
  const script = parseScript(files);
  const variables: Variables = new Map();
  for (const { command } of script.commands) if (command.type === 'Command') assign(command, variables);
  const named = (name: string) => variables.get(name) ?? '';
  const calls = (name: string) => callsOf(script, name, variables);
  const boundary = named('boundary');
  const trust = variables.get('trust_policy');
  return {
    principal: {
      kind: named('kind') === 'role' ? 'role' : 'user',
      name: named('name'),
      path: named('path'),
      ...(boundary === '' ? {} : { permissionsBoundary: boundary }),
      tags: Object.fromEntries(
        (JSON.parse(named('tags')) as readonly { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
      ),
    },
    ...(trust === undefined ? {} : { trust: document(trust) }),
    identity: calls('own_policies').map(({ words }) => document(words[2] ?? '')),
    attached: calls('attached_policies').map(({ words }) => words[1] ?? ''),
    buckets: bucketPolicies(calls('buckets')),
  };
};

function parseScript(files: readonly GeneratedFile[]): ParsedScript {
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) throw new Error(`expected one script, got ${files.length} files`);
  const script = parse(file.text);
  if (script.errors !== undefined && script.errors.length > 0) throw new Error(JSON.stringify(script.errors));
  return script;
}

function bucketPolicies(calls: readonly Call[]): ArtefactAccess['buckets'] {
  const made = calls.filter(({ words }) => words[0] === 'new_bucket');
  return Object.fromEntries(
    made.map(({ words, variables }) => [words[1], document(variables.get('bucket_policy') ?? '')]),
  );
}

function callsOf(script: ParsedScript, name: string, variables: ReadonlyMap<string, string>): readonly Call[] {
  const local = new Map(variables);
  return statementsOf(script, name).flatMap(({ command }) => {
    if (command.type !== 'Command') throw new Error(`${name} holds a ${command.type}`);
    assign(command, local);
    const words = [...(command.name === undefined ? [] : [command.name]), ...command.suffix].map(literal);
    return words.length === 0 || words[0] === ':' ? [] : [{ words, variables: new Map(local) }];
  });
}

function statementsOf(script: ParsedScript, name: string): readonly Statement[] {
  for (const { command } of script.commands) {
    if (command.type === 'Function' && command.name.value === name && command.body.type === 'BraceGroup') {
      return command.body.body.commands;
    }
  }
  throw new Error(`no function ${name}`);
}

function assign({ name, prefix }: Command, variables: Variables): void {
  if (name !== undefined) return;
  for (const assignment of prefix) {
    if (assignment.type !== 'Assignment') throw new Error(`a ${assignment.type} among the data`);
    variables.set(assignment.name, literal(assignment.value));
  }
}

/** The text of a word in which the shell replaces nothing. */
function literal(word: Command['suffix'][number] | ArrayValue): string {
  if (word.type !== 'Word') throw new Error(`a ${word.type} among the data`);
  const { text, value, parts = [] } = word;
  const strange = parts.find(({ type }) => type !== 'Literal' && type !== 'SingleQuoted');
  if (strange !== undefined || (parts.length === 0 && value !== text)) throw new Error(`not data: ${text}`);
  return value;
}

function document(text: string): PolicyDocument {
  return JSON.parse(text) as PolicyDocument;
}
