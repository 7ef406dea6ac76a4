import { afterAll, vi } from 'vitest';
import type { VerifyPorts } from '../../../src/verify/index.ts';
import { createScene, type Kind, type Scene } from './scene.ts';

/** `FAULT_MATRIX=full`: every combination; otherwise the same sample each time. */
export const FULL = process.env.FAULT_MATRIX === 'full';

/** The limit of one test. */
export const LIMIT_MS = FULL ? 3_600_000 : 60_000;

/** About `most` cases from everywhere in the table, each time the same; all of them in a full run. */
export function sampled<T>(cases: readonly T[], most: number): readonly T[] {
  const { length } = cases;
  if (FULL || length <= most) return cases;
  // A step that shares no factor with the table's size, or whole columns would be left out.
  let step = Math.round(length * 0.618);
  while (gcd(step, length) > 1) step += 1;
  return Array.from({ length: most }, (_, index) => cases[(index * step) % length]).flatMap((one) =>
    one === undefined ? [] : [one],
  );
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** The pauses between the SDK's attempts are a random part of a longest one; here they are 0. Gives the function that ends it. */
export function withoutPauses(): () => void {
  const spy = vi.spyOn(Math, 'random').mockReturnValue(0);
  return () => spy.mockRestore();
}

/** How much shorter the limits of time are under `withShortLimits`: a call 1.5 s, no byte 0.5 s, the run 15 s, its cleanup 1.5 s. */
const SHORTER = 20;

/** Every limit of a run, so much shorter. Gives the ports for it, and the function that ends it. */
export function withShortLimits(): { readonly shorten: (ports: VerifyPorts) => VerifyPorts; readonly end: () => void } {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  const spy = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(Math.ceil(ms / SHORTER)));
  return { shorten: shortenPorts, end: () => spy.mockRestore() };
}

interface Handler {
  readonly updateHttpClientConfig: (name: string, ms: number) => void;
}

/** As `src/aws/clients.ts` sets them. */
const HANDLER_LIMITS = { socketTimeout: 10_000, requestTimeout: 30_000 } as const;

function shortenPorts(ports: VerifyPorts): VerifyPorts {
  const hurry = <C extends { readonly config: { readonly requestHandler: unknown } }>(client: C): C => {
    const handler = client.config.requestHandler as Handler;
    for (const [name, ms] of Object.entries(HANDLER_LIMITS)) handler.updateHttpClientConfig(name, ms / SHORTER);
    return client;
  };
  return {
    ...ports,
    clients: (overrides) => {
      const clients = ports.clients(overrides);
      return { ...clients, s3: async () => hurry(await clients.s3()), sts: async () => hurry(await clients.sts()) };
    },
  };
}

/** Scenes of a kind, each for one run at a time; closed at the end of the file. */
export function scenePool(): { readonly use: <T>(kind: Kind, act: (scene: Scene) => Promise<T>) => Promise<T> } {
  const free = new Map<Kind, Scene[]>();
  const all: Scene[] = [];
  afterAll(() => Promise.all(all.map((scene) => scene.close())));
  return {
    use: async (kind, act) => {
      const idle = free.get(kind) ?? [];
      free.set(kind, idle);
      let scene = idle.pop();
      if (scene === undefined) {
        scene = await createScene(kind);
        all.push(scene);
      }
      try {
        return await act(scene);
      } finally {
        idle.push(scene);
      }
    },
  };
}

/** What was tried and what came of it, told at the end of a full run. */
interface Score {
  combinations: number;
  falseVerdicts: number;
  leftovers: number;
  longestMs: number;
  readonly exits: Record<number, number>;
}

/** A score that is printed after a full run. */
export function keepScore(name: string): { readonly add: (judged: Judged) => void } {
  const score: Score = { combinations: 0, falseVerdicts: 0, leftovers: 0, longestMs: 0, exits: {} };
  afterAll(() => {
    if (FULL) console.log(`${name}: ${JSON.stringify({ ...score, longestMs: Math.round(score.longestMs) })}`);
  });
  return {
    add: ({ wrong, ms, exit }) => {
      score.combinations += 1;
      score.falseVerdicts += wrong.filter((one) => one.startsWith('false verdict')).length;
      score.leftovers += wrong.filter((one) => one.startsWith('left behind')).length;
      score.longestMs = Math.max(score.longestMs, ms);
      score.exits[exit] = (score.exits[exit] ?? 0) + 1;
    },
  };
}

type Judged = Awaited<ReturnType<Scene['run']>>;
