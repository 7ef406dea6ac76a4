import { KitError } from '../../model/errors.ts';
import type { BucketGrant, Grant } from '../../model/grant.ts';
import type { Names } from './names.ts';
import type { TemplateOptions } from './options.ts';
import type { TemplateObject } from './values.ts';

/** What a stack set adds to the name of a bucket: a hyphen and the number of the account. */
const ACCOUNT_SUFFIX_LENGTH = 13;

const LONGEST_BUCKET_NAME = 63;

/** A parameter of the template. */
export interface Parameter {
  readonly id: string;
  /** What the console's form calls it. */
  readonly label: string;
  readonly group: 'principal' | 'buckets';
  readonly value: string;
  readonly declaration: TemplateObject;
}

/**
 * The parameters of a grant's template, with the grant's values as their defaults.
 *
 * @throws KitError `input` when a bucket's name leaves no space for the account's number
 */
export function parametersOf(grant: Grant, names: Names, options: TemplateOptions): readonly Parameter[] {
  return [
    principalParameter(grant, names),
    ...grant.buckets.flatMap((bucket) => {
      const id = names.parameterOf(bucket.name);
      if (options.stackSet && bucket.create) refuseLongName(bucket);
      return id === undefined ? [] : [bucketParameter(id, bucket, options)];
    }),
  ];
}

function principalParameter({ auth, roleName }: Grant, { principal }: Names): Parameter {
  const kind = auth === 'role' ? 'role' : 'user';
  return {
    id: principal.to,
    label: `Name of the ${kind}`,
    group: 'principal',
    value: roleName,
    declaration: {
      Type: 'String',
      Description: `Name of the ${kind} that ChannelMix uses. Another name is another ${kind}: tell ChannelMix.`,
      Default: roleName,
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
      AllowedPattern: '^[A-Za-z0-9_+=,.@-]{1,64}$',
      ConstraintDescription: 'The name must have 1 to 64 letters, digits and the signs _+=,.@-',
    },
  };
}

function bucketParameter(id: string, { name, create }: BucketGrant, { stackSet = false }: TemplateOptions): Parameter {
  const suffixed = stackSet && create;
  const longest = LONGEST_BUCKET_NAME - (suffixed ? ACCOUNT_SUFFIX_LENGTH : 0);
  const words = suffixed
    ? 'First part of the name of the bucket to make; a hyphen and the number of the account follow.'
    : create
      ? 'Name of the bucket to make.'
      : stackSet
        ? 'Name of the bucket, which exists; override it for each account that has one of its own.'
        : 'Name of the bucket, which exists.';
  return {
    id,
    label: create ? 'New bucket' : 'Existing bucket',
    group: 'buckets',
    value: name,
    declaration: {
      Type: 'String',
      Description: words,
      Default: name,
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
      AllowedPattern: `^[a-z0-9][a-z0-9.-]{1,${longest - 2}}[a-z0-9]$`,
      ConstraintDescription: `The name must have 3 to ${longest} lowercase letters, digits, dots and hyphens, and begin and end with a letter or digit: no s3://, no ARN, no folder`,
    },
  };
}

function refuseLongName({ name }: BucketGrant): void {
  const longest = LONGEST_BUCKET_NAME - ACCOUNT_SUFFIX_LENGTH;
  if (name.length <= longest) return;
  throw new KitError(
    'input',
    `A stack set adds the account's number to the bucket name "${name}", which has ${name.length} characters; S3 allows ${LONGEST_BUCKET_NAME}, which leaves ${longest}.`,
    { hint: 'Take a shorter name.' },
  );
}

/** How the console's form is laid out. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-cloudformation-interface.html */
export function interfaceOf(parameters: readonly Parameter[]): TemplateObject {
  const titles = { principal: 'Who ChannelMix comes in as', buckets: 'What ChannelMix may use' };
  const groups = (['principal', 'buckets'] as const).map((group) => ({
    Label: { default: titles[group] },
    Parameters: parameters.filter((parameter) => parameter.group === group).map(({ id }) => id),
  }));
  return {
    ParameterGroups: groups.filter(({ Parameters }) => Parameters.length > 0),
    ParameterLabels: Object.fromEntries(parameters.map(({ id, label }) => [id, { default: label }])),
  };
}
