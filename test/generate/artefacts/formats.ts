import { expect } from 'vitest';
import { awsCliScript } from '../../../src/generate/aws-cli/index.ts';
import { type Blueprint, blueprint } from '../../../src/generate/blueprint.ts';
import { cloudFormationTemplate } from '../../../src/generate/cloudformation/index.ts';
import type { GeneratedFile } from '../../../src/generate/generated-file.ts';
import { pulumiProject } from '../../../src/generate/pulumi/index.ts';
import { terraformConfig } from '../../../src/generate/terraform/index.ts';
import type { Grant } from '../../../src/model/grant.ts';
import { readAwsCli } from './aws-cli.ts';
import { readCloudFormation } from './cloudformation.ts';
import { decisionsOf } from './decisions.ts';
import { readPulumi } from './pulumi.ts';
import { readTerraform } from './terraform.ts';
import type { ArtefactAccess, ArtefactReader } from './types.ts';

/** What every artefact of a grant must come to. */
export function accessOf({ principal, policies, attachedPolicyArns, buckets }: Blueprint): ArtefactAccess {
  const { trustPolicy, description: _, ...who } = principal;
  return {
    principal: who,
    ...(trustPolicy === undefined ? {} : { trust: trustPolicy }),
    identity: policies.map(({ document }) => document),
    attached: attachedPolicyArns,
    buckets: Object.fromEntries(buckets.map(({ name, policy }) => [name, policy])),
  };
}

/** Every format, with the parser that reads it back. */
export const FORMATS: readonly (readonly [string, (grant: Grant) => readonly GeneratedFile[], ArtefactReader])[] = [
  [
    'cloudformation',
    (grant) => [{ path: 'channelmix-s3.yaml', text: cloudFormationTemplate(grant) }],
    readCloudFormation,
  ],
  ['terraform', (grant) => [{ path: 'channelmix.tf', text: terraformConfig(grant) }], readTerraform],
  ['aws-cli', (grant) => [{ path: 'channelmix-s3.sh', text: awsCliScript(grant) }], readAwsCli],
  ['pulumi', pulumiProject, readPulumi],
];

/** An artefact means what its grant stands for: the same decisions, principal and attachments. */
export async function expectOneMeaning(
  generate: (grant: Grant) => readonly GeneratedFile[],
  read: ArtefactReader,
  grant: Grant,
): Promise<void> {
  const expected = accessOf(blueprint(grant));
  const actual = await read(generate(grant));
  const name = JSON.stringify(grant);
  expect(actual.principal, name).toEqual(expected.principal);
  expect(actual.attached, name).toEqual(expected.attached);
  expect(Object.keys(actual.buckets).sort(), name).toEqual(Object.keys(expected.buckets).sort());
  expect(decisionsOf(actual, grant), name).toBe(decisionsOf(expected, grant));
}
