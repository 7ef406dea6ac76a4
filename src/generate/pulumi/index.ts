import type { Grant } from '../../model/grant.ts';
import { blueprint } from '../blueprint.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { grantYaml } from '../grant-yaml.ts';
import { projectFiles } from './project-files.ts';
import { readme } from './readme.ts';

/** Nothing of the grant is pasted into it: the grant is data beside it. */
const PROGRAM = `import { readFileSync } from 'node:fs';
import { readGrantYaml } from 'channelmix-s3';
import { channelMixStack } from 'channelmix-s3/pulumi';

const file = new URL('channelmix.yaml', import.meta.url);

/** Declares what channelmix.yaml asks for. What is wrong with it is told before anything is declared. */
export default () => channelMixStack(() => readGrantYaml(readFileSync(file, 'utf8'), 'channelmix.yaml'));
`;

/**
 * A Pulumi project in TypeScript for a grant: the grant as `channelmix.yaml`, and a program that declares it by this package's components.
 *
 * @throws KitError `input` when the grant's policies are more than can be attached to one principal
 */
export function pulumiProject(grant: Grant): readonly GeneratedFile[] {
  const { buckets, kmsKeyArns } = blueprint(grant);
  const files = projectFiles({
    name: 'channelmix-s3',
    description: 'Gives ChannelMix access to S3',
    sections: {},
    program: PROGRAM,
    readme: readme({
      auth: grant.auth,
      makesBucket: buckets.length > 0,
      protectsBucket: buckets.some(({ protect }) => protect),
      usesKey: kmsKeyArns.length > 0,
      settings:
        'What ChannelMix may do stands in `channelmix.yaml`. Change it there, and run `pulumi up`: the role keeps its ARN, a user its key. The project of another grant takes another stack than `channelmix`.',
      deploy: ['npm install', 'pulumi stack init channelmix', 'pulumi config set aws:region REGION', 'pulumi up'],
    }),
  });
  return [...files, { path: 'channelmix.yaml', text: grantYaml(grant) }];
}
