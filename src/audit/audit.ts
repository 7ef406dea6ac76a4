import { judgePermissions } from '../diagnose/index.ts';
import type { AccessDocuments, Unreadable } from '../model/access-documents.ts';
import { bucketArn } from '../model/arn.ts';
import type {
  Acceptance,
  AcceptedFinding,
  AuditExpectation,
  AuditFinding,
  AuditReport,
  Unjudged,
} from '../model/audit.ts';
import type { AuditBucket, AuditDocuments } from '../model/audit-documents.ts';
import { SCHEMA_VERSION } from '../model/constants.ts';
import { fillMessage } from '../model/fill-message.ts';
import { SEVERITIES, type Severity } from '../model/finding.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { Place } from '../model/place.ts';
import { isFor, stateOf } from './acceptance.ts';
import { partitionOf } from './expectation.ts';
import { policiesOf } from './facts/policies.ts';
import { auditMatrix } from './matrix.ts';
import { auditRules } from './rules/index.ts';
import { trendOf } from './trend.ts';
import type { AuditContext, AuditHit, AuditRule, Baseline } from './types.ts';

/** What an audit is made of. */
export interface AuditInput {
  readonly documents: AuditDocuments;
  readonly expected: AuditExpectation;
  /** ISO 8601, UTC. */
  readonly now: string;
  readonly baseline?: Baseline;
  /** Default: none. Those that have expired do not count. */
  readonly accepted?: readonly AcceptedFinding[];
  /** Default: every rule. */
  readonly rules?: readonly AuditRule[];
}

/** Audits what is known of one principal's access. Pure: the same input gives the same report. */
export function audit(input: AuditInput): AuditReport {
  const { documents, expected, now, rules = auditRules } = input;
  const found: AuditFinding[] = [];
  const context = createContext(input, found);
  const blind = new Map<string, { readonly why: Unreadable; readonly rules: Set<string> }>();
  for (const rule of [...rules.filter(({ last }) => !last), ...rules.filter(({ last }) => last)]) {
    for (const hit of rule.check(context)) {
      if ('blind' in hit) {
        const known = blind.get(hit.blind.what) ?? { why: hit.blind, rules: new Set() };
        known.rules.add(rule.id);
        blind.set(hit.blind.what, known);
      } else found.push(toFinding(rule, hit, input));
    }
  }
  const findings = unique(found).sort((a, b) => rank(a) - rank(b));
  const unjudged = [...blind.values()].map(
    ({ why, rules: ids }): Unjudged => ({ ...why, rules: [...ids], open: isOpen(why) }),
  );
  const { kind, arn, account, name } = documents.principal;
  const subject = { kind, arn, account, name, source: documents.source };
  const trend = trendOf(input.baseline, { subject, findings, unjudged });
  return {
    schemaVersion: SCHEMA_VERSION,
    command: 'audit',
    date: now,
    subject,
    expected,
    ...(input.baseline === undefined ? {} : { baseline: { kind: input.baseline.kind, path: input.baseline.path } }),
    findings,
    unjudged,
    matrix: context.matrix(),
    ...(trend === undefined ? {} : { trend }),
    summary: summaryOf(findings, unjudged),
    complete: unjudged.every(({ open }) => !open),
  };
}

function createContext(
  { documents, expected, now, baseline, accepted = [], rules = auditRules }: AuditInput,
  found: readonly AuditFinding[],
): AuditContext {
  const made = new Map<object, unknown>();
  const once = <T>(key: object, make: () => T): T => {
    if (!made.has(key)) made.set(key, make());
    return made.get(key) as T;
  };
  return {
    documents,
    expected,
    now,
    ...(baseline === undefined ? {} : { baseline }),
    accepted,
    soFar: () => ({ findings: found, rules: rules.map(({ id }) => id) }),
    matrix: () => once(auditMatrix, () => auditMatrix(documents, expected, now)),
    judge: (asked, bucket) => judgePermissions(accessDocuments(documents, bucket), asked, now),
    arnOf: ({ name }) => bucketArn(partitionOf(documents), name),
    once,
  };
}

/** The documents as the diagnosis takes them: about one bucket. */
function accessDocuments(documents: AuditDocuments, bucket: AuditBucket): AccessDocuments {
  const { source, principal, keys, organization } = documents;
  const kind = source.kind === 'aws' ? 'aws' : 'files';
  return { source: { kind }, principal, bucket, keys, organization };
}

/** What nobody asked for is a limit of the audit, and so is what an organization keeps to itself; all else leaves the answer open. */
function isOpen({ kind, action }: Unreadable): boolean {
  return kind !== 'not-asked' && !action.startsWith('organizations:');
}

function toFinding(rule: AuditRule, hit: AuditHit, input: AuditInput): AuditFinding {
  const text = rule.messages[hit.message];
  const data = hit.data ?? {};
  const id = fingerprint([rule.id, hit.about, hit.key ?? `${hit.message}\n${JSON.stringify(data)}`].join('\n'));
  const place = hit.place ?? placeOf(input.documents, hit);
  const finding: AuditFinding = {
    id,
    ruleId: rule.id,
    question: rule.question,
    severity: hit.severity ?? rule.severity,
    message: fillMessage(text?.message ?? hit.message, data),
    fix: fillMessage(text?.fix ?? '', data),
    about: hit.about,
    ...(hit.statement === undefined ? {} : { statement: hit.statement }),
    ...(place === undefined ? {} : { place }),
    docs: rule.docs,
    controls: rule.controls ?? [],
  };
  const accepted = acceptanceOf(finding, input);
  return accepted === undefined ? finding : { ...finding, accepted };
}

/** The acceptance that holds on the day of the audit. */
function acceptanceOf(finding: AuditFinding, { accepted = [], now }: AuditInput): Acceptance | undefined {
  const found = accepted.find((one) => stateOf(one, now) === 'holds' && isFor(one, finding));
  if (found === undefined) return undefined;
  const { reason, owner, expires } = found;
  return { reason, owner, expires };
}

/** Where it is written: the statement, the policy, or the thing itself. */
function placeOf(documents: AuditDocuments, { statement, about }: AuditHit): Place | undefined {
  const { principal, buckets } = documents;
  const policy = policiesOf(documents).find((one) => one.policy.name === statement?.policy)?.policy;
  const { place } = policy ?? {};
  if (place !== undefined) {
    const { path, statements, ...document } = place;
    return { path, ...(statements[statement?.index ?? -1] ?? document) };
  }
  if (about === principal.arn) return principal.place;
  return buckets.find(({ name }) => about === bucketArn(partitionOf(documents), name))?.place;
}

function unique(findings: readonly AuditFinding[]): AuditFinding[] {
  return [...new Map(findings.map((finding) => [finding.id, finding])).values()];
}

function rank({ severity, accepted }: AuditFinding): number {
  return SEVERITIES.indexOf(severity) + (accepted === undefined ? 0 : SEVERITIES.length);
}

function summaryOf(findings: readonly AuditFinding[], unjudged: readonly Unjudged[]): AuditReport['summary'] {
  const counted = findings.filter(({ accepted }) => accepted === undefined);
  const count = (severity: Severity) => counted.filter((finding) => finding.severity === severity).length;
  return {
    error: count('error'),
    security: count('security'),
    warning: count('warning'),
    suggestion: count('suggestion'),
    accepted: findings.length - counted.length,
    open: unjudged.filter(({ open }) => open).length,
  };
}
