import { describe, expect, it } from 'vitest';
import { auditRules } from '../../src/audit/index.ts';
import type { Baseline } from '../../src/audit/types.ts';
import type { AuditDocuments } from '../../src/model/audit-documents.ts';
import type { Grant } from '../../src/model/grant.ts';
import {
  ABSENT,
  all,
  auditOf,
  BUCKET,
  BUCKET_ARN,
  bucketPolicy,
  type Changes,
  changed,
  deployed,
  GRANT,
  KEY_ARN,
  OTHER_ACCOUNT,
  policy,
  ROLE_ARN,
  read,
  trustPolicy,
  trustStatement,
  unread,
} from './documents.ts';

const RULES = auditRules.filter(({ question }) => question === 'drift');
const BOUNDARY = 'arn:aws:iam::111122223333:policy/limits';
const STRANGER = trustStatement({ Principal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` } });
const TLS = {
  Effect: 'Deny',
  Principal: { AWS: ['*'] },
  Action: ['s3:*'],
  Resource: [`${BUCKET_ARN}/*`, BUCKET_ARN],
  Condition: { Bool: { 'aws:SecureTransport': ['false'] } },
  Sid: 'Other',
};

interface Case {
  readonly name: string;
  readonly changes?: Changes;
  readonly grant?: Partial<Grant>;
  /** Rule and words of each finding. */
  readonly finds?: readonly (readonly [string, string])[];
  readonly blind?: readonly string[];
}

/** What was changed since the kit made it: told alike whether the grant, or what was read that day, is compared. */
const CASES: readonly Case[] = [
  { name: 'nothing' },
  {
    name: 'nothing, with a prefix and a key',
    grant: { buckets: [{ name: BUCKET, create: true, prefixes: ['a/'], kmsKeyArn: KEY_ARN }] },
  },
  { name: 'nothing, on the key way', grant: { auth: 'key', tags: { owner: 'data' } } },
  { name: 'nothing, with full access', grant: { access: 'full' } },
  { name: 'nothing, with a boundary', grant: { permissionsBoundary: BOUNDARY } },
  { name: 'a policy as AWS may spell it', changes: { bucket: { policy: bucketPolicy(TLS) } } },
  {
    name: 'settings as AWS may spell them',
    changes: {
      bucket: {
        encryption: read({ algorithm: 'AES256', bucketKey: false }),
        lifecycle: read([
          { id: 'expire-old-versions', prefix: '', enabled: true, expireOldVersionsAfterDays: 30 },
          { id: 'abort-incomplete-uploads', prefix: '', enabled: true, abortUploadsAfterDays: 7 },
        ]),
      },
    },
  },
  {
    name: 'a statement that allows nothing new',
    changes: { allow: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${BUCKET_ARN}/a/*` }] },
    finds: [['policy-changed?', 'There is a statement in the']],
  },
  {
    name: 'more on the bucket',
    changes: { allow: [{ Effect: 'Allow', Action: 's3:PutBucketPolicy', Resource: BUCKET_ARN }] },
    finds: [
      ['permission-added', `can do more on ${BUCKET_ARN}: s3:PutBucketPolicy`],
      ['policy-changed?', 's3:PutBucketPolicy'],
    ],
  },
  {
    name: 'another bucket',
    changes: { allow: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::payroll/*' }] },
    finds: [
      ['permission-added', 'can do more on arn:aws:s3:::payroll/*: s3:GetObject'],
      ['policy-changed?', 'payroll'],
    ],
  },
  {
    name: 'less by a Deny',
    changes: { allow: [{ Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }] },
    finds: [
      ['permission-gone', `can do less on ${BUCKET_ARN}/*: s3:DeleteObject`],
      ['policy-changed?', 'Deny'],
    ],
  },
  {
    name: 'less by a boundary, which came along',
    changes: {
      principal: { boundary: read(policy([{ Effect: 'Allow', Action: 's3:List*', Resource: '*' }], BOUNDARY)) },
    },
    finds: [
      ['permission-gone', 's3:GetObject'],
      // Of the probes that verify leaves behind.
      ['permission-gone', 's3:DeleteObjectVersion'],
      ['setting-changed', `The boundary of role channelmix_s3_access is ${BOUNDARY}; by the baseline`],
    ],
  },
  {
    name: 'somebody else in the trust policy',
    changes: { principal: { trust: trustPolicy(trustStatement(), STRANGER) } },
    finds: [['policy-changed', OTHER_ACCOUNT]],
  },
  {
    name: 'the account as its id, which is the same',
    changes: { principal: { trust: trustPolicy(trustStatement({ Principal: { AWS: '031871504755' } })) } },
  },
  {
    name: 'a bucket policy that is gone',
    changes: { bucket: { policy: ABSENT } },
    finds: [['policy-changed', 'is no longer in the']],
  },
  {
    name: 'tags, sessions and settings by hand',
    grant: { tags: { owner: 'data' } },
    changes: {
      principal: { tags: read({ owner: 'nobody' }), maxSessionSeconds: 43_200 },
      bucket: {
        versioning: read('Suspended'),
        publicAccessBlock: ABSENT,
        lifecycle: ABSENT,
        encryption: ABSENT,
        ownership: read('ObjectWriter'),
      },
    },
    finds: [
      [
        'setting-changed',
        'tags of role channelmix_s3_access is {"owner":"nobody"}; by the baseline old it is {"owner":"data"}',
      ],
      ['setting-changed', 'longest session in seconds of role channelmix_s3_access is 43200'],
      ['setting-changed', 'versioning of bucket acme-reports is Suspended; by the baseline old it is Enabled'],
      ['setting-changed', 'Block Public Access of bucket acme-reports is not set'],
      ['setting-changed', 'lifecycle rules'],
      ['setting-changed', 'default encryption'],
      ['setting-changed', 'Object Ownership'],
    ],
  },
  {
    name: 'what cannot be read',
    changes: {
      principal: { trust: unread('the trust', 'iam:GetRole') },
      bucket: { versioning: unread('the versioning', 's3:GetBucketVersioning') },
    },
    blind: ['the trust', 'the versioning'],
  },
];

function judge(documents: AuditDocuments, baseline: Baseline) {
  const { findings, unjudged } = auditOf(documents, { rules: RULES, baseline });
  return { findings, blind: unjudged.map(({ what }) => what) };
}

describe.each(['grant', 'documents'] as const)('against a baseline of kind %s', (kind) => {
  it.each(CASES)('tells of $name', ({ changes = {}, grant: more = {}, finds = [], blind = [] }) => {
    const grant = { ...GRANT, ...more };
    const former = deployed(grant);
    const baseline: Baseline =
      kind === 'grant' ? { kind, path: 'old', grant } : { kind, path: 'old', documents: former };
    const wanted = finds
      .filter(([id]) => kind === 'documents' || !id.endsWith('?'))
      .map(([id, words]) => [id.replace('?', ''), words] as const);
    const found = judge(changed(former, changes), baseline);
    expect(found.findings.map(({ ruleId }) => ruleId).sort()).toEqual(wanted.map(([id]) => id).sort());
    for (const [id, words] of wanted) {
      const messages = found.findings.filter(({ ruleId }) => ruleId === id).map(({ message }) => message);
      expect(messages.join('\n')).toContain(words);
    }
    expect(found.blind.filter((what) => !what.startsWith('bucket '))).toEqual(blind);
  });
});

describe('against a former audit', () => {
  const before = deployed();
  const against = (former: AuditDocuments, now: AuditDocuments) =>
    judge(now, { kind: 'audit', path: 'old', report: auditOf(former, { rules: [] }) }).findings.map(
      ({ message }) => message,
    );

  it('tells of nothing when nothing changed', () => expect(against(before, before)).toEqual([]));

  it.each<readonly [string, Changes['allow'], string]>([
    [
      'more',
      [{ Effect: 'Allow', Action: 's3:GetBucketAcl', Resource: BUCKET_ARN }],
      `more on ${BUCKET_ARN}: s3:GetBucketAcl`,
    ],
    ['less', [{ Effect: 'Deny', Action: 's3:GetObject', Resource: '*' }], `less on ${BUCKET_ARN}/*: s3:GetObject`],
  ])('tells what is %s, and the other way round', (_, allow, words) => {
    const after = changed(before, allow === undefined ? {} : { allow });
    expect(against(before, after)).toEqual([expect.stringContaining(words)]);
    const swapped = words.startsWith('more') ? words.replace('more', 'less') : words.replace('less', 'more');
    expect(against(after, before)).toEqual([expect.stringContaining(swapped)]);
  });

  it('tells nothing of a folder of what was allowed as a whole before', () => {
    const whole = changed(before, {
      principal: { identity: all(policy([{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${BUCKET_ARN}/*` }])) },
    });
    const folder = changed(before, {
      principal: {
        identity: all(policy([{ Effect: 'Allow', Action: 's3:GetObject', Resource: `${BUCKET_ARN}/a/*` }])),
      },
    });
    expect(against(whole, folder)).toEqual([expect.stringContaining('can do less')]);
    expect(against(folder, whole)).toEqual([expect.stringContaining('can do more')]);
  });
});

describe('what was not known then', () => {
  const lost = unread('policy lost', 'iam:GetPolicyVersion').why;
  const now = changed(deployed(), { allow: [{ Effect: 'Allow', Action: 's3:GetBucketAcl', Resource: BUCKET_ARN }] });

  it('is not told as added: a policy that nobody could read may have allowed it', () => {
    const then = deployed();
    const documents = {
      ...then,
      principal: { ...then.principal, identity: { ...then.principal.identity, unreadable: [lost] } },
    };
    const { findings, blind } = judge(now, { kind: 'documents', path: 'old', documents });
    expect(findings).toEqual([]);
    expect(blind).toEqual(['policy lost']);
  });

  it('is not told as added: a report without its matrix', () => {
    const report = { ...auditOf(deployed(), { rules: [] }), matrix: [] };
    const { findings, blind } = judge(now, { kind: 'audit', path: 'old', report });
    expect(findings).toEqual([]);
    expect(blind).toEqual(['the matrix of the former audit']);
  });

  it('is taken as it is now where a state does not speak of it', () => {
    const then = deployed();
    const silent = unread('it', 's3:Get', 'not-asked');
    const [bucket] = then.buckets;
    const documents = {
      ...then,
      principal: { ...then.principal, tags: silent, boundary: silent, trust: silent },
      buckets: bucket === undefined ? [] : [{ ...bucket, policy: silent, versioning: silent, lifecycle: silent }],
    };
    const after = changed(then, {
      bucket: { versioning: ABSENT, policy: ABSENT },
      principal: { trust: trustPolicy(STRANGER) },
    });
    expect(judge(after, { kind: 'documents', path: 'old', documents })).toEqual({ findings: [], blind: [] });
  });

  it('is a bucket of the grant that was not audited', () => {
    const grant = { ...GRANT, buckets: [...GRANT.buckets, { name: 'acme-more', create: true, prefixes: [] }] };
    expect(judge(deployed(), { kind: 'grant', path: 'old', grant }).blind).toEqual(['bucket acme-more']);
  });
});

describe('a baseline of somebody else', () => {
  const other = { ...GRANT, roleName: 'another' };
  it.each<readonly [string, Baseline, boolean]>([
    ['grant', { kind: 'grant', path: 'old', grant: other }, true],
    ['grant of the key way', { kind: 'grant', path: 'old', grant: { ...GRANT, auth: 'key' } }, true],
    ['audit', { kind: 'audit', path: 'old', report: auditOf(deployed(other), { rules: [] }) }, true],
    ['documents', { kind: 'documents', path: 'old', documents: deployed(other) }, true],
    [
      'grant with a suffix',
      { kind: 'grant', path: 'old', grant: { ...GRANT, roleName: 'channelmix_s3', uniqueName: true } },
      false,
    ],
  ])('is told, and not compared: %s', (_, baseline, isOther) => {
    const now = changed(deployed(), {
      principal: { arn: `${ROLE_ARN.replace('_access', '-0123456789abcdef')}`, name: 'channelmix_s3-0123456789abcdef' },
    });
    const documents = isOther ? deployed() : now;
    const ids = judge(documents, baseline).findings.map(({ ruleId }) => ruleId);
    expect(ids.includes('baseline-other')).toBe(isOther);
    if (isOther) expect(ids).toEqual(['baseline-other']);
  });
});

it('says nothing about drift without a baseline', () => {
  expect(auditOf(deployed(), { rules: RULES }).findings).toEqual([]);
});
