import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A command that a page shows in a block of kind `sh`. */
export interface DocumentedCommand {
  readonly page: string;
  /** Blocks are counted from 0 within the page; the commands of a block belong together. */
  readonly block: number;
  readonly line: string;
}

/** Every command that the README, the contributor's guide and the pages in docs/ show; lines that end in a backslash are joined. */
export function documentedCommands(): readonly DocumentedCommand[] {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(`${root}docs`, { recursive: true }).map((name) => `docs/${name}`),
  ];
  return pages.filter((page) => page.endsWith('.md')).flatMap(commandsOf);
}

function commandsOf(page: string): readonly DocumentedCommand[] {
  const text = readFileSync(`${root}${page}`, 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap((match, block) => {
    const lines = (match[1] ?? '').replaceAll('\\\n', ' ').split('\n');
    return lines.filter((line) => line.trim() !== '' && !line.startsWith('#')).map((line) => ({ page, block, line }));
  });
}

/** Splits a command line at spaces outside of quotes. */
export function words(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}
