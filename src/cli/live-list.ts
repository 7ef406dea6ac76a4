import type { VerifyEvent } from '../verify/index.ts';
import type { Context, Style } from './context.ts';

/** Shows the progress of a verify: a list redrawn in place on a terminal, one plain line a finished check elsewhere. */
export interface Progress {
  readonly show: (event: VerifyEvent) => void;
  /** Takes the list off the terminal, so that the report stands alone. */
  readonly end: () => void;
}

interface Row {
  readonly label: string;
  state: string;
}

const REDRAW_MS = 100;

/** Progress on stderr for this context. */
export function createProgress(context: Context): Progress {
  return context.stderrIsTerminal && context.env.CI === undefined ? liveList(context) : plainLines(context);
}

function plainLines(context: Context): Progress {
  return {
    show: (event) => {
      if (event.type === 'check') context.note(checkLine(event.check, context.style));
      if (event.type === 'retry' && event.attempts === 1)
        context.note(`${event.id} waits for a change in IAM to spread (${event.code})`);
      if (event.type === 'cleanup' && event.entries > 0) context.note('cleaning up');
    },
    end: () => undefined,
  };
}

function liveList(context: Context): Progress {
  const rows = new Map<string, Row>();
  let drawn = 0;
  let last = 0;
  const erase = () => {
    if (drawn > 0) context.draw(`\u001B[${drawn}A\u001B[0J`);
    drawn = 0;
  };
  const draw = () => {
    erase();
    const lines = [...rows.values()].map((row) => `${row.label.slice(0, context.columns - 24)} ${row.state}`);
    context.draw(lines.map((line) => `${line}\n`).join(''));
    drawn = lines.length;
    last = Date.now();
  };
  return {
    show: (event) => {
      update(rows, event, context.style);
      // At most ten times a second: a terminal over a slow line has to keep up.
      if (event.type === 'plan' || event.type === 'cleanup' || Date.now() - last >= REDRAW_MS) draw();
    },
    end: erase,
  };
}

function update(rows: Map<string, Row>, event: VerifyEvent, style: Style): void {
  switch (event.type) {
    case 'plan':
      for (const check of event.checks)
        rows.set(check.node, { label: check.id.padEnd(LABEL_WIDTH), state: style('dim', 'waiting') });
      return;
    case 'start':
      set(rows, event.node, 'running');
      return;
    case 'retry':
      set(rows, event.node, style('yellow', `waiting for IAM, attempt ${event.attempts + 1}`));
      return;
    case 'check':
      set(rows, event.node, resultWord(event.check, style));
      return;
    default:
      return;
  }
}

function set(rows: Map<string, Row>, node: string, state: string): void {
  const row = rows.get(node);
  if (row !== undefined) row.state = state;
}

type CheckEvent = Extract<VerifyEvent, { type: 'check' }>['check'];

const LABEL_WIDTH = 34;

function checkLine(check: CheckEvent, style: Style): string {
  return `${check.id.padEnd(LABEL_WIDTH)} ${resultWord(check, style)}`;
}

function resultWord(check: CheckEvent, style: Style): string {
  if (check.result === 'skipped') return style('dim', 'skipped');
  const word = check.result === 'allow' ? 'allowed' : check.result === 'deny' ? 'denied' : 'no answer';
  return `${style(check.ok ? 'green' : 'red', `${check.ok ? 'ok' : 'FAILED'}`)} ${word}, ${Math.round(check.ms)} ms`;
}
