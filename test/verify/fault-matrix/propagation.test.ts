import { afterAll, beforeAll, expect, test } from 'vitest';
import type { VerifyReport } from '../../../src/model/check.ts';
import type { PolicyDocument } from '../../../src/model/policy.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/index.ts';
import {
  CLIENT_ACCOUNT,
  channelMixPorts,
  createBucket,
  createRole,
  leavesNothing,
  policyFor,
  rootClients,
  verifyRole,
} from '../helpers.ts';
import { FULL, LIMIT_MS, sampled } from './matrix.ts';
import { createVirtualTime } from './virtual-time.ts';

const bucket = 'spreading';
const access = 'extended';
const DELAYS = [0, 1_000, 5_000, 15_000, 30_000, 60_000];
const ACTIONS = [
  's3:PutObject',
  's3:GetObject',
  's3:ListBucket',
  's3:DeleteObject',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
];
const SEEDS = FULL ? Array.from({ length: 20 }, (_, index) => index + 1) : [1];
/** The longest pause between two questions. */
const PAUSE_MS = 2_000;

const WHOLE = policyFor({ name: '', bucket, access });
/** The policy of the grant without an action, or without any that matters. */
function without(action: string | undefined): PolicyDocument {
  const text = JSON.stringify(WHOLE);
  const names = action === undefined ? ACTIONS : [action];
  return JSON.parse(names.reduce((now, name) => now.replaceAll(`"${name}"`, '"s3:GetBucketTagging"'), text));
}

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
  await createBucket(sandbox.endpoint, bucket);
});
afterAll(() => sandbox.close());

let roles = 0;
let longest = 0;
afterAll(() => {
  if (FULL) console.log(`propagation: ${roles} roles, longest ${Math.round(longest)} ms after the change had spread`);
});

interface Case {
  /** What is new: the whole role, or an action in the policy of an old one. */
  readonly fresh: 'role' | string;
  readonly delayMs: number;
  readonly flapMs?: number;
  readonly seed: number;
}

/** A change, and a verify at the same moment. Gives the report, and how long the run took by its own time. */
async function afterChange(
  { fresh, delayMs, flapMs = 0, seed }: Case,
  waitMs: number,
): Promise<{ readonly report: VerifyReport; readonly ms: number }> {
  const { endpoint, faults } = sandbox;
  roles += 1;
  const name = `spreading-${roles}`;
  const begin = () => {
    faults.iamDelayMs = delayMs;
    faults.iamFlapMs = flapMs;
  };
  if (fresh === 'role') begin();
  const policy = fresh === 'role' ? WHOLE : without(fresh);
  const roleArn = await createRole(endpoint, { name, bucket, ...(policy === undefined ? {} : { policy }) });
  if (fresh !== 'role') {
    sandbox.clock.advance(3_600_000);
    begin();
    const iam = await rootClients(endpoint, CLIENT_ACCOUNT).iam();
    const PolicyDocument = JSON.stringify(WHOLE);
    await iam.putRolePolicy({ RoleName: name, PolicyName: 'channelmix', PolicyDocument });
  }
  const ports = { ...channelMixPorts(endpoint), random: randomOf(seed) };
  const time = createVirtualTime(sandbox, ports);
  try {
    const flags = { roleArn, bucket, access };
    const report = await leavesNothing(sandbox, () => verifyRole(endpoint, flags, { ports: time.ports, waitMs }));
    return { report, ms: time.elapsed() };
  } finally {
    time.end();
    faults.clear();
    sandbox.clock.advance(3_600_000);
  }
}

/** Numbers from 0 to 1 that the seed determines. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const each = (fresh: readonly string[], delays: readonly number[], flapMs?: number): readonly Case[] =>
  SEEDS.flatMap((seed) =>
    delays.flatMap((delayMs) =>
      fresh.map((what) => ({ fresh: what, delayMs, seed, ...(flapMs === undefined ? {} : { flapMs }) })),
    ),
  );

// The settled part of the time to wait is a third: 60 s of a single action need 180.
const SPREADING = sampled(
  [...each(['role', ...ACTIONS], DELAYS), ...each(['role', 's3:GetObject'], [0, 5_000], 8_000)],
  6,
);

test.each(SPREADING)(
  'a change that spreads late is waited for, and ends in the right verdict: $fresh after $delayMs ms, seed $seed',
  async (one) => {
    const { report, ms } = await afterChange(one, 190_000);
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    const whenSpread = one.delayMs + (one.flapMs ?? 0);
    // A call that was refused last before it had spread, and what follows from it.
    expect(ms).toBeLessThan(whenSpread + 2 * PAUSE_MS + 1_000);
    longest = Math.max(longest, ms - whenSpread);
  },
  LIMIT_MS,
);

test.each(DELAYS.filter((ms) => ms <= 15_000 && (FULL || ms === 15_000)))(
  'the default wait is enough for a new role after %i ms',
  async (delayMs) => {
    const { report } = await afterChange({ fresh: 'role', delayMs, seed: 7 }, 30_000);
    expect(report.ok).toBe(true);
  },
  LIMIT_MS,
);

test('a true refusal takes the wait and no more: 30 s where nothing is allowed yet, a third where other calls are', async () => {
  const never = 3_600_000;
  const role = await afterChange({ fresh: 'role', delayMs: never, seed: 3 }, 30_000);
  expect(role.report.checks[0]).toMatchObject({ id: 'assume-role', result: 'deny' });
  expect(role.ms).toBeLessThan(31_000);
  const action = await afterChange({ fresh: 's3:ListBucket', delayMs: never, seed: 3 }, 30_000);
  expect(action.report.checks.filter(({ ok }) => !ok).map(({ id }) => id)).toEqual(['list-bucket']);
  expect(action.ms).toBeLessThan(11_000);
});

test.each([
  ['a second', 1_000, true],
  ['longer than anybody may ask', 3_600_000, false],
] as const)(
  'a permission that is taken away is asked about again while it is still given: for %s',
  async (_name, delayMs, refused) => {
    const { endpoint, faults } = sandbox;
    roles += 1;
    const name = `spreading-${roles}`;
    const [own = []] = [[WHOLE?.Statement ?? []].flat()];
    const wide = { ...WHOLE, Statement: [...own, { Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' }] };
    const roleArn = await createRole(endpoint, { name, bucket, policy: wide as PolicyDocument });
    sandbox.clock.advance(3_600_000);
    faults.iamDelayMs = delayMs;
    const iam = await rootClients(endpoint, CLIENT_ACCOUNT).iam();
    await iam.putRolePolicy({ RoleName: name, PolicyName: 'channelmix', PolicyDocument: JSON.stringify(WHOLE) });
    const time = createVirtualTime(sandbox, channelMixPorts(endpoint));
    try {
      const flags = { roleArn, bucket, access };
      const report = await verifyRole(endpoint, flags, { ports: time.ports, waitMs: 30_000 });
      expect(report.checks.find(({ id }) => id === 'denied:s3:ListAllMyBuckets')).toMatchObject({
        result: refused ? 'deny' : 'allow',
        ok: refused,
      });
      expect(report.ok).toBe(refused);
      // Two answers that agree are enough.
      if (!refused) expect(time.elapsed()).toBeLessThan(5_000);
    } finally {
      time.end();
      faults.clear();
      sandbox.clock.advance(3_600_000);
    }
  },
);
