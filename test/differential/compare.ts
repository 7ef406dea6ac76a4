import { evaluateCase } from '../../src/evaluate/index.ts';
import { CAUSES, causesOf } from './causes.ts';
import { randomCase, randomSource } from './random-case.ts';
import { simulate } from './simulate.ts';

/** What came of a run of random cases. */
export interface Comparison {
  readonly decisions: Readonly<Record<'allow' | 'explicitDeny' | 'implicitDeny', number>>;
  /** How many disagreements each known cause explains. */
  readonly explained: ReadonlyMap<string, number>;
  /** The first three. */
  readonly unexplained: readonly string[];
}

/** Decides `count` random cases with both. Keys that iam-simulate's data says the request cannot have are left out for us too. */
export async function compare(seed: number, count: number): Promise<Comparison> {
  const random = randomSource(seed);
  const decisions = { allow: 0, explicitDeny: 0, implicitDeny: 0 };
  const explained = new Map<string, number>();
  const unexplained: string[] = [];
  for (let index = 0; index < count; index++) {
    const drawn = randomCase(random);
    const theirs = await simulate(drawn);
    const keys = Object.entries(drawn.request.context ?? {}).filter(([key]) => !theirs.ignoredKeys.includes(key));
    const given = { ...drawn, request: { ...drawn.request, context: Object.fromEntries(keys) } };
    const ours = evaluateCase(given);
    decisions[ours.decision]++;
    if (ours.decision === theirs.decision) continue;
    const causes = causesOf(given, CAUSES, (rewritten) => evaluateCase(rewritten).decision === theirs.decision);
    for (const { name } of causes ?? []) explained.set(name, (explained.get(name) ?? 0) + 1);
    if (causes === undefined && unexplained.length < 3) {
      unexplained.push(
        `seed ${seed}, case ${index}: we say ${JSON.stringify(ours)}, they say ${theirs.decision}: ${JSON.stringify(given)}`,
      );
    }
  }
  return { decisions, explained, unexplained };
}
