import { isSecretShaped } from '../documents/connection-labels.ts';
import { KitError } from '../model/errors.ts';
import { suggest } from '../model/suggest.ts';
import type { CommandEntry, CommandOptions } from './command.ts';

/** The command whose arguments are being read; `undefined` before one was recognised. */
export type Current = { readonly entry: CommandEntry; readonly options: CommandOptions } | undefined;

/** The parser's message in the kit's words, with the nearest right word. */
export function usageError(message: string, current: Current, commands: readonly CommandEntry[]): KitError {
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message)?.[1]?.split(', ')[0];
  if (unknown !== undefined) return unknownWord(unknown, current, commands);
  const choice = /Argument: (.*), Given: "?(.*?)"?, Choices: (.*)/.exec(message);
  if (choice !== null) return wrongChoice(choice, current);
  const bare = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (bare !== undefined) return valueMissing(bare);
  if (message.startsWith('Not enough non-option arguments')) {
    const word = /<(.*?)(?:\.\.)?>/.exec(current?.entry.signature ?? '')?.[1] ?? 'a command';
    return new KitError('usage', `something is missing after the command: ${word}`, { hint: 'Try --help.' });
  }
  return new KitError('usage', message.replace(/^Missing required arguments?: /, 'missing: --'), {
    hint: 'Try --help.',
  });
}

/** Checks what the parser lets through. @throws KitError `usage` for an option that was given twice or without a value */
export function checkValues(args: Readonly<Record<string, unknown>>, options: CommandOptions): void {
  for (const [name, option] of Object.entries(options)) {
    const value = args[name];
    if (option.array !== true && Array.isArray(value)) {
      throw new KitError('usage', `--${name} was given twice`, { hint: 'Give it once.' });
    }
    if ([value].flat().includes('')) throw valueMissing(name);
  }
}

function unknownWord(word: string, current: Current, commands: readonly CommandEntry[]): KitError {
  if (current === undefined) {
    const near = suggest(
      word,
      commands.map((entry) => entry.signature.split(' ')[0] ?? ''),
    );
    return new KitError('usage', `unknown command "${word}"`, {
      hint: near === undefined ? 'Try --help.' : `Did you mean ${near}?`,
    });
  }
  const near = suggest(word, Object.keys(current.options));
  return new KitError('usage', `unknown argument "${isSecretShaped(word) ? '(hidden)' : word}"`, {
    hint: near === undefined ? 'Try --help.' : `Did you mean --${near}?`,
  });
}

function wrongChoice([, name = '', given = '', list = '']: RegExpExecArray, current: Current): KitError {
  const choices = list.replaceAll('"', '');
  const near = suggest(given, choices.split(', '));
  const shown = isPositional(current?.entry.signature ?? '', name) ? name : `--${name}`;
  return new KitError('usage', `${shown} cannot be "${given}"`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}It is one of ${choices}.`,
  });
}

function valueMissing(name: string): KitError {
  return new KitError('usage', `--${name} needs a value`, { hint: 'Try --help.' });
}

/** `<name>`, `<name..>`, `[name]` or `[name..]` in the signature of a command. */
export function isPositional(signature: string, name: string): boolean {
  return [`<${name}>`, `<${name}..>`, `[${name}]`, `[${name}..]`].some((form) => signature.includes(form));
}
