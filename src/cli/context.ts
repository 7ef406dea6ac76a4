import { styleText } from 'node:util';
import { KitError } from '../model/errors.ts';
import { readFirstLine } from './first-line.ts';

/** Everything that a command touches of the process; tests pass their own. */
export interface Context {
  /** Writes a piece of the result to stdout. */
  readonly out: (text: string) => void;
  /** Writes a line for people (progress, warning, hint) to stderr. */
  readonly note: (line: string) => void;
  /** Writes raw text to stderr: only for the live list. */
  readonly draw: (text: string) => void;
  /** The first line of stdin; empty when there is none. */
  readonly readStdinLine: () => Promise<string>;
  /** All of stdin, or its first MiB. */
  readonly readStdin: () => Promise<string>;
  /** Stdin as it comes in, for what may be longer than memory. */
  readonly streamStdin: () => AsyncIterable<Uint8Array>;
  /** Asks for a secret on the terminal, without showing it. Empty when the user gives none. */
  readonly askSecret: (question: string) => Promise<string>;
  /** Asks for a line of text on the terminal, again as long as `wrong` says why it cannot be. Empty when the user gives none. */
  readonly askText: (question: string, wrong?: (answer: string) => string | undefined) => Promise<string>;
  /** Lets the user choose on the terminal; the first is proposed. Returns the value of the choice. */
  readonly askChoice: <T extends string>(question: string, choices: readonly Choice<T>[]) => Promise<T>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  readonly stdinIsTerminal: boolean;
  /** Width of the terminal in columns. */
  readonly columns: number;
  /** Height of the terminal in lines. */
  readonly rows: number;
  /** Marks text for stderr. */
  readonly style: Style;
  /** Marks text for stdout. */
  readonly outStyle: Style;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP; its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** Aborted by the second: whatever still cleans up says what is left and ends. */
  readonly hurry: AbortSignal;
  /** Whether the terminal shows signs such as a check mark. */
  readonly unicode: boolean;
}

/** One of several answers. */
export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

/** The two signals of a run. */
export type Interrupts = Pick<Context, 'signal' | 'hurry'>;

/** Marks text for a terminal; returns it unchanged where colours are off. */
export type Style = (format: 'green' | 'red' | 'yellow' | 'dim' | 'bold', text: string) => string;

/** Colours on stderr or stdout by the usual rules: a terminal, no NO_COLOR, TERM is not dumb; FORCE_COLOR wins. */
export function makeStyle(enabled: boolean): Style {
  return (format, text) => (enabled ? styleText(format, text, { validateStream: false }) : text);
}

/** Whether colours are wanted. https://no-color.org, https://force-color.org */
function wantsColor(env: Context['env'], isTerminal: boolean, flag: boolean | undefined): boolean {
  if (flag === false) return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0') return true;
  return isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}

/** The context of the running process. */
export function processContext(interrupts: Interrupts, color: boolean | undefined): Context {
  return {
    out: (text) => {
      process.stdout.write(text);
    },
    note: (line) => {
      process.stderr.write(`${line}\n`);
    },
    draw: (text) => {
      process.stderr.write(text);
    },
    readStdinLine: () => readStdinLine(interrupts.signal),
    readStdin: async () => {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of process.stdin) {
        chunks.push(chunk as Buffer);
        size += (chunk as Buffer).length;
        if (size > 1_048_576) break;
      }
      return Buffer.concat(chunks).toString('utf8');
    },
    streamStdin: () => process.stdin,
    askSecret: async (question) => {
      const { isCancel, password } = await import('@clack/prompts');
      const answer = await password({ message: question, output: process.stderr, signal: interrupts.signal });
      if (isCancel(answer)) throw interrupted();
      return answer ?? '';
    },
    askText: async (question, wrong) => {
      const { isCancel, text } = await import('@clack/prompts');
      const answer = await text({
        message: question,
        output: process.stderr,
        signal: interrupts.signal,
        ...(wrong === undefined ? {} : { validate: (value) => wrong(value ?? '') }),
      });
      if (isCancel(answer)) throw interrupted();
      return answer ?? '';
    },
    askChoice: async <T extends string>(question: string, choices: readonly Choice<T>[]) => {
      const { isCancel, select } = await import('@clack/prompts');
      const options = choices.map((choice) => ({ ...choice }));
      const answer = await select<string>({
        message: question,
        options,
        output: process.stderr,
        signal: interrupts.signal,
      });
      if (isCancel(answer)) throw interrupted();
      return answer as T;
    },
    env: process.env,
    stdoutIsTerminal: process.stdout.isTTY === true,
    stderrIsTerminal: process.stderr.isTTY === true,
    stdinIsTerminal: process.stdin.isTTY === true,
    rows: process.stderr.rows || 24,
    columns: process.stderr.columns || Number(process.env.COLUMNS) || 80,
    style: makeStyle(wantsColor(process.env, process.stderr.isTTY === true, color)),
    outStyle: makeStyle(wantsColor(process.env, process.stdout.isTTY === true, color)),
    unicode: showsUnicode(process.env, process.platform),
    ...interrupts,
  };
}

/** The Linux console and the old Windows console have few signs; everything else of today has them. */
function showsUnicode(env: Context['env'], platform: string): boolean {
  if (platform !== 'win32') return env.TERM !== 'linux';
  return env.WT_SESSION !== undefined || env.TERM_PROGRAM === 'vscode';
}

/** The first line of stdin, without waiting for its end. An interrupt ends the wait. */
async function readStdinLine(signal: AbortSignal): Promise<string> {
  try {
    const line = await readFirstLine(process.stdin, signal);
    if (line !== undefined) return line;
  } finally {
    process.stdin.unref?.();
  }
  throw interrupted();
}

function interrupted(): KitError {
  return new KitError('interrupted', 'interrupted: nothing was done');
}
