import { tmpdir } from 'node:os';
import { run } from './processes.ts';

/** An environment without the settings of whoever runs the tests. */
export function quiet(): Readonly<Record<string, string>> {
  return { PATH: process.env.PATH ?? '', HOME: tmpdir(), CHECKPOINT_DISABLE: '1', TF_CLI_ARGS: '', NO_COLOR: '1' };
}

/** Terraform or OpenTofu: what TOFU names, `tofu` or `terraform` on PATH. Neither is in a package registry. */
export async function findTerraform(): Promise<string | undefined> {
  for (const candidate of [process.env.TOFU, 'tofu', 'terraform']) {
    if (candidate === undefined) continue;
    const { code } = await run(candidate, ['version'], { seconds: 20, env: quiet() });
    if (code === 0) return candidate;
  }
  return undefined;
}
