import { describe, expect, it } from 'vitest';
import { type Blueprint, blueprint } from '../../src/generate/blueprint.ts';
import type { GeneratedFile } from '../../src/generate/generated-file.ts';
import type { Grant } from '../../src/model/grant.ts';
import { decisionsOf } from './artefacts/decisions.ts';
import { everyKindOfGrant } from './artefacts/grants.ts';
import type { ArtefactAccess, ArtefactReader } from './artefacts/types.ts';

const grants = everyKindOfGrant();

/** What every artefact of a grant must come to. */
function accessOf({ principal, policies, attachedPolicyArns, buckets }: Blueprint): ArtefactAccess {
  const { trustPolicy, description: _, ...who } = principal;
  return {
    principal: who,
    ...(trustPolicy === undefined ? {} : { trust: trustPolicy }),
    identity: policies.map(({ document }) => document),
    attached: attachedPolicyArns,
    buckets: Object.fromEntries(buckets.map(({ name, policy }) => [name, policy])),
  };
}

const FORMATS: readonly (readonly [string, (grant: Grant) => readonly GeneratedFile[], ArtefactReader])[] = [];

it('knows grants of every kind', () => {
  expect(grants.length).toBeGreaterThan(1_000);
});

describe.each(FORMATS)('%s', (_, generate, read) => {
  it('means for every grant what the other formats mean: the same decisions, principal and attachments', async () => {
    for (const grant of grants) {
      const expected = accessOf(blueprint(grant));
      const actual = await read(generate(grant));
      const name = JSON.stringify(grant);
      expect(actual.principal, name).toEqual(expected.principal);
      expect(actual.attached, name).toEqual(expected.attached);
      expect(Object.keys(actual.buckets).sort(), name).toEqual(Object.keys(expected.buckets).sort());
      expect(decisionsOf(actual, grant), name).toBe(decisionsOf(expected, grant));
    }
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
