/** Every bench, one after another, each in a process of its own; `npm run bench`. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const benches = ['evaluate.ts', 'lint.ts', 'generate.ts', 'sandbox.ts', 'verify.ts', 'fleet.ts', 'audit.ts'];

for (const name of benches) {
  console.log(`\n== ${name}`);
  const file = fileURLToPath(new URL(name, import.meta.url));
  const env = { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
  const run = () => spawnSync(process.execPath, ['--import', 'tsx', file], { stdio: 'inherit', env });
  let { status, signal } = run();
  if (signal !== null) {
    // Node 20 dies of itself now and then ("unreachable code", https://github.com/nodejs/node/issues/51555), which says nothing about what is
    // measured. A bench that fails ends with a status.
    console.log(`${name} was ended by ${signal}; once more`);
    ({ status, signal } = run());
  }
  if (status !== 0) process.exitCode = 1;
}
