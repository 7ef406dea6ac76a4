/**
 * Speed of an audit offline: CPU time for accounts' documents, rules and matrix, and for the matrix alone; and the matrix of one account
 * against the same cells decided one by one, by iam-simulate and by the kit's own evaluator, in the same run; and `fleet audit` of
 * saved accounts by the command line. Ends with 1 when a goal is missed.
 * Run: npm run bench, or node --import tsx test/bench/audit.ts 1000
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { audit, writeDocuments } from '../../src/audit/index.ts';
import { auditMatrix } from '../../src/audit/matrix.ts';
import type { AuditCell, AuditExpectation } from '../../src/model/audit.ts';
import type { AuditDocuments } from '../../src/model/audit-documents.ts';
import type { Grant } from '../../src/model/grant.ts';
import { bruteForce } from '../audit/brute-force.ts';
import { ACCOUNT, deployed, expectedOf, GRANT, KEY_ARN, NOW } from '../audit/documents.ts';
import { MATRIX_ACCOUNTS } from '../audit/matrix-accounts.ts';

/**
 * Of issue 7: 1,000 accounts in 10 s on 2 cores, here of one. Requests against the matrix of the same account. The wall time of 1,000 is an aim
 * only: whatever else the machine does would miss it.
 */
const GOALS = { auditMs: 10, matrixMs: 6, simulate: 30, memory: 1.25 };
const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));
/** Requests that iam-simulate decides; the time for all cells follows from it. */
const SAMPLE = 150;
const ROUNDS = 3;

interface Account {
  readonly documents: AuditDocuments;
  readonly expected: AuditExpectation;
}

function account(index: number, grant: Partial<Grant>): Account {
  const { buckets = GRANT.buckets } = grant;
  const own = { ...GRANT, ...grant, buckets: buckets.map((one) => ({ ...one, name: `${one.name}-${index}` })) };
  return { documents: deployed(own), expected: expectedOf(own) };
}

const bucket = (name: string, prefixes: readonly string[] = [], kmsKeyArn?: string) => ({
  name,
  create: prefixes.length === 0,
  prefixes,
  ...(kmsKeyArn === undefined ? {} : { kmsKeyArn }),
});
const FULL: Partial<Grant> = {
  access: 'full',
  buckets: ['a', 'b', 'c', 'd', 'e'].map((name) => bucket(`acme-${name}`)),
};

/** What accounts are like: the grants of the kit, full access, and everything that makes an answer depend on something. */
const KINDS: readonly ((index: number) => Account)[] = [
  (index) => account(index, {}),
  (index) => account(index, { auth: 'key' }),
  (index) => account(index, { access: 'extended', buckets: [bucket('acme', ['Client123/', 'Client124/'], KEY_ARN)] }),
  (index) => account(index, { buckets: [bucket('acme-raw'), bucket('acme-reports', ['out/'])] }),
  (index) => account(index, FULL),
  (index) => MATRIX_ACCOUNTS[Math.floor(index / 6) % MATRIX_ACCOUNTS.length] ?? account(index, {}),
];

