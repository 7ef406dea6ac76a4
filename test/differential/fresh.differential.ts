import { expect, it } from 'vitest';
import { compare } from './compare.ts';

/** CHANNELMIX_SEED repeats a run; the seed is in the name of the test. */
const seed = Number(process.env.CHANNELMIX_SEED ?? Date.now() % 1_000_000_000);

it(`agrees with iam-simulate on 10,000 policy sets of a fresh seed, but for causes that are written down (CHANNELMIX_SEED=${seed})`, async () => {
  const { unexplained } = await compare(seed, 10_000);
  expect(unexplained).toEqual([]);
}, 120_000);
