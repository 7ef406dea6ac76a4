import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readGrantYaml } from '../../src/documents/read-yaml.ts';
import { grantYaml } from '../../src/generate/grant-yaml.ts';
import { everyKindOfGrant } from './artefacts/grants.ts';

it('is, read again, the same grant, whatever the grant', () => {
  // Every fifth, which is not a divisor of how many kinds there are of anything.
  for (const grant of everyKindOfGrant().filter((_, index) => index % 5 === 0)) {
    const text = grantYaml(grant);
    expect(readGrantYaml(text, 'channelmix.yaml'), text).toEqual(grant);
  }
});

it('means the same to a parser of YAML 1.1', () => {
  const [grant] = everyKindOfGrant();
  if (grant === undefined) throw new Error('no grant');
  const text = grantYaml({
    ...grant,
    roleName: 'yes',
    tags: { on: 'no', zero: '0123', time: '12:30:00' },
    rolePath: '/',
  });
  expect(parse(text, { version: '1.1' })).toMatchObject({
    roleName: 'yes',
    tags: { on: 'no', zero: '0123', time: '12:30:00' },
  });
});

it('explains every key', () => {
  for (const grant of everyKindOfGrant().slice(0, 200)) {
    const lines = grantYaml(grant).split('\n');
    const keys = lines.flatMap((line, index) => (/^\w+:/.test(line) ? [lines[index - 1]] : []));
    for (const before of keys) expect(before).toMatch(/^# .{10}/);
  }
});
