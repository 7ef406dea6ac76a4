import type { ParameterRule } from '../query/parameters.ts';

/** Rules of parameters, from the IAM API reference. https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html */
const NAME = /^[\w+=,.@-]+$/;
const NAME_SENTENCE = 'It must contain only alphanumeric characters and/or the following: +=,.@_-';
const DOCUMENT = /^[\t\n\r -\u00FF]+$/;

function name(parameter: string, max: number, required = true): ParameterRule {
  return { name: parameter, required, min: 1, max, pattern: NAME, sentence: NAME_SENTENCE };
}

export const roleName: ParameterRule = name('RoleName', 64);
export const userName: ParameterRule = name('UserName', 64);
export const optionalUserName: ParameterRule = name('UserName', 64, false);
export const policyName: ParameterRule = name('PolicyName', 128);

export const path: ParameterRule = {
  name: 'Path',
  min: 1,
  max: 512,
  pattern: /^(?:\/|\/[!-~]+\/)$/,
  sentence: 'It must begin and end with / and contain only alphanumeric characters and/or / characters.',
};
export const pathPrefix: ParameterRule = { name: 'PathPrefix', min: 1, max: 512, pattern: /^\/[!-~]*$/ };

export function document(parameter: string): ParameterRule {
  return { name: parameter, required: true, min: 1, max: 131_072, pattern: DOCUMENT };
}

export function arn(parameter: string, required = true): ParameterRule {
  return { name: parameter, required, min: 20, max: 2048 };
}

export const description: ParameterRule = { name: 'Description', max: 1000 };
export const maxSessionDuration: ParameterRule = { name: 'MaxSessionDuration', integer: true, min: 3600, max: 43_200 };
export const versionId: ParameterRule = {
  name: 'VersionId',
  required: true,
  pattern: /^(?:v[1-9][0-9]*(?:\.[A-Za-z0-9-]*)?)$/,
};
export const accessKeyId: ParameterRule = {
  name: 'AccessKeyId',
  required: true,
  min: 16,
  max: 128,
  pattern: /^[\w]+$/,
};
export const paging: readonly ParameterRule[] = [
  { name: 'MaxItems', integer: true, min: 1, max: 1000 },
  { name: 'Marker', min: 1, max: 320 },
];
