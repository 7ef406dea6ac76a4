import type { AuditCell, AuditFinding, AuditReport, AuditRuleDescription, Unjudged } from '../../src/model/audit.ts';
import { SEVERITIES } from '../../src/model/finding.ts';
import { fingerprint } from '../../src/model/fingerprint.ts';
import { findAction, SERVICES } from '../../src/operations/catalogue.ts';
import type { AuditAbout } from '../../src/report/audit-about.ts';

/** Reports of audits for the tests of reporters: a good one, one that is open, a bad one of usual size, and a big one full of hostile text. */

export const ROLE = 'arn:aws:iam::111122223333:role/channelmix_s3_access';
const BUCKET = 'arn:aws:s3:::acme-reports';

/** What begins something in one of the formats, or changes the order of what is read. */
const HOSTILE = `"><img src=x onerror=alert(1)>'</title></style></script><script>alert(2)</script> ]]> &amp; %0A::error::x,\r\n\t{0} [a](javascript:x) \u202E\u0000\u001B]8;;x\u0007\uD800`;
const DOCS = 'https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html';

const RULES: readonly (readonly [
  string,
  AuditRuleDescription['question'],
  AuditRuleDescription['severity'],
  string,
])[] = [
  ['action-refused', 'needs', 'error', 'Every call of the access level is allowed'],
  ['action-conditional', 'needs', 'warning', 'What is needed is allowed without conditions'],
  ['other-buckets', 'excess', 'security', 'Only the named buckets are reached'],
  ['change-permissions', 'excess', 'security', 'No permission is changed by ChannelMix'],
  ['delete-versions', 'excess', 'warning', 'Versions are not deleted'],
  ['trust-other-account', 'who-else', 'security', 'Nobody else assumes the role'],
  ['denied-by-boundary', 'blocks', 'error', 'No boundary stops ChannelMix'],
  ['access-key-old', 'hygiene', 'warning', 'Access keys are younger than 90 days'],
  ['no-tls-only', 'hygiene', 'warning', 'The bucket refuses plain HTTP'],
  ['no-versioning', 'hygiene', 'suggestion', 'The bucket keeps versions'],
  ['service-unused', 'unused', 'suggestion', 'What is allowed is used'],
  ['policy-changed', 'drift', 'warning', 'Policies are as they were'],
  ['trailing-colon', 'documents', 'suggestion', 'Policies are well written'],
];

const rules = RULES.map(
  ([id, question, severity, title]): AuditRuleDescription => ({
    id,
    question,
    severity,
    title,
    why: `${title}, since whoever gets hold of this access can do all that it allows.`,
    docs: DOCS,
    controls:
      question === 'hygiene'
        ? ['CIS AWS Foundations 3.0.0/1.14', 'AWS Foundational Security Best Practices/IAM.3']
        : [],
  }),
);

export const about: AuditAbout = {
  toolVersion: '1.0.0',
  dataVersion: '2.0.0',
  rules,
  failOn: 'error',
  accessOf: (action) => findAction(action)?.access,
  region: 'eu-west-1',
};

function finding(place: number, changes: Partial<AuditFinding> = {}): AuditFinding {
  const rule = rules[place % rules.length];
  if (rule === undefined) throw new RangeError('there are rules');
  const { id: ruleId, question, severity, docs, controls } = rule;
  return {
    id: fingerprint(`${place}`),
    ruleId,
    question,
    severity,
    message: `${rule.title}: statement 2 of policy acme-extra says otherwise.`,
    fix: 'Take s3:PutBucketPolicy out of statement 2 of policy acme-extra, or the whole statement.',
    about: place % 2 === 0 ? ROLE : BUCKET,
    docs,
    controls,
    ...changes,
  };
}

