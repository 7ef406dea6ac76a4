import { shellWord } from '../../model/shell.ts';

/** A piece of a shell script. Only `sh` makes one. */
export interface Program {
  readonly program: string;
}

/**
 * A piece of a shell script. What stands in the template is the program as it is written, save that `\${` stands for `${`. A program that is
 * filled in becomes part of it; a text becomes one word, whatever it holds, and in the script is nothing but data.
 *
 * @throws TypeError when a text has the character NUL, which no shell can hold
 */
export function sh(template: TemplateStringsArray, ...values: readonly (string | Program)[]): Program {
  const parts = template.raw.map((part) => part.replaceAll('\\${', '${'));
  return { program: String.raw({ raw: parts }, ...values.map(asProgram)) };
}

/** Programs one after the other; those that a script does not need are left out. */
export function join(programs: readonly (Program | undefined)[]): Program {
  return { program: programs.map((piece) => piece?.program ?? '').join('') };
}

function asProgram(value: string | Program): string {
  if (typeof value !== 'string') return value.program;
  if (value.includes('\0')) throw new TypeError('a shell script cannot hold the character NUL');
  // A backtick stands outside of the quotes, where shellcheck does not take it for a command that was meant to run.
  return shellWord(value).replaceAll('`', "'\\`'");
}

/**
 * JSON as the AWS CLI takes it, for a document and for a JMESPath literal, which stands between backticks: so it has none. It is ASCII,
 * because older releases of the CLI read their arguments by the locale.
 * https://jmespath.org/specification.html#literal-expressions
 */
export function cliJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(
    /[`\u007F-\uFFFF]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
