import { MAX_PATTERN } from '../../model/wildcard.ts';
import { compileArnUnits } from '../matching.ts';
import { parseTemplate } from '../variables.ts';
import { type CompileValue, type Operator, operators } from './operator.ts';

/**
 * ARN operators: ArnEquals and ArnLike are one, each of the six parts is compared separately, wildcards are allowed in each.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
const arn: CompileValue = (value, { variables }) => {
  if (value.length > MAX_PATTERN) return undefined;
  const template = parseTemplate(value, { variables, wildcards: true });
  if (template === undefined) return undefined;
  if (template.fixed !== undefined) return compileArnUnits(template.fixed);
  return (given, request) => {
    const units = template.resolve(request);
    return units !== undefined && compileArnUnits(units)?.(given) === true;
  };
};

export const ARN_OPERATORS: readonly Operator[] = [
  ...operators(arn, 'ArnEquals', 'ArnNotEquals'),
  ...operators(arn, 'ArnLike', 'ArnNotLike'),
];
