import { type GrantInput, readGrant } from '../src/documents/read-grant.ts';
import { defaultLabel } from '../src/documents/schema-problems.ts';
import { PARTITIONS, type Partition, parseArn } from '../src/model/arn.ts';
import { inputError, type Problem } from '../src/model/errors.ts';
import type { Grant } from '../src/model/grant.ts';

/** How Pulumi, whose config values are all text, gives the value of each key. The partition comes from the provider. */
const KEYS: Readonly<Record<Exclude<keyof GrantInput, 'partition'>, 'text' | 'flag' | 'json'>> = {
  auth: 'text',
  access: 'text',
  bucket: 'text',
  createBucket: 'flag',
  prefix: 'text',
  kmsKeyArn: 'text',
  buckets: 'json',
  roleName: 'text',
  rolePath: 'text',
  uniqueName: 'flag',
  permissionsBoundary: 'text',
  tags: 'json',
  protectBucket: 'flag',
};

/**
 * Reads the grant from the config of a Pulumi project.
 *
 * @param config everything that `pulumi.runtime.allConfig()` has; only the project's own namespace is read
 * @param partition of the provider; left out when it is not known yet: then the one that the ARNs of the config name, or `aws`
 * @throws KitError `input` that names every wrong key, its value and the rule; an unknown key of the namespace is one
 */
export function readConfig(config: Readonly<Record<string, string>>, project: string, partition?: Partition): Grant {
  const namespace = `${project}:`;
  const own = Object.entries(config).filter(([key]) => key.startsWith(namespace));
  const values = own.map(([key, value]) => parse(key.slice(namespace.length), value));
  const problems = values.flatMap(({ key, problem }) =>
    problem === undefined ? [] : [{ ...problem, field: `${namespace}${key}` }],
  );
  if (problems.length > 0) throw inputError('The Pulumi config is not a valid grant:', problems);
  const input = Object.fromEntries(values.map(({ key, value }) => [key, value]));
  return readGrant(
    { ...input, partition: partition ?? partitionOfArns(Object.values(config).join(' ')) },
    { name: 'The Pulumi config', label: (path) => `${namespace}${defaultLabel(path)}` },
  );
}

interface Parsed {
  readonly key: string;
  readonly value?: unknown;
  readonly problem?: Omit<Problem, 'field'>;
}

function parse(key: string, value: string): Parsed {
  if (key === 'partition') return { key, problem: { value, rule: 'is not a config key: it follows from aws:region' } };
  const kind = Object.hasOwn(KEYS, key) ? KEYS[key as keyof typeof KEYS] : 'text';
  if (kind === 'text') return { key, value };
  if (kind === 'flag') {
    if (value === 'true' || value === 'false') return { key, value: value === 'true' };
    return { key, problem: { value: value.slice(0, 100), rule: 'must be true or false' } };
  }
  try {
    return { key, value: JSON.parse(value) as unknown };
  } catch {
    const example = key === 'tags' ? 'a map, such as "team: marketing"' : 'a list, such as "- name: my-bucket"';
    return { key, problem: { value: value.slice(0, 100), rule: `must be ${example} (pulumi config set --path)` } };
  }
}

/** A guess that is put right as soon as the provider was asked: the partition of the first ARN. */
function partitionOfArns(text: string): Partition {
  const arn = parseArn(/arn:[^\s"]+/.exec(text)?.[0] ?? '');
  return PARTITIONS.find((known) => known === arn?.partition) ?? 'aws';
}
