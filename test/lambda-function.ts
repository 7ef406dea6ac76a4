import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { CLIENT_ACCOUNT } from './verify/setup.ts';

/** A Lambda function of a template, bundled. */
export type LambdaFunction = Awaited<ReturnType<typeof bundleLambda>>;

/** Bundles a template's function as its README says, but that the package's name leads to the source; what the runtime has stays out. */
export async function bundleLambda(template: string, library: 'audit' | 'verify', external: readonly string[] = []) {
  const folder = await mkdtemp(join(tmpdir(), 'lambda-'));
  const outfile = join(folder, 'index.js');
  const path = (relative: string) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
  await build({
    entryPoints: [path(`templates/${template}/handler.mjs`)],
    alias: { [`channelmix-s3/${library}`]: path(`src/${library}/library.ts`) },
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    outfile,
    external: [...external],
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
  return {
    /** Runs the handler in a process of its own: what it logged, and at the end what it answered. */
    async invoke(environment: Readonly<Record<string, string>>) {
      const script = `require(${JSON.stringify(outfile)}).handler().then((answer) => console.log(JSON.stringify(answer)))`;
      const env = {
        PREFIXES: '',
        ACCESS: 'minimal',
        KMS_KEY_ARN: '',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: CLIENT_ACCOUNT,
        AWS_SECRET_ACCESS_KEY: CLIENT_ACCOUNT,
        ...environment,
      };
      const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], { env });
      return stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    },
    remove: () => rm(folder, { recursive: true }),
  };
}
