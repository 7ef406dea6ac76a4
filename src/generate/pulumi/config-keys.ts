import { DEFAULT_ROLE_NAME } from '../../model/constants.ts';

/** A config key as `Pulumi.yaml` declares it. https://www.pulumi.com/docs/iac/concepts/projects/project-file/#config-options */
export interface ConfigKey {
  readonly type: 'string' | 'boolean';
  readonly description: string;
  readonly default: string | boolean;
}

/**
 * The keys that a project declares. The others (bucket, prefix, kmsKeyArn or buckets; permissionsBoundary; tags) have no default: a key that
 * is declared without one would be demanded, and a default counts as given. The program checks all of them.
 */
export const CONFIG_KEYS = {
  auth: { type: 'string', description: 'The way in, role or key', default: 'role' },
  access: { type: 'string', description: 'What ChannelMix may do, minimal, extended or full', default: 'minimal' },
  roleName: {
    type: 'string',
    description: 'Name of the role, or of the user on the key way',
    default: DEFAULT_ROLE_NAME,
  },
  rolePath: { type: 'string', description: 'IAM path of the role or user', default: '/' },
  uniqueName: { type: 'boolean', description: 'Add an unguessable suffix to the name', default: false },
  protectBucket: {
    type: 'boolean',
    description: 'Keep the buckets that this project makes when the stack goes',
    default: true,
  },
} as const satisfies Readonly<Record<string, ConfigKey>>;

/** Declared where the project is for a new bucket only: beside a list of buckets it could not stand. */
export const CREATE_BUCKET: ConfigKey = {
  type: 'boolean',
  description: 'Create the bucket with the recommended settings',
  default: true,
};
