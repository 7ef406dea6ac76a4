import type { AuditBucket } from '../../model/audit-documents.ts';
import type { StatementRef } from '../../model/decision.ts';
import { groupBy } from '../../report/group-by.ts';
import type { AuditContext } from '../types.ts';
import { needsOf } from './needs.ts';

/** A statement by which permissions that ChannelMix needs depend on what is not known of its calls. */
export interface Dependency {
  readonly bucket: AuditBucket;
  readonly actions: readonly string[];
  readonly statement: StatementRef;
  /** Operator, key and values: `StringNotEquals aws:SourceVpce vpce-1`. */
  readonly questions: readonly string[];
  /** Stays the same from run to run. */
  readonly key: string;
}

/** What is needed and open by conditions of statements with this effect, by bucket and statement. */
export function dependenciesOf(context: AuditContext, effect: 'Allow' | 'Deny'): readonly Dependency[] {
  const open = needsOf(context).flatMap(({ bucket, action, verdict }) =>
    verdict.reasons.flatMap((reason) =>
      verdict.result === 'open' && reason.kind === 'context' && reason.effect === effect
        ? [{ bucket, action, statement: reason.statement, questions: reason.questions }]
        : [],
    ),
  );
  const groups = groupBy(open, ({ bucket, statement }) =>
    [bucket.name, statement.policy, statement.sid ?? statement.index].join('\n'),
  );
  return [...groups].flatMap(([key, all]): readonly Dependency[] => {
    const [first] = all;
    if (first === undefined) return [];
    const actions = [...new Set(all.map(({ action }) => action))];
    return [{ ...first, actions, questions: [...new Set(all.flatMap(({ questions }) => questions))], key }];
  });
}
