import yargs, { type Argv } from 'yargs';
import packageJson from '../../package.json' with { type: 'json' };
import { KitError } from '../model/errors.ts';
import { suggest } from '../model/suggest.ts';
import type { CommandEntry, CommandOptions } from './command.ts';
import { commands } from './commands/index.ts';
import type { Context } from './context.ts';
import { describeError, exitCodeOf } from './errors.ts';

/**
 * Parses the arguments, runs one command and returns its exit code. Never throws: this is the one place that prints errors.
 *
 * @param argv the arguments after the program's name
 * @param makeContext makes the context once it is known whether colours are wanted
 */
export async function main(
  argv: readonly string[],
  makeContext: (color: boolean | undefined) => Context,
): Promise<number> {
  const color = argv.includes('--no-color') ? false : undefined;
  const context = makeContext(color);
  try {
    return await parseAndRun(argv, context);
  } catch (error) {
    context.note(describeError(error, argv.includes('--debug')));
    return exitCodeOf(error, context.signal);
  }
}

async function parseAndRun(argv: readonly string[], context: Context): Promise<number> {
  let exitCode = 0;
  let known: readonly string[] = [];
  const program = yargs()
    .scriptName('channelmix-s3')
    .usage(
      '$0 <command>\n\nGives ChannelMix access to an S3 bucket, proves that it works, and says what is wrong when it does not.',
    )
    .parserConfiguration({ 'camel-case-expansion': false, 'greedy-arrays': false, 'parse-numbers': false })
    .locale('en')
    .wrap(Math.min(100, context.columns))
    .option('color', { type: 'boolean', describe: 'colours; --no-color or NO_COLOR turns them off', global: true })
    .option('debug', { type: 'boolean', describe: 'show where an error came from', global: true })
    .version(argv.includes('--version') ? await versionText() : packageJson.version)
    .alias({ help: 'h' })
    .demandCommand(1, 'no command was given; try channelmix-s3 demo, or --help')
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? usageError(message, known);
    })
    .epilogue(
      'Exit codes: 0 good, 1 the answer is no, 2 wrong input, 3 could not find out, 4 something was left behind.',
    );
  for (const entry of commands) {
    addCommand(program, entry, {
      onLoad: (options) => {
        known = Object.keys(options);
      },
      run: async (run) => {
        exitCode = await run(context);
      },
    });
  }
  program.completion('completion', 'Print a completion script: channelmix-s3 completion >> ~/.bashrc (or ~/.zshrc)');
  try {
    await program.parseAsync(argv.map(hideDash), {}, (_error, _argv, output) => {
      if (output !== '') context.out(`${output}\n`);
    });
  } catch (error) {
    // Some mistakes reach `fail`, some only this place.
    throw error instanceof Error && error.name === 'YError' ? usageError(error.message, known) : error;
  }
  return exitCode;
}

/** yargs takes a lone `-` (stdin) for a flag without a name and drops it; no argument can hold a NUL. */
const DASH = '\0-';

function hideDash(argument: string): string {
  return argument === '-' ? DASH : argument;
}

function showDash(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(showDash);
  return value === DASH ? '-' : value;
}

/** Version of the kit, of what it runs on, and of the data that lint and audit go by; that is loaded for this only. */
async function versionText(): Promise<string> {
  const { CATALOGUE_VERSION } = await import('../operations/catalogue.ts');
  const { source, version, date } = CATALOGUE_VERSION;
  const platform = `node ${process.version}, ${process.platform} ${process.arch}`;
  return `channelmix-s3 ${packageJson.version} (${platform})\nIAM data: ${source} ${version}, ${date}`;
}

interface Hooks {
  readonly onLoad: (options: CommandOptions) => void;
  readonly run: (run: (context: Context) => Promise<number>) => Promise<void>;
}

function addCommand(program: Argv, entry: CommandEntry, hooks: Hooks): void {
  program.command(
    entry.signature,
    entry.describe,
    async (parser: Argv) => {
      const { command } = await entry.load();
      hooks.onLoad(command.options);
      for (const [name, option] of Object.entries<CommandOptions[string]>(command.options)) {
        if (isPositional(entry.signature, name)) parser.positional(name, option as Parameters<Argv['positional']>[1]);
        else parser.option(name, option);
      }
      for (const [line, what] of command.examples) parser.example(line, what);
      return parser.epilogue('');
    },
    async (args) => {
      const { command } = await entry.load();
      refuseRepeated(args, command.options);
      const shown = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, showDash(value)]));
      await hooks.run((context) => command.run(shown as never, context));
    },
  );
}

/** `<name>` or `<name..>` in the signature. */
function isPositional(signature: string, name: string): boolean {
  return signature.includes(`<${name}>`) || signature.includes(`<${name}..>`);
}

function refuseRepeated(args: Readonly<Record<string, unknown>>, options: CommandOptions): void {
  for (const [name, option] of Object.entries(options)) {
    if (option.array !== true && Array.isArray(args[name]))
      throw new KitError('usage', `--${name} was given twice`, { hint: 'Give it once.' });
  }
}

/** yargs's message in the kit's words, with the nearest right word. */
function usageError(message: string, known: readonly string[]): KitError {
  const unknown = /^Unknown (?:argument|command)s?: (.*)$/.exec(message)?.[1]?.split(', ')[0];
  if (unknown !== undefined) {
    const names = commands.map((entry) => entry.signature.split(' ')[0] ?? '');
    const near = known.length > 0 ? suggest(unknown, known) : suggest(unknown, names);
    const hint = near === undefined ? 'Try --help.' : `Did you mean ${known.length > 0 ? `--${near}` : near}?`;
    return new KitError('usage', `unknown ${known.length > 0 ? 'argument' : 'command'} "${unknown}"`, { hint });
  }
  const choice = /Argument: (.*), Given: "?(.*?)"?, Choices: (.*)/.exec(message);
  if (choice !== null) {
    const [, name = '', given = '', list = ''] = choice;
    const near = suggest(
      given,
      list.split(', ').map((word) => word.replaceAll('"', '')),
    );
    return new KitError('usage', `${name} cannot be "${given}"`, {
      hint: `${near === undefined ? '' : `Did you mean ${near}? `}It is one of ${list.replaceAll('"', '')}.`,
    });
  }
  const bare = /^Not enough arguments following: (.*)$/.exec(message)?.[1];
  if (bare !== undefined) return new KitError('usage', `--${bare} needs a value`, { hint: 'Try --help.' });
  if (message.startsWith('Not enough non-option arguments')) {
    return new KitError('usage', `something is missing after the command: ${known[0] ?? 'a word'}`, {
      hint: 'Try --help.',
    });
  }
  return new KitError('usage', message.replace(/^Missing required arguments?: /, 'missing: --'), {
    hint: 'Try --help.',
  });
}
