import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Part, reference, textOf } from '../../../src/generate/cloudformation/values.ts';
import { templateYaml } from '../../../src/generate/cloudformation/yaml.ts';
import { templateReader } from '../artefacts/cloudformation.ts';
import HOSTILE_TEXTS from './hostile-texts.json' with { type: 'json' };

describe('what is written as YAML', () => {
  it.each(HOSTILE_TEXTS)('is read as the text that it was: %j', (text) => {
    // Names of members are the kit's own.
    const template = { text, list: [text, [text, { text }]], object: { Ref: text } };
    for (const version of ['1.1', '1.2', 'next'] as const)
      expect(parse(templateYaml('a comment', template), { version })).toEqual(template);
  });
});

describe('a text with references', () => {
  const filled = (...parts: readonly Part[]) => {
    const template = { Parameters: { P: { Default: 'p' } }, Rules: {}, Resources: {}, Text: textOf(...parts) };
    const { template: read, evaluate } = templateReader(templateYaml('', template));
    return evaluate(read.Text ?? null);
  };

  it.each(HOSTILE_TEXTS)('has what is text in it as it is: %j', (text) => {
    expect(filled(text)).toBe(text);
    expect(filled(text, reference('P'))).toBe(`${text}p`);
    expect(filled(reference('P'), text, reference('P'), text)).toBe(`p${text}p${text}`);
  });

  it('does not become a reference where two texts meet', () => {
    expect(filled(reference('P'), '$', '{P}')).toBe(['p$', '{P}'].join(''));
  });
});
