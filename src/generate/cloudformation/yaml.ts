import { Document } from 'yaml';
import type { TemplateObject } from './values.ts';

/** A template as YAML. Parsers of YAML 1.1, as CloudFormation's is, take every text in it for a text, and find no aliases. */
export function templateYaml(comment: string, template: TemplateObject): string {
  const document = new Document(template, { version: '1.1', aliasDuplicateObjects: false });
  document.commentBefore = comment.replaceAll(/^(?=.)/gm, ' ');
  return document.toString({ lineWidth: 0 });
}
