/**
 * Speed of the evaluator: decisions a second on the minimal policy, against cedar-wasm on an equivalent policy and against
 * iam-simulate, in the same run; one wildcard pattern that is meant to hurt; size of the core as a browser would load it.
 * Run: npm run bench, or node --import tsx test/bench/evaluate.ts [seconds]
 */
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { gzipSync } from 'node:zlib';
import { preparsePolicySet, statefulIsAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { build } from 'esbuild';
import { readGrant } from '../../src/documents/read-grant.ts';
import { compilePolicy, decide } from '../../src/evaluate/index.ts';
import { identityPolicy } from '../../src/generate/policy-documents.ts';
import { compileGlob } from '../../src/model/wildcard.ts';

// V8 11.3 (Node 20) aborts ("unreachable code") when it deoptimizes a function while that waits for inlined WebAssembly which
// returns an object, as cedar-wasm does. A call that is not inlined costs nothing that could be measured here.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

const BUCKET = 'my-bucket';
const ROUNDS = 3;
const GOALS = { cedar: 20, simulate: 500, patternMs: 1, bundleKiB: 150 };
/** What a page in a browser uses. */
const CORE = [
  'src/evaluate/index.ts',
  'src/evaluate/matrix/index.ts',
  'src/lint/lint.ts',
  'src/lint/fix.ts',
  'src/documents/read-policies.ts',
  'src/documents/read-grant.ts',
  'src/generate/policy-documents.ts',
  'src/diagnose/index.ts',
];
const root = fileURLToPath(new URL('../../', import.meta.url));

const document =
  identityPolicy(readGrant({ auth: 'role', access: 'minimal', buckets: [{ name: BUCKET }] }, { name: 'bench' })) ??
  fail();
const principal = 'arn:aws:sts::111122223333:assumed-role/channelmix_s3_access/channelmix';
const account = '111122223333';
const key = `arn:aws:s3:::${BUCKET}/Client123/Campaign-Report/marketing_campaigns_sep_2024.csv`;
/** Action, resource, whether it is allowed. */
const requests: readonly (readonly [string, string, boolean])[] = [
  ['s3:GetObject', key, true],
  ['s3:PutObject', key, true],
  ['s3:DeleteObject', key, true],
  ['s3:ListBucket', `arn:aws:s3:::${BUCKET}`, true],
  ['s3:GetObject', key.replace(BUCKET, 'other-bucket'), false],
  ['s3:ListBucket', 'arn:aws:s3:::other-bucket', false],
  ['s3:PutObjectAcl', key, false],
  ['s3:DeleteBucket', `arn:aws:s3:::${BUCKET}`, false],
];

/** Decides request `n` of the list. */
type Contender = (n: number) => boolean | Promise<boolean>;

function kit(): Contender {
  const policies = { identity: [compilePolicy(document, { name: 'minimal', kind: 'identity' })] };
  const ready = requests.map(([action, resource]) => ({
    principal,
    action,
    resource,
    resourceAccount: account,
    context: {},
  }));
  return (n) => decide(ready[n] ?? fail(), policies).decision === 'allow';
}

/** Policies parsed ahead; ARNs in the context, so that there are no entities to read. */
function cedar(): Contender {
  const policies = `
    permit(principal, action in [Action::"s3:PutObject", Action::"s3:GetObject", Action::"s3:DeleteObject"], resource)
      when { context.arn like "arn:aws:s3:::${BUCKET}/*" };
    permit(principal, action == Action::"s3:ListBucket", resource) when { context.arn == "arn:aws:s3:::${BUCKET}" };`;
  const parsed = preparsePolicySet('minimal', { staticPolicies: policies });
  if (parsed.type !== 'success') throw new Error(JSON.stringify(parsed));
  const ready = requests.map(([action, arn]) => ({
    principal: { type: 'Session', id: 'channelmix' },
    action: { type: 'Action', id: action },
    resource: { type: 'Resource', id: 'r' },
    context: { arn },
    preparsedPolicySetId: 'minimal',
    entities: [],
  }));
  return (n) => {
    const answer = statefulIsAuthorized(ready[n] ?? fail());
    if (answer.type !== 'success') throw new Error(JSON.stringify(answer));
    return answer.response.decision === 'allow';
  };
}

/** The entry that its README shows: it checks the policies, drops keys that do not belong to the action, and decides. */
function simulate(): Contender {
  const ready = requests.map(([action, resource]) => ({
    request: { principal, action, resource: { resource, accountId: account }, contextVariables: {} },
    identityPolicies: [{ name: 'minimal', policy: document }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }));
  return async (n) => {
    const answer = await runSimulation(ready[n] ?? fail(), {});
    if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
    return answer.overallResult === 'Allowed';
  };
}

function fail(): never {
  throw new Error('no such request');
}

/** Decisions a second. The answers are summed up, so that no compiler leaves the work out. */
async function rate(decideOne: Contender, seconds: number): Promise<number> {
  const expected = requests.filter(([, , allowed]) => allowed).length;
  const end = performance.now() + seconds * 1000;
  const started = performance.now();
  let rounds = 0;
  const first = decideOne(0);
  if (typeof first === 'boolean') {
    while (performance.now() < end) {
      let allowed = 0;
      for (let batch = 0; batch < 16; batch++) {
        for (let n = 0; n < requests.length; n++) if (decideOne(n)) allowed++;
      }
      if (allowed !== expected * 16) throw new Error('wrong answers');
      rounds += 16;
    }
  } else {
    while (performance.now() < end) {
      let allowed = 0;
      for (let n = 0; n < requests.length; n++) if (await decideOne(n)) allowed++;
      if (allowed !== expected) throw new Error('wrong answers');
      rounds++;
    }
  }
  return (rounds * requests.length * 1000) / (performance.now() - started);
}

async function agree(contenders: Readonly<Record<string, Contender>>): Promise<void> {
  for (const [name, decideOne] of Object.entries(contenders)) {
    for (const [n, [action, resource, allowed]] of requests.entries()) {
      if ((await decideOne(n)) !== allowed) throw new Error(`${name} is wrong about ${action} on ${resource}`);
    }
  }
}

/** Milliseconds of the worst of several patterns of 50 stars on 2 KB. */
function patternMs(): number {
  const text = 'a'.repeat(2048);
  const patterns = [
    `${'*a'.repeat(50)}*b`,
    `${'a*'.repeat(50)}b`,
    `${'*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'.repeat(50)}*`,
    `${'*?'.repeat(50)}b`,
  ];
  return Math.max(
    ...patterns.map((pattern) => {
      const glob = compileGlob(pattern);
      const times = Array.from({ length: 30 }, () => {
        const start = performance.now();
        if (glob(text)) throw new Error(`${pattern} must not match`);
        return performance.now() - start;
      });
      return median(times);
    }),
  );
}

async function bundleKiB(): Promise<number> {
  const contents = CORE.map((file, n) => `export * as r${n} from './${file}';`).join('\n');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    mainFields: ['module', 'main'],
    write: false,
  });
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length / 1024;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function line(what: string, value: string, goal?: string, reached = true): void {
  console.log(
    `${what.padEnd(44)} ${value.padStart(14)}${goal === undefined ? '' : `   goal ${goal}${reached ? '' : '  MISSED'}`}`,
  );
  if (!reached) process.exitCode = 1;
}

async function bench(seconds: number): Promise<void> {
  console.log(`node ${process.version}, ${cpus().length} cores; ${seconds} s a round, median of ${ROUNDS} rounds`);
  const contenders = { kit: kit(), cedar: cedar(), simulate: simulate() };
  await agree(contenders);
  const rates: Record<keyof typeof contenders, number[]> = { kit: [], cedar: [], simulate: [] };
  for (const decideOne of Object.values(contenders)) await rate(decideOne, seconds / 2);
  for (let round = 0; round < ROUNDS; round++) {
    for (const name of ['kit', 'cedar', 'simulate'] as const) {
      rates[name].push(await rate(contenders[name], seconds));
    }
  }
  const [ours, cedars, simulates] = [median(rates.kit), median(rates.cedar), median(rates.simulate)];
  const count = (n: number): string => Math.round(n).toLocaleString('en');
  line('decisions/s, this kit, compiled', count(ours));
  line('decisions/s, cedar-wasm, preparsed', count(cedars));
  line('decisions/s, iam-simulate', count(simulates));
  line('ratio to cedar-wasm', (ours / cedars).toFixed(1), `${GOALS.cedar}`, ours / cedars >= GOALS.cedar);
  line('ratio to iam-simulate', (ours / simulates).toFixed(0), `${GOALS.simulate}`, ours / simulates >= GOALS.simulate);
  const ms = patternMs();
  line('50 stars on 2 KB, ms', ms.toFixed(3), `< ${GOALS.patternMs}`, ms < GOALS.patternMs);
  const size = await bundleKiB();
  line('core for a browser, KiB gzipped', size.toFixed(1), `< ${GOALS.bundleKiB}`, size < GOALS.bundleKiB);
}

await bench(Number(process.argv[2] ?? 2));
