import type { GeneratedFile } from '../generated-file.ts';
import { CONFIG_KEYS, type ConfigKey, CREATE_BUCKET } from './config-keys.ts';
import { projectFiles } from './project-files.ts';
import { readme } from './readme.ts';

/** A question of `pulumi new`; without a default, an empty answer leaves the key unset. */
interface Question {
  readonly description: string;
  readonly default?: string;
}

interface Template {
  readonly name: string;
  readonly description: string;
  readonly auth: 'role' | 'key';
  readonly createBucket: boolean;
  /** What to ask of the bucket. */
  readonly bucket: string;
}

const TEMPLATES: readonly Template[] = [
  {
    name: 'role',
    description: 'A role that ChannelMix assumes, for a bucket that you have',
    auth: 'role',
    createBucket: false,
    bucket: 'Name of the bucket that ChannelMix shall use',
  },
  {
    name: 'key',
    description:
      'A user with an access key for ChannelMix, for a bucket that you have: the way in from China and GovCloud',
    auth: 'key',
    createBucket: false,
    bucket: 'Name of the bucket that ChannelMix shall use',
  },
  {
    name: 'bucket',
    description: 'A new bucket with the recommended settings, and a role for it that ChannelMix assumes',
    auth: 'role',
    createBucket: true,
    bucket: 'Name of the bucket to make, unique across all AWS accounts',
  },
];

/** The config is read from the project's own keys, which `pulumi new` asks for. */
const PROGRAM = `import { channelMixStack } from 'channelmix-s3/pulumi';

/** Declares what the config of the stack asks for. What is wrong with it is told before anything is declared. */
export default () => channelMixStack();
`;

/** The folders of `templates/` that `pulumi new` takes: projects as `pulumiProject` makes them, with questions in place of a grant. */
export function pulumiTemplates(): readonly { readonly name: string; readonly files: readonly GeneratedFile[] }[] {
  return TEMPLATES.map((template) => ({
    name: template.name,
    files: projectFiles({
      // Filled in by `pulumi new`. https://www.pulumi.com/docs/iac/concepts/projects/templates/
      name: `\${PROJECT}`,
      description: `\${DESCRIPTION}`,
      sections: {
        template: { description: template.description, config: questions(template) },
        config: configOf(template),
      },
      program: PROGRAM,
      readme: readmeOf(template),
    }),
  }));
}

function questions({ bucket }: Template): Readonly<Record<string, Question>> {
  return {
    'aws:region': { description: 'The AWS region to work in', default: 'us-east-1' },
    bucket: { description: bucket },
    prefix: { description: 'Folder that access is limited to, such as Client123/ (empty: the whole bucket)' },
    kmsKeyArn: { description: 'ARN of the customer managed KMS key of the bucket (empty: none)' },
    access: asked(CONFIG_KEYS.access),
    uniqueName: asked(CONFIG_KEYS.uniqueName),
  };
}

function asked({ description, default: value }: ConfigKey): Question {
  return { description, default: String(value) };
}

function configOf({ auth, createBucket }: Template): Readonly<Record<string, ConfigKey>> {
  return {
    ...CONFIG_KEYS,
    auth: { ...CONFIG_KEYS.auth, default: auth },
    ...(createBucket ? { createBucket: CREATE_BUCKET } : {}),
  };
}

function readmeOf({ auth, createBucket }: Template): string {
  return readme({
    auth,
    makesBucket: createBucket,
    protectsBucket: createBucket,
    usesKey: true,
    settings:
      'What ChannelMix may do stands in the config of the stack. Change it by `pulumi config set`, and run `pulumi up`: the role keeps its ARN, a user its key. The keys: docs/pulumi.md of channelmix-s3.',
    deploy: ['pulumi up'],
  });
}
