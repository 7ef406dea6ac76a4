import { DIFFERENCES, type Difference } from './differences.ts';

const MARK = { begin: '<!-- table: begin -->', end: '<!-- table: end -->' } as const;

/** A text with the table between its marks written anew from `differences.json`. @throws Error when the marks are not there */
export function withTable(page: string): string {
  const begin = page.indexOf(MARK.begin);
  const end = page.indexOf(MARK.end);
  if (begin === -1 || end < begin) throw new Error('docs/peers.md has lost the marks of its table');
  return `${page.slice(0, begin + MARK.begin.length)}\n\n${table()}\n\n${page.slice(end)}`;
}

function table(): string {
  const head = [
    '| call | LocalEmu says | the sandbox says | AWS says | why, and the page |',
    '| --- | --- | --- | --- | --- |',
  ];
  return [...head, ...DIFFERENCES.flatMap(rowsOf)].join('\n');
}

function rowsOf({ scenarios, answers, why, page }: Difference): readonly string[] {
  const where = scenarios === undefined ? '' : `<br>in ${scenarios.map(code).join(', ')}`;
  return answers.map(({ calls, localemu, sandbox, aws }, index) => {
    const reason = index === 0 ? `${why} [${titleOf(page)}](${page})` : 'as above';
    return `| ${calls.map(code).join(', ')}${where} | ${localemu} | ${sandbox ?? aws} | ${aws} | ${reason} |`;
  });
}

function code(text: string): string {
  return `\`${text}\``;
}

function titleOf(page: string): string {
  const { pathname } = new URL(page);
  return pathname.slice(pathname.lastIndexOf('/') + 1).replace('.html', '');
}
