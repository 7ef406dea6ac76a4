import { format } from '@cdktn/hcl-tools';
import { parse } from '@cdktn/hcl2json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attributes,
  type BodyPart,
  block,
  code,
  comment,
  type HclValue,
  members,
  reference,
  renderHcl,
  template,
} from '../../../src/generate/terraform/hcl.ts';
/** Texts that would be code, or the end of the text, if they were pasted instead of written. */
import HOSTILE_TEXTS from './hostile-texts.json' with { type: 'json' };

const head = comment('A test.');
const file = (...parts: readonly BodyPart[]) => renderHcl(head, parts);
const readBack = (...parts: readonly BodyPart[]) => parse('test.tf', file(...parts));

/** HashiCorp's converter writes a text that looks like code with its escapes, so that it is told from code. */
const plain = (text: string) => text.replaceAll(/\$\$\{|%%\{/g, (match) => match.slice(1));

const inNormalForm = (text: string) => text === text.normalize('NFC') && !/\p{Surrogate}/u.test(text);

/** Texts of what its language gives a meaning. `${` and `%{` not together: the converter then writes one of them without its escape. */
const rich = fc
  .oneof(
    fc.string({ unit: fc.constantFrom('$', '{', '}', '"', '\\', '\n', '#', '/', '*', 'a', '<', 'ü', '\u202e', '\0') }),
    fc.string({ unit: fc.constantFrom('%', '{', '}', '"', '\\', '\r', '~', 'EOT', ' ', 'if', '\u0301') }),
  )
  .filter(inNormalForm);

const texts = fc.oneof(rich, fc.string({ unit: 'binary' }).filter(inNormalForm));

describe("a text in Terraform's language", () => {
  it.each(HOSTILE_TEXTS)('is the same text when it is read back: %j', async (text) => {
    const read = await readBack(
      attributes({
        value: text,
        list: [text, text],
        map: members({ [text]: text }),
        between: template(text, reference('local.between'), text),
      }),
      block('resource', ['type', text]),
    );
    expect(plain(read.value)).toBe(text);
    expect(read.list.map(plain)).toEqual([text, text]);
    expect(
      Object.entries(read.map)
        .flat()
        .map((value) => plain(String(value))),
    ).toEqual([text, text]);
    const [before, after, ...more] = read.between.split(/\$\{local\.between\}/);
    expect([before, after].map(plain)).toEqual([text, text]);
    expect(more).toEqual([]);
    expect(Object.keys(read.resource.type)).toEqual([text]);
  });

  it('is the same text whatever stands in it', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const read = await readBack(attributes({ value: text }));
        expect(Object.keys(read)).toEqual(['value']);
        expect(plain(read.value)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('is nothing in a comment', async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await parse('test.tf', renderHcl(comment(text), [comment(text), attributes({ a: 1 })]))).toEqual({
          a: 1,
        });
      }),
      { numRuns: 100 },
    );
  });

  it('does not join a dollar with the code behind it', () => {
    // The converter would write both in the same way.
    const text = file(attributes({ value: template('a$', reference('var.x')) }));
    expect(text).toMatch(/^value = "a\\u0024\$\{var\.x\}"$/m);
  });

  it.each(['Mu\u0308nchen', '\ud800', '\u2126'])('is refused where Terraform would change it: %j', (text) => {
    expect(() => file(attributes({ value: text }))).toThrow(/cannot be written for Terraform/);
  });

  it('shows no character that could hide another', () => {
    expect(file(comment('a\u202eb'), attributes({ value: 'a\u202eb\u200bc\0' }))).toMatch(/^[\n\x20-\x7e]*$/);
  });
});

describe('the layout', () => {
  const names = fc.constantFrom('a', 'description', 'force', 'x1');
  const { value } = fc.letrec<{ value: HclValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      rich,
      fc.integer(),
      fc.boolean(),
      fc.constant(reference('var.bucket_name')),
      rich.map((text) => code`contains([${text}], var.a)`),
      fc.dictionary(fc.oneof(names, rich), tie('value') as fc.Arbitrary<HclValue>, { maxKeys: 4 }).map(members),
      fc.array(tie('value') as fc.Arbitrary<HclValue>, { maxLength: 3 }),
    ),
  }));
  const { part } = fc.letrec<{ part: BodyPart }>((tie) => ({
    part: fc.oneof(
      { depthSize: 'small' },
      fc.dictionary(names, value, { maxKeys: 4 }).map(attributes),
      rich.map(comment),
      fc
        .tuple(
          names,
          fc.array(rich, { maxLength: 2 }),
          fc.array(tie('part') as fc.Arbitrary<BodyPart>, { maxLength: 4 }),
        )
        .map(([type, labels, body]) => block(type, labels, ...body)),
    ),
  }));

  it('is what the formatter leaves as it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 4 }), async (parts) => {
        const text = file(...parts);
        expect(await format(text)).toBe(text);
      }),
      { numRuns: 200 },
    );
  });
});

it('takes no reference that is more than names', () => {
  expect(() => reference('var', 'a-b')).toThrow();
  expect(() => reference('var.x + 1')).toThrow();
});