function cell(action: string, kind: string, resource: string, what: string): AuditCell {
  const all = { resources: [resource] };
  const part = { ...all, decision: 'allow' as const };
  const base = { action, kind, resource, decision: 'deny' as const, parts: [], needed: false, excess: [], missing: [] };
  switch (what) {
    case 'needed':
      return { ...base, decision: 'allow', parts: [part], needed: true };
    case 'excess':
      return { ...base, decision: 'allow', parts: [part], excess: [part] };
    case 'missing':
      return { ...base, needed: true, missing: [{ ...all, decision: 'deny' }] };
    case 'tolerated':
      return { ...base, decision: 'allow', parts: [part] };
    case 'conditional': {
      const bound = { ...all, decision: 'conditional' as const, conditions: ['IpAddress aws:SourceIp 203.0.113.0/24'] };
      return { ...base, decision: 'conditional', parts: [bound], needed: true, missing: [bound] };
    }
    case 'unknown': {
      const open = { ...all, decision: 'unknown' as const, conditions: ['the boundary of role channelmix_s3_access'] };
      return { ...base, decision: 'unknown', parts: [open], needed: true, missing: [open] };
    }
    case 'both': {
      const elsewhere = { resources: [`${resource.slice(0, -1)}old/*`], decision: 'allow' as const };
      const wanted = { resources: [`${resource.slice(0, -1)}in/*`], decision: 'deny' as const };
      return { ...base, decision: 'some', parts: [elsewhere], needed: true, excess: [elsewhere], missing: [wanted] };
    }
    default:
      return base;
  }
}

const KINDS: Readonly<Record<string, (bucket: string, place: number) => string>> = {
  's3:object': (bucket) => `${bucket}/*`,
  's3:bucket': (bucket) => bucket,
  'kms:key': (_bucket, place) =>
    `arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-12345678${place + 1000}`,
};

/** Every action of S3 and KMS on each of the buckets. */
function matrix(buckets: readonly string[], whatOf: (action: string, place: number) => string): readonly AuditCell[] {
  const actions = ['s3', 'kms'].flatMap((service) => [...(SERVICES.get(service)?.actions.values() ?? [])]);
  return Object.entries(KINDS).flatMap(([kind, arnOf]) =>
    buckets.flatMap((bucket, place) =>
      actions
        .filter(({ service, resources }) => resources.some((type) => `${service}:${type}` === kind))
        .map(({ action }) => cell(action, kind, arnOf(bucket, place), whatOf(action, place))),
    ),
  );
}

const NEEDED = [
  's3:GetObject',
  's3:PutObject',
  's3:DeleteObject',
  's3:ListBucket',
  'kms:Decrypt',
  'kms:GenerateDataKey',
];

function summaryOf(findings: readonly AuditFinding[], unjudged: readonly Unjudged[]): AuditReport['summary'] {
  const counted = findings.filter(({ accepted }) => accepted === undefined);
  const counts = SEVERITIES.map((severity) => [severity, counted.filter((one) => one.severity === severity).length]);
  return {
    ...(Object.fromEntries(counts) as Pick<AuditReport['summary'], (typeof SEVERITIES)[number]>),
    accepted: findings.length - counted.length,
    open: unjudged.filter(({ open }) => open).length,
  };
}

function auditOf(
  findings: readonly AuditFinding[],
  unjudged: readonly Unjudged[],
  cells: readonly AuditCell[],
  changes: Partial<AuditReport> = {},
): AuditReport {
  const sorted = [...findings].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  return {
    schemaVersion: 1,
    command: 'audit',
    date: '2026-11-25T10:00:00.000Z',
    subject: {
      kind: 'role',
      arn: ROLE,
      account: '111122223333',
      name: 'channelmix_s3_access',
      source: { kind: 'aws', readBy: 'arn:aws:iam::111122223333:user/auditor', readAt: '2026-11-25T09:59:58.000Z' },
    },
    expected: { access: 'minimal', buckets: [{ name: 'acme-reports', prefixes: ['in/'] }], from: 'named' },
    findings: sorted,
    unjudged,
    matrix: cells,
    summary: summaryOf(findings, unjudged),
    complete: unjudged.every(({ open }) => !open),
    ...changes,
  };
}

const denied: Unjudged = {
  what: 'the policy of key 1234abcd-12ab-34cd-56ef-123456781000',
  action: 'kms:GetKeyPolicy',
  kind: 'denied',
  said: 'User: arn:aws:iam::111122223333:user/auditor is not authorized to perform: kms:GetKeyPolicy',
  code: 'AccessDeniedException',
  rules: ['action-refused', 'trust-other-account'],
  open: true,
};
const organization: Unjudged = {
  what: 'the service control policies of account 111122223333',
  action: 'organizations:ListPoliciesForTarget',
  kind: 'denied',
  said: 'only the management account may read them',
  rules: ['denied-by-boundary'],
  open: false,
};
const accepted = { reason: 'Agreed with ChannelMix until the migration ends', owner: 'Jane', expires: '2027-03-31' };

