import yargs, { type Argv } from 'yargs';
import packageJson from '../../package.json' with { type: 'json' };
import type { CommandEntry, CommandOptions } from './command.ts';
import { commands } from './commands/index.ts';
import type { Context } from './context.ts';
import { describeError, exitCodeOf } from './errors.ts';
import { type Current, checkValues, isPositional, usageError } from './usage.ts';
import { versionLines } from './version.ts';

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
    return exitCodeOf(error, context.signal, context.hurry.aborted);
  }
}

async function parseAndRun(argv: readonly string[], context: Context): Promise<number> {
  let exitCode = 0;
  let current: Current;
  const program = yargs()
    .scriptName('channelmix-s3')
    .usage(
      '$0 <command>\n\nGives ChannelMix access to an S3 bucket, proves that it works, and says what is wrong when it does not.',
    )
    .parserConfiguration({
      'camel-case-expansion': false,
      'greedy-arrays': false,
      'parse-numbers': false,
      'boolean-negation': false,
    })
    .locale('en')
    .wrap(Math.min(100, context.columns))
    .option('no-color', { type: 'boolean', describe: 'no colours, like NO_COLOR', global: true })
    .option('debug', { type: 'boolean', describe: 'show where an error came from', global: true })
    .version(argv.includes('--version') ? (await versionLines()).join('\n') : packageJson.version)
    .alias({ help: 'h' })
    .demandCommand(1, 'no command was given; a good first one is: channelmix-s3 demo')
    .strict()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? usageError(message, current, commands);
    })
    .epilogue('Exit codes: 0 good, 1 the answer is no, 2 wrong input, 3 not known, 4 leftovers.');
  for (const entry of commands) {
    addCommand(program, entry, {
      onLoad: (options) => {
        current = { entry, options };
      },
      run: async (run) => {
        exitCode = await run(context);
      },
    });
  }
  program.completion('completion', 'Print completions, for ~/.bashrc');
  try {
    await program.parseAsync(argv.map(hideDash), {}, (_error, _argv, output) => {
      if (output !== '') context.out(`${output}\n`);
    });
  } catch (error) {
    // Some mistakes reach `fail`, some only this place.
    throw error instanceof Error && error.name === 'YError' ? usageError(error.message, current, commands) : error;
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
        if (isPositional(entry.signature, name)) {
          // Else yargs gives <files..> the default [], and shows it in the help.
          const positional = { default: undefined, ...option };
          parser.positional(name, positional as Parameters<Argv['positional']>[1]);
        } else parser.option(name, option);
      }
      for (const [line, what] of command.examples) parser.example(line, what);
      return parser.epilogue('');
    },
    async (args) => {
      const { command } = await entry.load();
      checkValues(args, command.options);
      const shown = Object.fromEntries(Object.entries(args).map(([name, value]) => [name, showDash(value)]));
      await hooks.run((context) => command.run(shown as never, context));
    },
  );
}
