import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { DIFFERENCES } from './differences.ts';
import { SCENARIOS } from './scenarios.ts';
import { withTable } from './table.ts';

const PAGE = new URL('../../docs/peers.md', import.meta.url);

describe('docs/peers.md', () => {
  // PEERS_TABLE=write npm run test:peers writes the table anew after differences.json was changed.
  test('shows what differences.json holds', async () => {
    const page = await readFile(PAGE, 'utf8');
    if (process.env.PEERS_TABLE === 'write') await writeFile(PAGE, withTable(page));
    else expect(page).toBe(withTable(page));
  });

  test('names a page of AWS for every difference', () => {
    const elsewhere = DIFFERENCES.filter(({ page }) => !page.startsWith('https://docs.aws.amazon.com/'));
    expect(elsewhere).toEqual([]);
  });

  test('names only scenarios that exist, and no call twice for one of them', () => {
    const known = SCENARIOS.map(({ id }) => id);
    const places = DIFFERENCES.flatMap(({ scenarios = [''], answers }) =>
      scenarios.flatMap((scenario) => answers.flatMap(({ calls }) => calls.map((call) => `${scenario} ${call}`))),
    );
    expect(DIFFERENCES.flatMap(({ scenarios = [] }) => scenarios).filter((id) => !known.includes(id))).toEqual([]);
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  });
});
