import { expect, test } from 'vitest';
import { PHASES, type Phase, type Trap } from './proxy.ts';
import { createKillScene, type Ended, KINDS, type KillScene, type Kind, TOO_LATE } from './scene.ts';

/** What happens to a run, and where. */
const MEANS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL', 'drop', 'error', 'throttle'] as const;
type Means = (typeof MEANS)[number];

const CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const kinds = Object.keys(KINDS) as Kind[];
/** `KILLS=all`: at each request, before, in and after it. */
const ALL = process.env.KILLS === 'all';
/** A sample in CI; KILLS=1000 kills a thousand runs. */
const KILLS = ALL ? Number.NaN : Number(process.env.KILLS ?? kinds.length * MEANS.length);
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);
/** More than the 10 s of the design only where the machine has no time for the processes. */
const EXIT_LIMIT_MS = Number(process.env.KILL_LIMIT_MS ?? 10_000);

console.log(`${ALL ? 'all' : KILLS} kill points, KILL_SEED=${SEED}`);

let struck = 0;
let slowest = 0;

/** A small generator that the seed determines (mulberry32). */
function randomOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

interface Point {
  readonly at: number;
  readonly phase: Phase;
  readonly times: number;
  /** Milliseconds after the first request, instead of at one. */
  readonly delay?: number;
}

interface Outcome {
  readonly ended: Ended;
  /** Milliseconds from the signal to the end of the process. */
  readonly sinceKill: number | undefined;
}

const cases = kinds.flatMap((kind) => MEANS.map((means) => [kind, means] as const));

test.concurrent.each(cases)('%s, %s: nothing is left', async (kind, means) => {
  const number = cases.findIndex(([one, other]) => one === kind && other === means);
  const share = Math.floor(KILLS / cases.length) + (number < KILLS % cases.length ? 1 : 0);
  if (!ALL && share === 0) return;
  const scene = await createKillScene(kind);
  try {
    const random = randomOf(SEED * 1_000 + number);
    const before = scene.snapshot();
    scene.proxy.arm(undefined);
    const whole = await scene.start().ended;
    expect(whole.code, whole.stderr).toBe(scene.code);
    expect(scene.snapshot()).toEqual(before);
    const calls = scene.proxy.count();
    let wrong = 0;
    // What is left would be met by every later run.
    for (const point of ALL ? allPoints(means, calls, random) : somePoints(means, calls, random, share)) {
      if (wrong > 0) break;
      const { ended, sinceKill } = await strike(scene, means, point);
      struck += 1;
      slowest = Math.max(slowest, sinceKill ?? 0);
      if (struck % 50 === 0) console.log(`${struck} struck, slowest end ${Math.round(slowest)} ms after its signal`);
      const where = `${kind} ${means} ${JSON.stringify(point)} of ${calls} calls, KILL_SEED=${SEED}: exit ${ended.code} ${ended.signal}\n${ended.stderr}`;
      await judge(scene, means, before, { ended, sinceKill }, where).catch((error: unknown) => {
        wrong += 1;
        console.log(where, error instanceof Error ? error.message.slice(0, 4_000) : error);
      });
    }
    expect(wrong).toBe(0);
  } finally {
    await scene.close();
  }
});

/** Any request of so many, and any time of it; now and then any time at all. */
function somePoints(means: Means, calls: number, random: (below: number) => number, share: number): readonly Point[] {
  return Array.from({ length: share }, () => ({
    at: 1 + random(calls + 2),
    phase: PHASES[random(PHASES.length)] ?? 'before',
    times: means.startsWith('SIG') ? 1 : 1 + random(6),
    ...(means.startsWith('SIG') && random(6) === 0 ? { delay: random(400) } : {}),
  }));
}

function allPoints(means: Means, calls: number, random: (below: number) => number): readonly Point[] {
  const numbers = Array.from({ length: calls + 1 }, (_, index) => index + 1);
  const timesOf = () => (means.startsWith('SIG') ? 1 : 1 + random(6));
  return numbers.flatMap((at) => PHASES.map((phase) => ({ at, phase, times: timesOf() })));
}

/** One run with one thing that happens to it. */
async function strike(scene: KillScene, means: Means, point: Point): Promise<Outcome> {
  const isSignal = means.startsWith('SIG');
  let killed: number | undefined;
  let run: ReturnType<KillScene['start']> | undefined;
  const kill = () => {
    killed ??= performance.now();
    run?.kill(means as NodeJS.Signals);
  };
  const { delay } = point;
  const trap: Trap = {
    at: delay === undefined ? point.at : 1,
    phase: point.phase,
    times: point.times,
    kind: isSignal ? 'kill' : (means as 'drop' | 'error' | 'throttle'),
    spring: delay === undefined ? kill : () => void setTimeout(kill, delay),
  };
  scene.proxy.arm(trap);
  run = scene.start();
  const ended = await run.ended;
  const end = performance.now();
  await scene.proxy.idle();
  scene.proxy.arm(undefined);
  return { ended, sinceKill: killed === undefined ? undefined : end - killed };
}

async function judge(
  scene: KillScene,
  means: Means,
  before: unknown,
  { ended, sinceKill }: Outcome,
  where: string,
): Promise<void> {
  if (sinceKill !== undefined) expect(sinceKill, where).toBeLessThan(EXIT_LIMIT_MS);
  if (means === 'SIGKILL') {
    expect((await scene.journals()).length, where).toBeLessThanOrEqual(2);
  } else if (means in CODES) {
    // The signal can come when the run has ended, and before the first line of the command has run.
    const late = sinceKill === undefined || ended.stderr.includes(TOO_LATE);
    if (ended.signal !== means) expect(ended.code, where).toBe(late ? scene.code : CODES[means]);
    expect(scene.snapshot(), where).toEqual(before);
    expect(await scene.journals(), where).toEqual([]);
  } else {
    expect([scene.code, 3, 4], where).toContain(ended.code);
    if (ended.code !== 4) expect(scene.snapshot(), where).toEqual(before);
  }
  const swept = await scene.sweep();
  expect(swept?.left, where).toEqual([]);
  expect(scene.snapshot(), where).toEqual(before);
  // Half a first journal may be that of a run which just begins: it goes with a sweep after a minute, and has nothing to remove.
  const halves = means === 'SIGKILL' ? /\.tmp$/ : /^$/;
  expect(
    (await scene.journals()).filter((name) => !halves.test(name)),
    where,
  ).toEqual([]);
  scene.proxy.arm(undefined);
  await scene.sweep();
  expect(scene.proxy.writes(), where).toBe(0);
}
