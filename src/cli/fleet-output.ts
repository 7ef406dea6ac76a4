import { basename } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };
import { createFleetTally, type FleetResults } from '../fleet/index.ts';
import type { FleetSummary } from '../model/fleet.ts';
import { fleetHtml } from '../report/fleet-html.ts';
import { fleetJson, fleetJunit, fleetLine } from '../report/fleet-ndjson.ts';
import { fleetText } from '../report/fleet-text.ts';
import type { Context } from './context.ts';
import { writeNew } from './write-whole.ts';

export const FLEET_FORMATS = ['text', 'json', 'ndjson', 'html', 'junit'] as const;

type FleetFormat = (typeof FLEET_FORMATS)[number];

/** Where the output goes. */
export interface FleetOutput {
  readonly format: FleetFormat;
  /** A file instead of stdout. */
  readonly out?: string | undefined;
  readonly force: boolean;
}

/** Adds all results up. @param size how many there should be; default: what the whole fleet has */
export async function summarise(results: FleetResults, size?: number): Promise<FleetSummary> {
  const tally = createFleetTally(results.command);
  for await (const result of results.read()) tally.add(result);
  return tally.summary(size ?? results.fleet?.size ?? results.count, results.shards);
}

/** Prints the results in the format, or writes them into the file, whole or not at all. */
export async function printFleet(
  results: FleetResults,
  summary: FleetSummary,
  { format, out, force }: FleetOutput,
  about: { readonly file: string; readonly date: Date; readonly context: Context },
): Promise<void> {
  const { context } = about;
  const pieces = piecesOf(results, summary, format, {
    ...about,
    style: out === undefined ? context.outStyle : undefined,
  });
  if (out !== undefined) {
    await writeNew(out, pieces, force);
    // The answer itself belongs on the screen, too.
    if (format !== 'text') context.note(fleetText(summary, context.style).trimEnd());
    return;
  }
  for await (const piece of pieces) context.out(piece);
}

async function* piecesOf(
  results: FleetResults,
  summary: FleetSummary,
  format: FleetFormat,
  about: { readonly file: string; readonly date: Date; readonly style: Context['outStyle'] | undefined },
): AsyncGenerator<string, void, void> {
  switch (format) {
    case 'text':
      yield fleetText(summary, about.style);
      return;
    case 'ndjson':
      for await (const result of results.read()) yield fleetLine(result);
      return;
    case 'json':
      yield* fleetJson(results.read(), summary);
      return;
    case 'junit':
      yield* fleetJunit(results.read(), summary);
      return;
    case 'html':
      yield* fleetHtml(results.read(), summary, {
        title: basename(about.file),
        date: about.date.toISOString(),
        toolVersion: packageJson.version,
      });
      return;
  }
}
