import { describe, expect, it } from 'vitest';
import { bruteForce } from '../audit/brute-force.ts';
import { CORPUS } from '../audit/corpus/index.ts';
import { runCorpus } from '../audit/corpus/run.ts';

/** Another seed in every run, which a failure tells. */
const SEED = Number(process.env.CHANNELMIX_SEED ?? Date.now() % 1_000_000);
const REQUESTS = 10_000;

describe(`the matrix of every account of the corpus (CHANNELMIX_SEED=${SEED})`, () => {
  it.each(CORPUS)(
    `$name: agrees with ${REQUESTS} requests, each decided by itself`,
    { timeout: 60_000 },
    async (account) => {
      const [result] = await runCorpus([account]);
      if (result === undefined) throw new Error('it was not audited');
      const { documents, expected, now } = result.input;
      const { requests, disagreements } = bruteForce(documents, expected, { now, requests: REQUESTS, seed: SEED });
      expect(disagreements).toEqual([]);
      expect(requests).toBe(REQUESTS);
    },
  );
});
