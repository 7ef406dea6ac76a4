import { describe, expect, it } from 'vitest';
import { readAccepted } from '../../src/documents/read-accepted.ts';
import { KitError } from '../../src/model/errors.ts';

const ID = '0123456789abcdef';
const WORDS = 'reason: known, owner: security@acme.example, expires: 2027-03-31';

function refusal(text: string): string {
  try {
    readAccepted(text, 'a.yaml');
  } catch (error) {
    if (error instanceof KitError && error.code === 'input') return error.message;
    throw error;
  }
  return '';
}

/** A file with one entry. */
const one = (entry: string) => `accepted:\n  - { ${entry} }\n`;

describe('a file of accepted findings', () => {
  it('gives each entry with where it stands', () => {
    const text = `accepted:
  - id: ${ID}
    reason: the logs are in a trail
    owner: security@acme.example
    expires: 2027-03-31
  - { rule: bucket-no-logs, about: "arn:aws:s3:::acme", ${WORDS} }
`;
    expect(readAccepted(text, 'a.yaml')).toEqual([
      {
        id: ID,
        reason: 'the logs are in a trail',
        owner: 'security@acme.example',
        expires: '2027-03-31',
        place: { path: 'a.yaml', line: 2, column: 5, endLine: 6, endColumn: 1 },
      },
      {
        ruleId: 'bucket-no-logs',
        about: 'arn:aws:s3:::acme',
        reason: 'known',
        owner: 'security@acme.example',
        expires: '2027-03-31',
        place: { path: 'a.yaml', line: 6, column: 5, endLine: 6, endColumn: 123 },
      },
    ]);
  });

  it('may be empty', () => expect(readAccepted('accepted: []', 'a.yaml')).toEqual([]));

  it.each<readonly [string, string, string]>([
    ['is empty', '', 'a.yaml:1:1 accepted: is missing'],
    ['is a list', '- id: x', 'must be a map with the key "accepted"'],
    ['is no YAML', 'accepted: [', 'a.yaml is not valid YAML'],
    ['has another key', 'accepted: []\nignored: []', 'a.yaml:2:10 ignored: is not a known key'],
    ['has a key with a slip', one(`id: ${ID}, reson: x, owner: y, expires: 2027-01-01`), 'did you mean "reason"?'],
    ['gives no owner', one(`id: ${ID}, reason: x, expires: 2027-01-01`), 'accepted[0].owner: is missing'],
    ['gives no expiry', one(`id: ${ID}, reason: x, owner: y`), 'accepted[0].expires: is missing'],
    [
      'has an empty reason',
      one(`id: ${ID}, reason: " ", owner: y, expires: 2027-01-01`),
      'reason: " " must not be empty',
    ],
    ['has a reason of two lines', one(`id: ${ID}, reason: "a\\nb", owner: y, expires: 2027-01-01`), 'must be one line'],
    ['names neither', one(WORDS), 'name either one finding with "id", or a rule with "rule"'],
    ['names both', one(`id: ${ID}, rule: x, ${WORDS}`), 'name either one finding'],
    ['has another id', one(`id: 12, ${WORDS}`), 'a.yaml:2:11 accepted[0].id: "12" must be text'],
    ['has an id of other digits', one(`id: "12", ${WORDS}`), 'must be 16 of the digits'],
    ['is about a name', one(`rule: x, about: my-bucket, ${WORDS}`), 'about: "my-bucket" must be an ARN'],
    [
      'has the 31st of February',
      one(`id: ${ID}, reason: x, owner: y, expires: 2027-02-31`),
      'must be a day that there is',
    ],
    ['has a time', one(`id: ${ID}, reason: x, owner: y, expires: 2027-02-21T00:00:00Z`), 'must be a day that there is'],
    ['has a key of every object', one(`"__proto__": { id: ${ID} }, ${WORDS}`), 'is not a known key'],
    ['nests without an end', `accepted: ${'['.repeat(20_000)}`, 'must nest at most 64 levels'],
    [
      'multiplies by aliases',
      `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\naccepted: [*c, *c]`,
      'aliases: must not multiply',
    ],
    [
      'has the same twice',
      `accepted:\n  - { id: ${ID}, ${WORDS} }\n  - { id: ${ID}, ${WORDS} }\n`,
      'a.yaml:3:5 accepted[1]: is for the same as a.yaml:2:5',
    ],
  ])('is refused when it %s', (_, text, words) => expect(refusal(text)).toContain(words));
});
