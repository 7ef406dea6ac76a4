import { Document, visit } from 'yaml';
import type { TemplateObject } from './values.ts';

/**
 * What is written as an escape: characters that YAML 1.1 does not allow or takes for the end of a line, and those that hide or turn round
 * what a reader sees. https://yaml.org/spec/1.1/#id868518
 */
const ESCAPED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be written
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\u007f-\u009f\u2028\u2029]|\p{Cf}|\p{Surrogate}/gu;

/**
 * A template as YAML. Parsers of YAML 1.1, as CloudFormation's is, take every text in it for a text, and find no aliases.
 *
 * @param comment stands before it as it is, so that nothing of a grant may be in it
 */
export function templateYaml(comment: string, template: TemplateObject): string {
  const document = new Document(template, {
    version: '1.1',
    aliasDuplicateObjects: false,
    // `<<` is written bare otherwise, which is a type of its own.
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || tag.tag !== 'tag:yaml.org,2002:merge'),
  });
  visit(document, {
    Scalar: (_, node) => {
      // Only between double quotes is an escape one, and are these two texts.
      const quoted =
        typeof node.value === 'string' && (/^(?:<<|=)$/.test(node.value) || node.value.search(ESCAPED) >= 0);
      if (quoted) node.type = 'QUOTE_DOUBLE';
    },
  });
  document.commentBefore = comment.replaceAll(/^(?=.)/gm, ' ');
  return document.toString({ lineWidth: 0 }).replace(ESCAPED, escaped);
}

function escaped(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
}