function cpuMs(work: () => void): number {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

function line(what: string, value: string, goal?: string, reached = true): void {
  const aim = goal === undefined ? '' : `   goal ${goal}${reached ? '' : '  MISSED'}`;
  console.log(`${what.padEnd(56)} ${value.padStart(10)}${aim}`);
  if (!reached) process.exitCode = 1;
}

/** Milliseconds for all cells of an account, each decided about one resource by iam-simulate. */
async function simulateMs({ principal }: AuditDocuments, cells: readonly AuditCell[]): Promise<number> {
  const identityPolicies = principal.identity.read.map(({ name, document }) => ({ name, policy: document }));
  const asked = cells.filter((_, index) => index % Math.ceil(cells.length / SAMPLE) === 0);
  const start = performance.now();
  for (const { action, resource } of asked) {
    const answer = await runSimulation(
      {
        request: {
          principal: principal.arn,
          action,
          resource: { resource: resource.replaceAll('*', 'x'), accountId: ACCOUNT },
          contextVariables: {},
        },
        identityPolicies,
        serviceControlPolicies: [],
        resourceControlPolicies: [],
      },
      {},
    );
    if (answer.resultType === undefined) throw new Error('no answer');
  }
  return ((performance.now() - start) / asked.length) * cells.length;
}

async function bench(count: number): Promise<void> {
  console.log(`node ${process.version}, ${cpus().length} cores; ${count} accounts, CPU time, best of ${ROUNDS} rounds`);
  const accounts = Array.from({ length: count }, (_, index) =>
    (KINDS[index % KINDS.length] ?? KINDS[0])?.(index),
  ).filter((one) => one !== undefined);
  // Each round has documents of its own: what is compiled once must not be known from the round before.
  const round = (work: (one: Account) => void): number => {
    const fresh = structuredClone(accounts);
    return cpuMs(() => fresh.forEach(work));
  };
  // The best: work of others on the same processors costs CPU time too.
  const rounds = (work: (one: Account) => void): number =>
    Math.min(...Array.from({ length: ROUNDS }, () => round(work))) / accounts.length;
  for (const one of accounts.slice(0, 60)) audit({ ...one, now: NOW });
  const matrixMs = rounds(({ documents, expected }) => auditMatrix(documents, expected, NOW));
  const auditMs = rounds((one) => audit({ ...one, now: NOW }));
  line('the matrix of an account, ms', matrixMs.toFixed(2), `< ${GOALS.matrixMs}`, matrixMs < GOALS.matrixMs);
  line('an audit with all rules, ms', auditMs.toFixed(2), `< ${GOALS.auditMs}`, auditMs < GOALS.auditMs);

  const { documents, expected } = account(0, FULL);
  const cells = auditMatrix(documents, expected, NOW);
  const ours = Math.min(...Array.from({ length: 21 }, () => cpuMs(() => auditMatrix(documents, expected, NOW))));
  let theirs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) theirs = Math.min(theirs, await simulateMs(documents, cells));
  const forced = cpuMs(() => {
    if (bruteForce(documents, expected, { now: NOW, cells }).disagreements.length > 0) throw new Error('wrong answers');
  });
  line(
    `full access to five buckets, ${cells.length} cells, ms`,
    ours.toFixed(2),
    `< ${GOALS.matrixMs}`,
    ours < GOALS.matrixMs,
  );
  line('the same cells, one request each, iam-simulate, ms', theirs.toFixed(0));
  line('ratio', (theirs / ours).toFixed(0), `${GOALS.simulate}`, theirs / ours >= GOALS.simulate);
  line('10,000 requests of it one by one, this kit, ms', forced.toFixed(0));
}

/** Leaves no room to put off the collection of garbage: what is kept is what is measured. */
const TIGHT = ['--max-old-space-size=96'];

/** What a run of the command line took: wall time in seconds, and the most memory in MiB. */
function fleetAudit(
  folder: string,
  files: readonly string[],
  flags: readonly string[] = [],
): { seconds: number; mib: number } {
  const script = `if (require('node:worker_threads').isMainThread)
    process.on('exit', () => process.stderr.write('\\n' + process.resourceUsage().maxRSS));`;
  const preload = join(folder, 'memory.cjs');
  writeFileSync(preload, script);
  const state = join(folder, `${files.length}${flags.join('')}.ndjson`);
  const args = [...flags, '--require', preload, CLI, 'fleet', 'audit', ...files, '--state', state];
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 268_435_456 });
  if (status !== 0 && status !== 1) throw new Error(`exit code ${status}: ${stderr}`);
  return { seconds: (performance.now() - start) / 1_000, mib: Number(/\d+$/.exec(stderr)?.[0]) / 1_024 };
}

/** The same by the command line, from files that `audit --save` wrote: with its start, reading, checking and writing. */
function benchFleet(count: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'channelmix-bench-audit-'));
  try {
    const files = Array.from({ length: count }, (_, index) => {
      const path = join(folder, `account-${index}.json`);
      const { documents } = (KINDS[index % KINDS.length] ?? account)(index, {});
      writeFileSync(path, writeDocuments(documents));
      return path;
    });
    const { seconds } = fleetAudit(folder, files);
    line(`fleet audit of ${count} saved accounts, wall time, s`, `${seconds.toFixed(1)} (aim for 1,000: 10)`);
    const quarter = fleetAudit(folder, files.slice(0, Math.ceil(count / 4)), TIGHT);
    const whole = fleetAudit(folder, files, TIGHT);
    const ratio = whole.mib / quarter.mib;
    line(`its memory, MiB (${quarter.mib.toFixed(0)} for a quarter of them)`, whole.mib.toFixed(0));
    line('ratio', ratio.toFixed(2), `< ${GOALS.memory}`, ratio < GOALS.memory);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const accounts = Number(process.argv[2] ?? 1_000);
await bench(Math.ceil(accounts / 5));
benchFleet(accounts);
