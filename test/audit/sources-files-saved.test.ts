import { describe, expect, it } from 'vitest';
import { readDocuments, writeDocuments } from '../../src/audit/sources/saved.ts';
import type { AuditDocuments } from '../../src/model/audit-documents.ts';
import { all, auditOf, changed, deployed, GRANT, KEY_ARN, policy, read, unread } from './documents.ts';

const place = { path: 'policy.json', line: 1, column: 1, endLine: 9, endColumn: 2 };
const level = { id: 'r-root', policies: [policy([{ Effect: 'Allow', Action: '*', Resource: '*' }], 'FullAWSAccess')] };

/** Documents in which every member of the model has a value. */
const FULL: AuditDocuments = changed(
  deployed({ ...GRANT, buckets: [{ ...GRANT.buckets[0], kmsKeyArn: KEY_ARN } as never] }),
  {
    principal: {
      identity: {
        read: [
          {
            ...policy([]),
            group: 'vendors',
            place: { ...place, statements: [place].map(({ path, ...region }) => region) },
          },
        ],
        unreadable: [
          unread('policy x', 'iam:GetPolicyVersion').why,
          { ...unread('policy y', 'iam:GetPolicy').why, code: 'AccessDenied' },
        ],
      },
      accessKeys: read([
        { id: 'AKIAEXAMPLEEXAMPLE01', active: false, created: '2026-01-01T00:00:00Z', lastUsed: { state: 'absent' } },
      ]),
      password: read({ created: '2026-01-01T00:00:00+00:00' }),
      lastAccessed: read([
        {
          service: 's3',
          lastAccessed: '2026-01-01T00:00:00Z',
          actions: [{ name: 'ListBucket', lastAccessed: '2026-01-01T00:00:00Z' }],
        },
      ]),
      place,
    },
    bucket: {
      objectLock: read({ enabled: true, mode: 'GOVERNANCE', days: 1, years: 2 }),
      requestPayer: read('Requester'),
      lifecycle: read([
        {
          id: 'x',
          enabled: true,
          prefix: 'a/',
          filtered: true,
          expireAfterDays: 1,
          abortUploadsAfterDays: 2,
          expireOldVersionsAfterDays: 3,
        },
      ]),
      mfaDelete: read(true),
      uploads: read({ count: 2, more: true, oldest: '2026-01-01T00:00:00Z' }),
      place,
    },
    documents: {
      organization: {
        id: read('o-example1234'),
        scps: read([level]),
        rcps: unread('the RCPs', 'organizations:ListPoliciesForTarget'),
      },
      otherWays: all({ kind: 'user', arn: 'arn:aws:iam::111122223333:user/channelmix', because: 'name', place }),
      leftOut: [unread('the buckets that * reaches', 's3:ListAllMyBuckets', 'not-asked').why],
    },
  },
);

describe('documents that are saved', () => {
  it.each([
    ['of a grant as it is deployed', deployed()],
    ['of a user with a key', deployed({ ...GRANT, auth: 'key' })],
    ['with everything that the model has', FULL],
  ])('are read again as they were, %s, and give the same report', (_name, documents) => {
    const again = readDocuments({ path: 'saved.json', text: writeDocuments(documents) });
    expect(again).toEqual(documents);
    expect(auditOf(again)).toEqual(auditOf(documents));
  });

  it('are read with the mark that Windows puts before a text', () => {
    expect(readDocuments({ path: 'saved.json', text: `\uFEFF${writeDocuments(FULL)}` })).toEqual(FULL);
  });
});

const TEXT = writeDocuments(deployed());

/** What people and machines do to a file, and what is said of it. */
const BROKEN: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['nothing', '', /^saved\.json is empty$/],
  ['another text', 'NoSuchKey', /is not JSON: it does not begin with a brace/],
  [
    'cut off in a string',
    TEXT.slice(0, TEXT.indexOf('channelmix_s3')),
    /is cut off: it ends at line 12, column \d+, in the middle/,
  ],
  ['cut off before its last brace', TEXT.trimEnd().slice(0, -1), /is cut off: it ends at line \d+/],
  [
    'a comma too many',
    TEXT.replace('"Statement": [', '"Statement": [,'),
    /is not JSON at line \d+, column \d+: a value is expected/,
  ],
  ['a comment', TEXT.replace('{', '{ // mine'), /is not JSON at line 1, column 3: /],
  ['another kind of JSON', '{"Version":"2012-10-17","Statement":[]}', /was not written by audit --save/],
  [
    'a version of tomorrow',
    TEXT.replace('"schemaVersion": 1', '"schemaVersion": 2'),
    /has schemaVersion 2; this version reads 1/,
  ],
  ['no version', TEXT.replace('"schemaVersion": 1,', ''), /has schemaVersion none/],
  [
    'a state that is none',
    TEXT.replace('"state": "absent"', '"state": "missing"'),
    /state: "missing" must be one of read, absent, unreadable/,
  ],
  [
    'a fact without its value',
    TEXT.replace('"value"', '"val"'),
    /documents\.principal\.tags\.val(ue: is missing|: is not a known key)/,
  ],
  [
    'a fact that was not read without the reason',
    TEXT.replace('"state": "absent"', '"state": "unreadable"'),
    /\.why: is missing/,
  ],
  ['a member that is no longer there', TEXT.replace('"otherWays"', '"otherways"'), /documents\.otherWays: is missing/],
  [
    'a switch in quotes',
    TEXT.replace('"blockPublicAcls": true', '"blockPublicAcls": "true"'),
    /blockPublicAcls: "true" must be true or false, without quotes/,
  ],
  [
    'an account that is another',
    TEXT.replace('"account": "111122223333"', '"account": "444455556666"'),
    /documents\.principal\.account: "444455556666" is not that of the ARN/,
  ],
  [
    'a name that is another',
    TEXT.replace('"name": "channelmix_s3_access"', '"name": "mine"'),
    /principal\.name: "mine" is not that of the ARN/,
  ],
  [
    'a kind that is another',
    TEXT.replace('"kind": "role"', '"kind": "user"'),
    /principal\.kind: "user" is not that of the ARN/,
  ],
  [
    'a bucket twice',
    writeDocuments({ ...deployed(), buckets: [...deployed().buckets, ...deployed().buckets] }),
    /buckets\[1\]\.name: "acme-reports" stands twice/,
  ],
  [
    'brackets without end',
    TEXT.replace('"Statement": [', `"Statement": [${'['.repeat(100)}${']'.repeat(100)},`),
    /it nests too deep/,
  ],
];

describe('a file that is not as it was saved', () => {
  it.each(BROKEN)('is refused with what is wrong with it: %s', (_name, text, message) => {
    expect(() => readDocuments({ path: 'saved.json', text })).toThrow(
      expect.objectContaining({
        code: 'input',
        message: expect.stringMatching(message),
        hint: expect.stringContaining('audit'),
      }),
    );
  });
});
