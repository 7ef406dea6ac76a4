import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitCases } from '../../src/evaluate/index.ts';

async function collect(chunks: readonly string[]): Promise<unknown> {
  const source = (async function* () {
    yield* chunks;
  })();
  const found: unknown[] = [];
  try {
    for await (const { text, number, line, column } of splitCases(source, 'input').cases) {
      found.push({ value: JSON.parse(text), number, line, column });
    }
  } catch (error) {
    return { found, error: String(error) };
  }
  return found;
}

const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true }), {
  minLength: 1,
  maxLength: 5,
});

describe('splitting the input into cases', () => {
  it('gives back what was joined, as an array, as lines, and pretty-printed', async () => {
    await fc.assert(
      fc.asyncProperty(objects, async (values) => {
        const texts = [
          JSON.stringify(values),
          JSON.stringify(values, null, 2),
          values.map((value) => JSON.stringify(value)).join('\n'),
          `{\n${values.map((value) => JSON.stringify(value).slice(1)).join('\n{\n')}`,
        ];
        for (const text of texts) {
          const found = (await collect([text])) as readonly { readonly value: unknown }[];
          // JSON has no -0.
          expect(found.map(({ value }) => value)).toEqual(JSON.parse(JSON.stringify(values)));
        }
      }),
    );
  });

  it('does not depend on where the chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(
        objects,
        fc.string({ unit: fc.constantFrom(...'{}[],:"\\x \n') }),
        fc.array(fc.nat(300)),
        async (values, noise, cuts) => {
          const text = `${values.map((value) => JSON.stringify(value)).join('\n')}\n${noise}`;
          const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
          const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
          expect(await collect(chunks)).toEqual(await collect([text]));
        },
      ),
    );
  });
});
