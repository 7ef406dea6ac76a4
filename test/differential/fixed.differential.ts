import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CAUSES } from './causes.ts';
import { compare } from './compare.ts';

const SEED = 20_261_125;

it('agrees with iam-simulate on 10,000 policy sets of a fixed seed, but for causes that are written down', async () => {
  const { decisions, explained, unexplained } = await compare(SEED, 10_000);
  expect(unexplained).toEqual([]);
  // A world in which nothing is allowed would prove nothing; a cause that never shows is not needed.
  for (const count of Object.values(decisions)) expect(count).toBeGreaterThan(1000);
  expect([...explained.keys()].sort()).toEqual(CAUSES.map(({ name }) => name).sort());
}, 120_000);

it('has every known cause, with the page of AWS that it is judged by, in docs/evaluate.md', () => {
  const page = readFileSync(new URL('../../docs/evaluate.md', import.meta.url), 'utf8');
  for (const { name, page: link } of CAUSES) {
    expect(page).toContain(name);
    expect(page).toContain(link);
  }
});
