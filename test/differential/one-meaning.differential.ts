import { expect, it } from 'vitest';
import { expectOneMeaning, FORMATS } from '../generate/artefacts/formats.ts';
import { everyKindOfGrant } from '../generate/artefacts/grants.ts';

const grants = everyKindOfGrant();

it('there are grants of over a thousand kinds', () => {
  expect(grants.length).toBeGreaterThan(1_000);
});

it.each(FORMATS)('%s means for every grant what the other formats mean', async (_, generate, read) => {
  for (const grant of grants) await expectOneMeaning(generate, read, grant);
});
