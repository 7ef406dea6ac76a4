import { userGuide } from '../../lint/facts/pages.ts';
import type { NamedPolicy, Piece } from '../../model/access-documents.ts';
import type { AuditDocuments } from '../../model/audit-documents.ts';
import type { Severity } from '../../model/finding.ts';
import { defineRule } from '../define-rule.ts';
import { statementText } from '../facts/canonical.ts';
import { formerDocuments } from '../facts/former.ts';
import { type Stated, statementsOf } from '../facts/statements.ts';
import { blindTo } from '../facts/words.ts';
import type { AuditContext } from '../types.ts';

/** One policy, or all of an identity, before and now. */
interface Pair {
  readonly what: string;
  readonly about: string;
  readonly severity: Severity;
  readonly before: readonly NamedPolicy[];
  readonly now: readonly NamedPolicy[];
  readonly facts: readonly Piece<unknown>[];
}

export const policyChanged = defineRule({
  id: 'policy-changed',
  question: 'drift',
  severity: 'warning',
  title: 'Policies have the statements that the baseline has',
  why: 'What was changed by hand stands in no code, and goes, or stays for ever, when somebody deploys again. Statements are compared by what they say: order, single values in lists, Sids and spellings that AWS changes do not count. A statement of the trust policy that came along lets somebody in: it counts as `security`.',
  docs: userGuide('access_policies_manage-edit.html'),
  messages: {
    added: {
      message: 'There is a statement in the {what} that the baseline {path} does not have: {statement}',
      fix: 'If it is meant, take it into the code; otherwise take it out of the policy.',
    },
    gone: {
      message: 'A statement of the baseline {path} is no longer in the {what}: {statement}',
      fix: 'Deploy again, or take it out of the code if it is not wanted any more.',
    },
  },
  *check(context) {
    const former = formerDocuments(context);
    if (context.baseline === undefined || former === undefined) return;
    const { path } = context.baseline;
    for (const { what, about, severity, before, now, facts } of pairsOf(former, context)) {
      const blind = blindTo(...facts);
      yield* blind;
      if (blind.length > 0) continue;
      const [old, current] = [before.flatMap(statementsOf), now.flatMap(statementsOf)];
      for (const { ref, statement } of without(current, old)) {
        const text = statementText(statement);
        const data = { what, path, statement: text };
        yield { message: 'added', about, key: `added ${what} ${text}`, severity, data, statement: ref };
      }
      for (const { statement } of without(old, current)) {
        const text = statementText(statement);
        yield { message: 'gone', about, key: `gone ${what} ${text}`, data: { what, path, statement: text } };
      }
    }
  },
});

function without(all: readonly Stated[], others: readonly Stated[]): readonly Stated[] {
  const known = new Set(others.map(({ statement }) => statementText(statement)));
  return all.filter(({ statement }) => !known.has(statementText(statement)));
}

/** Policies that the baseline speaks of. A grant says what can be done, not in how many statements: its identity policies are compared by that. */
function pairsOf(former: AuditDocuments, { documents, baseline, arnOf }: AuditContext): readonly Pair[] {
  const { principal } = documents;
  const single = (what: string, about: string, before: Piece<NamedPolicy>, now: Piece<NamedPolicy>): Pair => ({
    what,
    about,
    severity: what.startsWith('trust') ? 'security' : 'warning',
    before: before.state === 'read' ? [before.value] : [],
    now: now.state === 'read' ? [now.value] : [],
    facts: [now],
  });
  const identity: Pair = {
    what: `identity policies of ${principal.kind} ${principal.name}`,
    about: principal.arn,
    severity: 'warning',
    before: former.principal.identity.read,
    now: principal.identity.read,
    facts: [...principal.identity.unreadable, ...former.principal.identity.unreadable].map((why) => ({
      state: 'unreadable',
      why,
    })),
  };
  return [
    ...(principal.kind === 'role' && former.principal.trust !== principal.trust
      ? [single(`trust policy of role ${principal.name}`, principal.arn, former.principal.trust, principal.trust)]
      : []),
    ...(baseline?.kind === 'documents' ? [identity] : []),
    ...documents.buckets.flatMap((bucket, index) => {
      const before = former.buckets[index];
      return before === undefined || before === bucket
        ? []
        : [single(`policy of bucket ${bucket.name}`, arnOf(bucket), before.policy, bucket.policy)];
    }),
    ...documents.keys.flatMap((key, index) => {
      const before = former.keys[index];
      return before === undefined || before === key
        ? []
        : [single(`policy of key ${key.arn}`, key.arn, before.policy, key.policy)];
    }),
  ];
}
