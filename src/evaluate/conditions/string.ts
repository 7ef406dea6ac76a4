import { MAX_PATTERN } from '../../model/wildcard.ts';
import { parseTemplate, type Template, templateGlob } from '../variables.ts';
import { type CompileValue, type Operator, operators } from './operator.ts';

/**
 * String operators.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String
 */
function textOf(units: readonly number[]): string {
  let text = '';
  for (const unit of units) text += String.fromCharCode(unit);
  return text;
}

/** The value as text for each request; variables in it are filled in, wildcards are plain characters. */
export function exactText(
  value: string,
  variables: boolean,
): { readonly fixed: string } | { readonly resolve: Template['resolve'] } | undefined {
  const template = parseTemplate(value, { variables, wildcards: false });
  if (template === undefined) return undefined;
  return template.fixed === undefined ? { resolve: template.resolve } : { fixed: textOf(template.fixed) };
}

function equality(fold: (text: string) => string): CompileValue {
  return (value, { variables }) => {
    const text = exactText(value, variables);
    if (text === undefined) return undefined;
    if ('fixed' in text) {
      const wanted = fold(text.fixed);
      return (given) => fold(given) === wanted;
    }
    return (given, request) => {
      const units = text.resolve(request);
      return units !== undefined && fold(given) === fold(textOf(units));
    };
  };
}

const like: CompileValue = (value, { variables }) => {
  if (value.length > MAX_PATTERN) return undefined;
  const template = parseTemplate(value, { variables, wildcards: true });
  return template === undefined ? undefined : templateGlob(template);
};

export const STRING_OPERATORS: readonly Operator[] = [
  ...operators(
    equality((text) => text),
    'StringEquals',
    'StringNotEquals',
  ),
  ...operators(
    equality((text) => text.toLowerCase()),
    'StringEqualsIgnoreCase',
    'StringNotEqualsIgnoreCase',
  ),
  ...operators(like, 'StringLike', 'StringNotLike'),
];
