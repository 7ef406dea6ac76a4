import { describe, expect, it } from 'vitest';
import { blueprint } from '../../src/generate/blueprint.ts';
import { decisionsOf } from './artefacts/decisions.ts';
import { accessOf, expectOneMeaning, FORMATS } from './artefacts/formats.ts';
import { everyKindOfGrant } from './artefacts/grants.ts';

const grants = everyKindOfGrant();
/** The parsers of the formats take their time: all of the grants are read in test/differential. */
const some = grants.filter((_, index) => index % 29 === 0 || index >= grants.length - 2);

describe.each(FORMATS)('%s', (_, generate, read) => {
  it('means for every grant what the other formats mean', async () => {
    for (const grant of some) await expectOneMeaning(generate, read, grant);
  });
});

it('tells apart what differs in one statement', () => {
  for (const grant of grants.filter(({ access }) => access !== 'full').slice(0, 50)) {
    const access = accessOf(blueprint(grant));
    const decisions = decisionsOf(access, grant);
    for (const [at, document] of access.identity.entries()) {
      for (const index of [document.Statement].flat().keys()) {
        const without = { ...document, Statement: [document.Statement].flat().filter((_, other) => other !== index) };
        const changed = decisionsOf({ ...access, identity: access.identity.with(at, without) }, grant);
        expect(changed, JSON.stringify([grant, document, index])).not.toBe(decisions);
      }
    }
    if (access.trust !== undefined)
      expect(decisionsOf({ ...access, trust: { ...access.trust, Statement: [] } }, grant)).not.toBe(decisions);
    for (const name of Object.keys(access.buckets)) {
      const buckets = { ...access.buckets, [name]: { Statement: [] } };
      expect(decisionsOf({ ...access, buckets }, grant)).not.toBe(decisions);
    }
  }
});
