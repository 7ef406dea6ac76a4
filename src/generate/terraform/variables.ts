import type { Grant } from '../../model/grant.ts';
import type { Blueprint } from '../blueprint.ts';
import { attributes, type Block, block, type Code, code, type HclValue, members, reference } from './hcl.ts';
import type { BucketNames } from './names.ts';

/** A bucket's name, as far as a pattern can tell. https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_NAME = '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$';
/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
const PRINCIPAL_NAME = '^[A-Za-z0-9_+=,.@-]{1,64}$';

/** What may be another in another account; each has the grant's own value when nothing is said. */
export function variables(grant: Grant, { principal }: Blueprint, names: BucketNames): readonly Block[] {
  const { kind, name, tags } = principal;
  return [
    variable(`${kind}_name`, {
      description: `Name of the IAM ${kind} that ChannelMix uses.`,
      type: reference('string'),
      value: name,
      condition: code`can(regex(${PRINCIPAL_NAME}, ${principalName(kind)}))`,
      error: `The name of a ${kind} has 1 to 64 letters, digits and characters of _+=,.@-`,
    }),
    bucketVariable(grant, names),
    variable('tags', {
      description: 'Tags of everything that is made.',
      type: code`map(string)`,
      value: members(tags),
    }),
    ...(kind === 'role' ? [] : [pgpKey()]),
  ];
}

/** The variable that names the role or user. */
export function principalName(kind: 'role' | 'user'): Code {
  return reference(`var.${kind}_name`);
}

function bucketVariable({ buckets }: Grant, { labelOf }: BucketNames): Block {
  const error = 'The name of a bucket has 3 to 63 lowercase letters, digits, dots and hyphens.';
  const [only, another] = buckets;
  if (only !== undefined && another === undefined) {
    return variable('bucket_name', {
      description: 'Name of the bucket that ChannelMix uses.',
      type: reference('string'),
      value: only.name,
      condition: code`can(regex(${BUCKET_NAME}, var.bucket_name))`,
      error,
    });
  }
  const each = <T>(value: (name: string) => T) =>
    Object.fromEntries(buckets.map(({ name }) => [labelOf(name), value(name)]));
  return variable('bucket_names', {
    description: 'Names of the buckets that ChannelMix uses.',
    type: code`object(${members(each(() => reference('string')))})`,
    value: members(each((name) => name)),
    condition: code`alltrue([for name in values(var.bucket_names) : can(regex(${BUCKET_NAME}, name))])`,
    error,
  });
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_access_key#pgp_key-1 */
function pgpKey(): Block {
  return block(
    'variable',
    ['pgp_key'],
    attributes({
      description:
        'Public PGP key in base64, or keybase:NAME, that encrypts the secret access key; without it the state holds the secret as it is.',
      type: reference('string'),
      default: code`null`,
    }),
  );
}

interface Variable {
  readonly description: string;
  readonly type: Code;
  readonly value: HclValue;
  readonly condition?: Code;
  readonly error?: string;
}

function variable(name: string, { description, type, value, condition, error }: Variable): Block {
  return block(
    'variable',
    [name],
    attributes({ description, type, default: value, nullable: false }),
    ...(condition === undefined ? [] : [block('validation', [], attributes({ condition, error_message: error }))]),
  );
}
