import { afterAll, vi } from 'vitest';
import { createScene, type Kind, type Scene } from './scene.ts';

/** `FAULT_MATRIX=full`: every combination; otherwise the same sample each time. */
export const FULL = process.env.FAULT_MATRIX === 'full';

/** The limit of one test. */
export const LIMIT_MS = FULL ? 3_600_000 : 60_000;

/** Every n-th case, so that about `most` remain; all of them in a full run. */
export function sampled<T>(cases: readonly T[], most: number): readonly T[] {
  if (FULL || cases.length <= most) return cases;
  // A stride that shares no factor with the sizes of the tables, or whole columns would be left out.
  const stride = cases.length / most;
  return Array.from({ length: most }, (_, index) => cases[Math.floor(index * stride)]).flatMap((one) =>
    one === undefined ? [] : [one],
  );
}

/** The pauses between the SDK's attempts are a random part of a longest one; here they are 0. Gives the function that ends it. */
export function withoutPauses(): () => void {
  const spy = vi.spyOn(Math, 'random').mockReturnValue(0);
  return () => spy.mockRestore();
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
export interface Score {
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
