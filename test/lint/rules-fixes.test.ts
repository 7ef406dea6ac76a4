import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateCase } from '../../src/evaluate/index.ts';
import { fixText } from '../../src/lint/fix.ts';
import { lintText } from '../../src/lint/lint.ts';
import { rules } from '../../src/lint/rules/index.ts';

const actions = fc.constantFrom(
  's3:GetObject',
  's3:getobject',
  's3:Get*',
  's3:List*',
  's3:ListBucket',
  's3:PutObject',
  's3:PutObject:',
  's3:HeadObject',
  's3:ListObjectsV2',
  's3:DeleteObject',
  's3:Describe*',
  's3:*',
  's3-object-lambda:Get*',
  's3:PutBucketPolicy',
  's3:ListAllMyBuckets',
  'kms:Decrypt',
  '*',
);
const resources = fc.constantFrom(
  'arn:aws:s3:::acme',
  'arn:aws:s3:::acme/*',
  'arn:aws:s3:::acme/a/',
  'arn:aws:s3:::acme//b/*',
  'arn:aws:s3::acme/*',
  's3://acme/*',
  `arn:aws:s3:::\${BucketName}/*`,
  `arn:aws:s3:::acme/\${aws:username}/*`,
  'arn:aws:s3:::other*/*',
  'arn:aws:kms:eu-west-1:111122223333:key/1',
  '*',
);
const conditions = fc.constantFrom(
  {},
  { StringEquals: { 's3:prefix': 'a/*' } },
  { stringEquals: { 's3:prefix': 'a/' } },
  { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-1' } },
  { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } },
  { Bool: { 'aws:MultiFactorAuthPresent': 'true' } },
  { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
);
const many = <T>(one: fc.Arbitrary<T>) => fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 4 }));
const statement = fc.record(
  {
    Sid: fc.constantFrom('A', 'B', 'a b', ''),
    Effect: fc.constantFrom('Allow', 'Allow', 'Allow', 'Deny', 'allow', 'DENY'),
    Action: many(actions),
    NotAction: many(actions),
    Resource: many(resources),
    NotResource: many(resources),
    Condition: conditions,
  },
  { requiredKeys: ['Effect'] },
);
const document = fc.record(
  {
    Version: fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17', '2024-05-16'),
    Statement: fc.oneof(statement, fc.array(statement, { maxLength: 3 })),
  },
  { requiredKeys: ['Statement'] },
);
const options = fc.record({
  audience: fc.constantFrom('any' as const, 'channelmix' as const),
  access: fc.constantFrom('minimal' as const, 'extended' as const, 'full' as const),
  buckets: fc.constantFrom<readonly string[]>([], ['acme'], ['acme', 'other']),
});

const REQUESTS = [
  's3:GetObject',
  's3:ListBucket',
  's3:PutObject',
  's3:DeleteObject',
  's3:PutBucketPolicy',
  's3:AbortMultipartUpload',
  'kms:Decrypt',
  's3-object-lambda:GetObject',
].flatMap((action) =>
  [
    'arn:aws:s3:::acme',
    'arn:aws:s3:::acme/a/',
    'arn:aws:s3:::acme/a/b',
    'arn:aws:s3:::other-2/c',
    'arn:aws:kms:eu-west-1:111122223333:key/1',
  ].map((resource) => ({
    principal: 'arn:aws:iam::111122223333:user/job',
    action,
    resource,
    context: { 's3:prefix': 'a/' },
  })),
);

function allowed(text: string): readonly string[] {
  const policy = JSON.parse(text);
  return REQUESTS.filter((request) => evaluateCase({ request, identityPolicies: [policy] }).decision === 'allow').map(
    ({ action, resource }) => `${action} ${resource}`,
  );
}

describe('a fix', () => {
  it('allows nothing new, unless one of its changes says what was plainly meant', () => {
    fc.assert(
      fc.property(document, options, (policy, given) => {
        const before = JSON.stringify(policy);
        const { text, changes } = fixText(before, { path: 'p.json', kind: 'identity', ...given });
        fc.pre(changes.every(({ meant }) => meant === undefined));
        const old = new Set(allowed(before));
        expect(allowed(text).filter((request) => !old.has(request))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('changes nothing when it is done again', () => {
    fc.assert(
      fc.property(document, options, (policy, given) => {
        const lint = { path: 'p.json', kind: 'identity' as const, ...given };
        const once = fixText(JSON.stringify(policy), lint);
        const twice = fixText(once.text, lint);
        expect(twice.text).toBe(once.text);
        expect(twice.changes).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('rules', () => {
  it('take any JSON in any place of a policy', () => {
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      actions,
      resources,
      fc.constantFrom('$' + '{', '$' + '{}', 'arn:', ':', '\u0000', '__proto__'),
    );
    const element = fc.constantFrom(
      'Sid',
      'Effect',
      'Action',
      'NotAction',
      'Resource',
      'NotResource',
      'Principal',
      'NotPrincipal',
      'Condition',
      'toString',
      '__proto__',
    );
    const nested = fc.oneof(
      odd,
      fc.dictionary(
        fc.oneof(fc.constantFrom('AWS', 'Service', 'StringEquals', 'Bool', 'Null'), fc.string()),
        fc.oneof(odd, fc.dictionary(fc.string(), odd)),
      ),
    );
    const wild = fc.record({
      Version: odd,
      Statement: fc.oneof(odd, fc.array(fc.dictionary(element, nested), { maxLength: 3 })),
    });
    const kinds = fc.constantFrom('identity' as const, 'trust' as const, 'bucket' as const);
    fc.assert(
      fc.property(wild, kinds, options, (policy, kind, given) => {
        const findings = lintText(JSON.stringify(policy), { path: 'p.json', kind, ...given });
        for (const { ruleId } of findings) expect(rules.some(({ id }) => id === ruleId)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
