import type { InferredOptionTypes, Options } from 'yargs';
import type { Context } from './context.ts';

/** Options by name, as yargs takes them. A name that the signature holds too (`policy <document>`) is a positional. */
export type CommandOptions = Readonly<Record<string, Options>>;

/** What the file of a command exports: data and one function that knows nothing of yargs. */
export interface Command<O extends CommandOptions = CommandOptions> {
  readonly options: O;
  /** Command line and what it does; the first is shown first. */
  readonly examples: readonly (readonly [string, string])[];
  /** Runs the command. Returns the exit code; throws `KitError` for what the user has to mend. */
  readonly run: (args: InferredOptionTypes<O>, context: Context) => Promise<number>;
}

/** Gives `run` the types of its own options. */
export function defineCommand<const O extends CommandOptions>(command: Command<O>): Command<O> {
  return command;
}

/** A command in the list: enough for the help page, and the file that is loaded when it is called. */
export interface CommandEntry {
  readonly signature: string;
  readonly describe: string;
  readonly load: () => Promise<{ readonly command: LoadedCommand }>;
}

/** A command whose options only its own file knows. */
export interface LoadedCommand {
  readonly options: CommandOptions;
  readonly examples: Command['examples'];
  readonly run: (args: never, context: Context) => Promise<number>;
}
