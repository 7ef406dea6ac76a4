import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audit, expectationOf, readSource } from '../../src/audit/index.ts';
import { readGrant } from '../../src/documents/read-grant.ts';
import { terraformConfig } from '../../src/generate/terraform/index.ts';
import { channelMixUser, verifyGranted } from './generated-script.ts';
import { ACCOUNTS } from './localemu.ts';
import { judges, type SandboxPeer, startSandboxPeer } from './peers.ts';
import { type Finished, run } from './processes.ts';
import type { Credentials } from './stage.ts';
import { findTerraform, quiet } from './terraform-program.ts';

/** The provider is in no package registry: TF_PLUGIN_DIR names a folder that has it, as `terraform init -plugin-dir` wants it. */
const plugins = process.env.TF_PLUGIN_DIR;
const terraform = plugins === undefined || judges() === null ? undefined : await findTerraform();
if (terraform === undefined) console.log('peers: TF_PLUGIN_DIR names no provider: nothing is applied with Terraform');
const timeout = 600_000;

describe.skipIf(terraform === undefined)(
  'a generated configuration, applied by Terraform with the real provider',
  () => {
    let peer: SandboxPeer;
    let caller: Credentials;
    let folder: string;

    beforeAll(async () => {
      peer = await startSandboxPeer();
      caller = await channelMixUser(peer);
      folder = await mkdtemp(join(tmpdir(), 'channelmix-terraform-apply-'));
    });
    afterAll(async () => {
      if (peer === undefined) return;
      await peer.sandbox.close();
      expect(peer.sandbox.bugs()).toEqual([]);
      await rm(folder, { recursive: true });
    });

    /** Terraform for a grant, in a folder of its own. */
    async function workspace(name: string) {
      const home = join(folder, name);
      await mkdir(home);
      await writeFile(join(home, 'sandbox_override.tf'), provider(peer.endpoint));
      const call = async (...args: readonly string[]): Promise<Finished> =>
        run(terraform ?? '', [`-chdir=${home}`, ...args], { seconds: 300, env: quiet() });
      const done = async (...args: readonly string[]): Promise<string> => {
        const { code, stdout, stderr } = await call(...args);
        expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
        return stdout;
      };
      return {
        done,
        write: (grant: object) => writeFile(join(home, 'main.tf'), terraformConfig(readGrant(grant, { name }))),
        // 0: there is nothing to change.
        differs: async () => (await call('plan', '-detailed-exitcode', '-input=false')).code,
      };
    }

    test('a role: audited as a plan and as a state, verified, changed in place, and removed', { timeout }, async () => {
      const [bucket, prefixes] = ['applied-role', ['Client123/']] as const;
      const grant = { buckets: [{ name: bucket, create: true, prefixes }], protectBucket: false };
      const before = JSON.stringify(peer.sandbox.snapshot());
      const { done, write, differs } = await workspace('role');
      await write(grant);
      await done('init', `-plugin-dir=${plugins}`, '-input=false');
      await done('plan', '-out=plan', '-input=false');
      expect(worst(await done('show', '-json', 'plan'), bucket, prefixes)).toEqual([]);
      await done('apply', '-input=false', 'plan');
      expect(worst(await done('show', '-json'), bucket, prefixes)).toEqual([]);
      expect(await differs()).toBe(0);
      const roleArn = JSON.parse(await done('output', '-json', 'role_arn'));
      expect(await verifyGranted(peer, { roleArn, caller }, { bucket, prefixes })).toEqual([]);

      await write({ ...grant, access: 'extended' });
      expect(await differs()).toBe(2);
      await done('apply', '-auto-approve', '-input=false');
      expect(JSON.parse(await done('output', '-json', 'role_arn'))).toBe(roleArn);
      expect(await verifyGranted(peer, { roleArn, caller }, { bucket, prefixes, access: 'extended' })).toEqual([]);
      await done('destroy', '-auto-approve', '-input=false');
      expect(JSON.stringify(peer.sandbox.snapshot())).toBe(before);
    });
  },
);

/** What is found in a plan or state, beside suggestions, and what of it is open. */
function worst(text: string, bucket: string, prefixes: readonly string[]): readonly string[] {
  const { documents } = readSource([{ path: 'terraform.json', text }], {});
  const expected = expectationOf(documents, 'minimal', [{ name: bucket, prefixes }]);
  const { findings, unjudged } = audit({ documents, expected, now: new Date().toISOString() });
  return [
    ...findings.filter(({ severity }) => severity !== 'suggestion').map(({ message }) => message),
    ...unjudged.filter(({ open }) => open).map(({ what }) => what),
  ];
}

function provider(endpoint: string): string {
  return `provider "aws" {
  region                      = "us-east-1"
  access_key                  = "${ACCOUNTS.client}"
  secret_key                  = "${ACCOUNTS.client}"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true
  endpoints {
    iam = "${endpoint}"
    kms = "${endpoint}"
    s3  = "${endpoint}"
    sts = "${endpoint}"
  }
}
`;
}
