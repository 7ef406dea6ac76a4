import { stripVTControlCharacters } from 'node:util';
import { formatMs, verifyCheckLine } from '../report/verify-text.ts';
import type { VerifyEvent } from '../verify/index.ts';
import type { Context } from './context.ts';

/** Shows the progress of a verify: a list redrawn in place on a terminal, one plain line a finished check elsewhere. */
export interface Progress {
  readonly show: (event: VerifyEvent) => void;
  /** Takes the list off the terminal, so that the report stands alone. */
  readonly end: () => void;
}

const REDRAW_MS = 100;

/** Progress on stderr for this context. */
export function createProgress(context: Context): Progress {
  return context.stderrIsTerminal && context.env.CI === undefined ? liveList(context) : plainLines(context);
}

function plainLines(context: Context): Progress {
  return {
    show: (event) => {
      if (event.type === 'check' && event.check.result !== 'skipped')
        context.note(verifyCheckLine(event.check, context.style, context.unicode));
      if (event.type === 'retry' && event.attempts === 1)
        context.note(
          `${event.id} waits up to ${formatMs(event.waitMs)} for a change in IAM to spread (${event.code}); --wait 0 takes the first answer`,
        );
      if (event.type === 'cleanup' && event.entries > 0) context.note('cleaning up');
    },
    end: () => undefined,
  };
}

function liveList(context: Context): Progress {
  const rows = new Map<string, string>();
  let drawn = 0;
  let last = 0;
  const erase = () => {
    if (drawn > 0) context.draw(`\u001B[${drawn}A\u001B[0J`);
    drawn = 0;
  };
  const draw = () => {
    erase();
    const lines = [...rows.values()].slice(0, context.rows - 1).map((row) => fitting(row, context.columns));
    context.draw(lines.map((line) => `${line}\n`).join(''));
    drawn = lines.length;
    last = Date.now();
  };
  return {
    show: (event) => {
      update(rows, event, context);
      // At most ten times a second: a terminal over a slow line has to keep up.
      if (event.type === 'plan' || event.type === 'cleanup' || Date.now() - last >= REDRAW_MS) draw();
    },
    end: erase,
  };
}

function update(rows: Map<string, string>, event: VerifyEvent, context: Context): void {
  const { style, unicode } = context;
  switch (event.type) {
    case 'plan':
      for (const check of event.checks) rows.set(check.node, style('dim', `  ${check.id}`));
      return;
    case 'start':
      rows.set(event.node, `  ${event.id} ${style('dim', 'running')}`);
      return;
    case 'retry':
      rows.set(
        event.node,
        `  ${event.id} ${style('yellow', `waits up to ${formatMs(event.waitMs)} for IAM, attempt ${event.attempts + 1}; --wait 0 does not`)}`,
      );
      return;
    case 'check':
      rows.set(event.node, verifyCheckLine(event.check, style, unicode));
      return;
    default:
      return;
  }
}

/** A row that stays one row: what is too wide loses its end, and its colours, which count for nothing in the width. */
function fitting(row: string, columns: number): string {
  const plain = stripVTControlCharacters(row);
  return plain.length < columns ? row : plain.slice(0, columns - 1);
}