/** All is well. */
export const good = auditOf(
  [],
  [organization],
  matrix([BUCKET], (action) => (NEEDED.includes(action) ? 'needed' : 'refused')),
);

/** Nothing was found, and not everything could be read. */
export const open = auditOf(
  [],
  [denied, organization],
  matrix([BUCKET], (action) =>
    NEEDED.includes(action) ? (action.startsWith('kms:') ? 'unknown' : 'needed') : 'refused',
  ),
);

const BAD: Readonly<Record<string, string>> = {
  's3:DeleteObject': 'missing',
  's3:PutObject': 'both',
  's3:ListBucket': 'conditional',
  'kms:Decrypt': 'unknown',
  's3:ListBucketVersions': 'tolerated',
};

/** Of everything something, as an audit of a usual account has it. */
export const bad = auditOf(
  [
    ...rules.map((_rule, place) => finding(place)),
    finding(7, { id: fingerprint('accepted'), accepted, about: 'arn:aws:iam::111122223333:user/old' }),
    finding(2, {
      id: fingerprint('placed'),
      place: { path: 'plans/main plan.json', line: 12, column: 3, endLine: 14, endColumn: 4 },
      statement: { policy: 'acme-extra', index: 1, sid: 'AllBuckets' },
    }),
  ],
  [denied, organization],
  matrix([BUCKET, 'arn:aws:s3:::*'], (action, place) => {
    if (place > 0) return action.startsWith('s3:Get') || action === 's3:PutBucketPolicy' ? 'excess' : 'refused';
    const more = action === 's3:GetObjectAcl' || action === 's3:PutBucketPolicy' || action === 's3:DeleteObjectVersion';
    return BAD[action] ?? (NEEDED.includes(action) ? 'needed' : more ? 'excess' : 'refused');
  }),
  {
    trend: {
      since: '2026-11-18T10:00:00.000Z',
      appeared: [fingerprint('0'), fingerprint('placed')],
      gone: [finding(8, { id: fingerprint('gone') })],
    },
  },
);

const WHATS = [
  'tolerated',
  'needed',
  'excess',
  'missing',
  'conditional',
  'unknown',
  'both',
  'refused',
  'refused',
  'refused',
];
const LONG = `arn:aws:s3:::${'very-long-'.repeat(120)}${HOSTILE}`;

/** Hundreds of findings and ten resources a kind, with hostile text wherever text is. */
export const hostile = auditOf(
  Array.from({ length: 300 }, (_, place) =>
    finding(place, {
      id: fingerprint(`hostile ${place}`),
      message: `${place} ${HOSTILE}`,
      fix: `${HOSTILE} ${place}`,
      about: place % 3 === 0 ? LONG : BUCKET,
      controls: [HOSTILE],
      statement: { policy: HOSTILE, index: place, sid: HOSTILE },
      ...(place % 4 === 0 ? { place: { path: HOSTILE, line: 1, column: 1, endLine: 1, endColumn: 9 } } : {}),
      ...(place % 5 === 0 ? { accepted: { reason: HOSTILE, owner: HOSTILE, expires: '2027-03-31' } } : {}),
    }),
  ),
  Array.from({ length: 20 }, (_, place) => ({
    ...denied,
    what: `${HOSTILE} ${place}`,
    said: HOSTILE,
    code: HOSTILE,
    open: place % 2 === 0,
  })),
  matrix(
    Array.from({ length: 10 }, (_, place) => (place === 3 ? LONG : `arn:aws:s3:::bucket-${place}`)),
    (action, place) => WHATS[(action.length * 7 + place * (action.length % 3)) % WHATS.length] ?? 'refused',
  ),
  {
    subject: {
      kind: 'role',
      arn: `${ROLE}${HOSTILE}`,
      account: '111122223333',
      name: HOSTILE,
      source: { kind: 'terraform-plan', path: HOSTILE },
    },
    expected: { access: 'full', buckets: [{ name: HOSTILE, prefixes: [HOSTILE] }], from: 'inferred' },
    trend: {
      since: '2026-11-18T10:00:00.000Z',
      appeared: [fingerprint('hostile 0')],
      gone: [finding(8, { id: fingerprint('gone'), message: HOSTILE, about: HOSTILE })],
    },
  },
);

/** All of them, by name. */
export const AUDITS = { good, open, bad, hostile } as const;
