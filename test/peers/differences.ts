import { readFileSync } from 'node:fs';

/** Answers that differ from AWS's. The same words as `inWords`. */
interface DifferentAnswers {
  readonly calls: readonly string[];
  readonly localemu: string;
  /** Left out: the sandbox answers as AWS does. */
  readonly sandbox?: string;
  readonly aws: string;
}

/** One cause of answers that are not those of AWS's documentation. */
export interface Difference {
  readonly id: string;
  /** The job of ChannelMix (python/job.py), or the compatibility cases. */
  readonly script: 'job' | 'compat';
  /** Scenarios of the job in which it occurs, all of them; left out: in any. */
  readonly scenarios?: readonly string[];
  readonly why: string;
  /** Where AWS documents its answer. */
  readonly page: string;
  readonly answers: readonly DifferentAnswers[];
}

/** The table of known differences: the data that docs/peers.md shows. */
export const DIFFERENCES: readonly Difference[] = JSON.parse(
  readFileSync(new URL('differences.json', import.meta.url), 'utf8'),
);

/** An answer that was met and is not AWS's. */
export interface Met {
  readonly scenario?: string;
  readonly call: string;
  readonly answer: string;
  readonly aws: string;
}

/** Compares what is met at a peer with the table, for one script. */
export function createLedger(
  peer: 'localemu' | 'sandbox',
  script: Difference['script'],
): {
  /** The differences among these that the table does not have. */
  readonly unlisted: (met: readonly Met[]) => readonly string[];
  /** Entries of the table that were never met; with the scenarios that ran, so that a part of the tests can run alone. */
  readonly unmet: (scenarios?: readonly string[]) => readonly string[];
} {
  const rows = DIFFERENCES.filter((difference) => difference.script === script).map((difference) => ({
    ...difference,
    answers: difference.answers.filter((answers) => answers[peer] !== undefined),
  }));
  const seen = new Set<string>();
  const keyOf = (id: string, scenario: string | undefined, call: string): string => `${id} ${scenario ?? ''} ${call}`;
  const find = (met: Met): (typeof rows)[number] | undefined =>
    rows.find(
      ({ scenarios, answers }) =>
        (scenarios === undefined || scenarios.includes(met.scenario ?? '')) &&
        answers.some(
          ({ calls, aws, ...listed }) =>
            calls.includes(met.call) && sameAnswer(listed[peer] ?? aws, met.answer) && sameAnswer(aws, met.aws),
        ),
    );
  return {
    unlisted: (all) =>
      all.flatMap((met) => {
        const row = find(met);
        if (row === undefined) return [`${met.scenario ?? ''} ${met.call}: AWS ${met.aws}, ${peer} ${met.answer}`];
        seen.add(keyOf(row.id, row.scenarios && met.scenario, met.call));
        return [];
      }),
    unmet: (ran = []) =>
      rows.flatMap(({ id, scenarios, answers }) =>
        answers
          .flatMap(({ calls }) => calls)
          .flatMap((call) => {
            const places = scenarios?.filter((scenario) => ran.includes(scenario)) ?? [undefined];
            return places.map((scenario) => keyOf(id, scenario, call)).filter((key) => !seen.has(key));
          }),
      ),
  };
}

/** Whether two answers are the same as far as both tell: the AWS CLI does not tell the status. */
function sameAnswer(listed: string, met: string): boolean {
  return listed === met || listed.replace(/ \d{3}$/, '') === met;
}
