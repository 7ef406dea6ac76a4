/** Every bench, one after another, each in a process of its own; `npm run bench`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const benches = ['evaluate.ts', 'lint.ts', 'generate.ts', 'sandbox.ts', 'verify.ts', 'fleet.ts', 'audit.ts'];

for (const name of benches) {
  console.log(`\n== ${name}`);
  const file = fileURLToPath(new URL(name, import.meta.url));
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const { status } = spawnSync(process.execPath, ['--import', 'tsx', file], { stdio: 'inherit', env });
  if (status !== 0) {
    console.log(`${name} failed`);
    process.exitCode = 1;
  }
}
