import type { DocumentKind } from '../../documents/policy-source.ts';
import { userGuide } from '../../lint/facts/pages.ts';
import { lintSource } from '../../lint/lint.ts';
import { rules } from '../../lint/rules/index.ts';
import type { AuditDocuments } from '../../model/audit-documents.ts';
import type { Finding, Severity } from '../../model/finding.ts';
import { groupBy } from '../../report/group-by.ts';
import { defineRule } from '../define-rule.ts';
import { type Placed, policiesOf } from '../facts/policies.ts';
import { sourceOf, statementRefOf } from '../facts/source-of.ts';
import { blindTo, blindToAny } from '../facts/words.ts';
import type { AuditContext, AuditHit } from '../types.ts';

/** Rules of lint about what other rules of the audit say with more knowledge. */
const SAID_BETTER: ReadonlySet<string> = new Set([
  'public-principal',
  'notprincipal-allow',
  'wildcard-bucket',
  'expired-date',
]);
const RULES = rules.filter(({ id, audience }) => audience === 'any' && !SAID_BETTER.has(id));

/** Kinds of documents that lint knows; a boundary is written as an identity policy is. */
const KINDS: Readonly<Partial<Record<Placed['kind'], DocumentKind>>> = {
  identity: 'identity',
  boundary: 'identity',
  trust: 'trust',
  bucket: 'bucket',
};

export const policyDefect = defineRule({
  id: 'policy-defect',
  question: 'documents',
  severity: 'warning',
  title: 'The policies say what they mean',
  why: 'An action that does not exist, a resource that the action never has, a condition that no request meets: AWS stores such statements, and they do nothing, or not what was meant. These are the findings of the linter (channelmix-s3 lint) on each document.',
  docs: userGuide('access-analyzer-reference-policy-checks.html'),
  messages: {
    one: { message: '{policy}: {said} ({rule})', fix: '{mend}' },
    many: { message: '{policy}, {count} times: {said} ({rule})', fix: '{mend}' },
  },
  *check(context) {
    const { principal, buckets } = context.documents;
    yield* blindToAny(principal.identity);
    yield* blindTo(principal.trust, principal.boundary, ...buckets.map(({ policy }) => policy));
    for (const placed of policiesOf(context.documents)) {
      // Nobody but AWS can change its own.
      if (!/:iam::aws:policy\//.test(placed.policy.name)) yield* defectsOf(context, placed);
    }
  },
});

function* defectsOf(context: AuditContext, placed: Placed): Iterable<AuditHit<'one' | 'many'>> {
  const { policy, kind } = placed;
  const documentKind = KINDS[kind];
  if (documentKind === undefined) return;
  const source = sourceOf(policy, documentKind);
  if (source === undefined) return;
  const now = Date.parse(context.now);
  const findings = lintSource(source, { audience: 'any', rules: RULES, now }).filter((one) => !isDeletedPrincipal(one));
  for (const [ruleId, all] of groupBy(findings, (finding) => finding.ruleId)) {
    const [first] = all;
    if (first === undefined) continue;
    const statement = statementRefOf(policy, first);
    yield {
      message: all.length === 1 ? 'one' : 'many',
      data: {
        policy: policy.name,
        count: all.length,
        said: first.message.replace(/\.$/, ''),
        rule: ruleId,
        mend: mendOf(first),
      },
      about: aboutOf(context, placed),
      key: `${policy.name}\n${ruleId}`,
      severity: severityOf(context.documents, first.severity),
      ...(statement === undefined ? {} : { statement }),
    };
  }
}

/** `deleted-principal` says that. */
function isDeletedPrincipal({ ruleId, message }: Finding): boolean {
  return ruleId === 'bad-principal' && message.includes('is the id of a user or role that was deleted');
}

/** AWS took what is stored: what would be an error in a file has no effect there. */
function severityOf({ source }: AuditDocuments, severity: Severity): Severity {
  const isLive = source.kind === 'aws' || source.kind === 'documents' || source.kind === 'authorization-details';
  return isLive && severity === 'error' ? 'warning' : severity;
}

function mendOf({ fix, ruleId }: Finding): string {
  if (fix === undefined)
    return `Correct the statement; "channelmix-s3 lint" shows the place, and its page ${ruleId} how.`;
  return `In the policy: ${fix.explanation}. "channelmix-s3 lint --fix" does it.`;
}

function aboutOf({ documents, arnOf }: AuditContext, { kind, of }: Placed): string {
  return kind === 'bucket' && of !== undefined ? arnOf({ name: of }) : documents.principal.arn;
}
