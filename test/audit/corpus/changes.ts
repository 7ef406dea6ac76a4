import { grantPolicy, policy } from '../../../src/sandbox/scenarios/documents.ts';
import type { CorpusAccount } from './account.ts';
import { allow, BUCKET, BUCKET_ARN, deployed, GRANT, OF_ROLE, roleWith, roleWorld } from './parts.ts';

const ASKED = { ...OF_ROLE, buckets: [{ name: BUCKET }] };
const READS = allow('s3:GetBucketPolicy', BUCKET_ARN);
const withoutDelete = policy(
  allow('s3:ListBucket', BUCKET_ARN),
  allow(['s3:GetObject', 's3:PutObject'], `${BUCKET_ARN}/*`),
);

/** What is not as it was, or as it was agreed; what was accepted. */
export const CHANGES: readonly CorpusAccount[] = [
  {
    ...deployed('as-granted', 'Everything is as the grant says.', {}),
    audit: { ...ASKED, baseline: GRANT },
  },
  {
    name: 'more-than-granted',
    title: 'Somebody added a permission to what the grant gave.',
    world: { ...deployed('', '', {}).world, roles: [roleWith(READS)] },
    audit: { ...ASKED, baseline: GRANT },
    finds: [
      ['extra-read', BUCKET],
      ['permission-added', 'principal'],
      ['permission-gone', 'principal'],
    ],
    exit: 1,
  },
  {
    name: 'granted-to-another-role',
    title: 'The grant is of a role by another name.',
    world: roleWorld(),
    audit: { ...ASKED, baseline: { ...GRANT, roleName: 'another-role' } },
    finds: [['baseline-other', 'principal']],
    exit: 0,
  },
  {
    name: 'unchanged-since-saved',
    title: 'Nothing has changed since it was saved.',
    world: roleWorld(),
    audit: { ...ASKED, baseline: { as: 'documents', world: roleWorld() } },
    finds: [],
    exit: 0,
  },
  {
    name: 'changed-since-saved',
    title: 'Since it was saved a policy lost a permission and gained another, and versioning was suspended.',
    world: roleWorld({ inline: { 'channelmix-s3': withoutDelete, more: policy(READS) } }, { versioning: 'Suspended' }),
    audit: { ...ASKED, baseline: { as: 'documents', world: roleWorld() } },
    finds: [
      ['bucket-not-versioned', BUCKET],
      ['extra-read', BUCKET],
      ['permission-added', 'principal'],
      ['permission-denied', BUCKET],
      ['permission-gone', 'principal'],
      ['policy-changed', 'principal'],
      ['policy-changed', 'principal'],
      ['policy-changed', 'principal'],
      ['setting-changed', BUCKET],
    ],
    exit: 1,
  },
  {
    name: 'unchanged-since-audited',
    title: 'Nothing has changed since the last audit.',
    world: roleWorld(),
    audit: { ...ASKED, baseline: { as: 'audit', world: roleWorld() } },
    finds: [],
    exit: 0,
  },
  {
    name: 'changed-since-audited',
    title: 'Since the last audit the role may read the bucket’s policy.',
    world: roleWorld({ inline: { 'channelmix-s3': grantPolicy(BUCKET), more: policy(READS) } }),
    audit: { ...ASKED, baseline: { as: 'audit', world: roleWorld() } },
    finds: [
      ['extra-read', BUCKET],
      ['permission-added', 'principal'],
    ],
    exit: 1,
  },
  {
    name: 'accepted',
    title: 'What is found is accepted until next month.',
    world: roleWorld({ inline: { 'channelmix-s3': grantPolicy(BUCKET), more: policy(READS) } }),
    audit: {
      ...ASKED,
      accepted: [{ ruleId: 'extra-read', reason: 'support reads it', owner: 'us', expires: '2026-12-31' }],
    },
    finds: [['extra-read', BUCKET]],
    exit: 0,
  },
  {
    name: 'acceptance-over',
    title: 'What was accepted ended last year, and another acceptance fits nothing.',
    world: roleWorld({ inline: { 'channelmix-s3': grantPolicy(BUCKET), more: policy(READS) } }),
    audit: {
      ...ASKED,
      accepted: [
        { ruleId: 'extra-read', reason: 'support reads it', owner: 'us', expires: '2025-12-31' },
        { ruleId: 'bucket-no-logs', about: BUCKET_ARN, reason: 'none', owner: 'us', expires: '2026-12-31' },
      ],
    },
    finds: [
      ['acceptance-expired', 'principal'],
      ['acceptance-unmatched', 'principal'],
      ['extra-read', BUCKET],
    ],
    exit: 0,
  },
  {
    name: 'no-bucket-named',
    title: 'Every bucket is allowed, and nobody said which one is meant.',
    world: roleWorld({ inline: { all: policy(allow('s3:*', '*')) } }),
    audit: OF_ROLE,
    finds: [
      ['copies-elsewhere', 'principal'],
      ['extra-read', 'principal'],
      ['extra-write', 'principal'],
      ['larger-level', 'principal'],
      ['list-all-buckets', 'principal'],
      ['no-bucket-known', 'principal'],
      ['outside-bucket', 'principal'],
      ['permission-change', 'principal'],
    ],
    exit: 1,
  },
];
