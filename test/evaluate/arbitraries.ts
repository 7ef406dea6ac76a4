// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import fc from 'fast-check';
import type { EvaluationCase } from '../../src/model/decision.ts';
import type { JsonValue } from '../../src/model/policy.ts';

/** Random evaluation cases from a small world, so that statements often fit the request. */
const PRINCIPALS = [
  'arn:aws:iam::111122223333:user/alice',
  'arn:aws:sts::111122223333:assumed-role/app/run1',
  'arn:aws:iam::111122223333:root',
  'arn:aws:sts::111122223333:federated-user/fiona',
  'arn:aws:iam::444455556666:user/bob',
  's3.amazonaws.com',
  '*',
] as const;

const NAMED = [...PRINCIPALS.slice(0, 5), 'arn:aws:iam::111122223333:role/app', '111122223333', '444455556666'];
const ACTIONS = ['s3:GetObject', 's3:PutObject', 's3:ListBucket', 's3:GetObjectTagging'] as const;
const ACTION_PATTERNS = ['s3:*', 's3:GetObject', 's3:get*', 's3:?utObject', 's3:ListBucket', '*', 'ec2:*'];
const RESOURCES = ['arn:aws:s3:::bucket', 'arn:aws:s3:::bucket/key', 'arn:aws:s3:::bucket/alice/a:b'] as const;
const RESOURCE_PATTERNS = [
  '*',
  'arn:aws:s3:::bucket',
  'arn:aws:s3:::bucket/*',
  'arn:aws:s3:::b?cket*',
  'arn:aws:s3:::bucket/${aws:username}/*',
  "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'key'}",
];

const some = (values: readonly string[]): fc.Arbitrary<readonly string[]> =>
  fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });

const condition: fc.Arbitrary<JsonValue> = fc
  .oneof(
    fc.record({
      operator: fc.constantFrom(
        'StringEquals',
        'StringNotEquals',
        'StringLike',
        'ForAnyValue:StringEquals',
        'ForAllValues:StringLike',
        'StringEqualsIfExists',
      ),
      key: fc.constantFrom('aws:PrincipalTag/team', 's3:prefix', 'AWS:principaltag/TEAM'),
      values: some(['red', 'blue', 'r*', '${aws:PrincipalTag/team}']),
    }),
    fc.record({
      operator: fc.constantFrom('Bool', 'Null', 'BoolIfExists'),
      key: fc.constant('aws:SecureTransport'),
      values: some(['true', 'false']),
    }),
    fc.record({
      operator: fc.constantFrom('IpAddress', 'NotIpAddress'),
      key: fc.constant('aws:SourceIp'),
      values: some(['10.0.0.0/8', '2001:db8::/32']),
    }),
  )
  .map(({ operator, key, values }) => ({ [operator]: { [key]: values } }));

/** One statement; with a Principal for the policies of resources. */
export function statement(
  effect: 'Allow' | 'Deny',
  withPrincipal: boolean,
): fc.Arbitrary<{ readonly [key: string]: JsonValue }> {
  const principal: fc.Arbitrary<JsonValue> = fc.oneof(
    { weight: 1, arbitrary: fc.constant<JsonValue>('*') },
    { weight: 4, arbitrary: some(NAMED).map((names): JsonValue => ({ AWS: names })) },
  );
  return fc
    .record({
      action: some(ACTION_PATTERNS),
      resource: some(RESOURCE_PATTERNS),
      negatedAction: fc.nat(9),
      negatedResource: fc.nat(9),
      condition: fc.option(condition, { nil: undefined, freq: 2 }),
      principal,
    })
    .map((parts) => ({
      Effect: effect,
      [parts.negatedAction === 0 ? 'NotAction' : 'Action']: parts.action,
      [parts.negatedResource === 0 ? 'NotResource' : 'Resource']: parts.resource,
      ...(parts.condition === undefined ? {} : { Condition: parts.condition }),
      ...(withPrincipal ? { Principal: parts.principal } : {}),
    }));
}

function document(withPrincipal: boolean): fc.Arbitrary<JsonValue> {
  const any = fc.oneof(
    { weight: 4, arbitrary: statement('Allow', withPrincipal) },
    { weight: 1, arbitrary: statement('Deny', withPrincipal) },
  );
  return fc
    .array(any, { minLength: 1, maxLength: 4 })
    .map((statements) => ({ Version: '2012-10-17', Statement: statements }));
}

const context = fc.record(
  {
    'aws:PrincipalTag/team': fc.constantFrom('red', 'blue', ['red', 'blue']),
    's3:prefix': fc.constantFrom('', 'red'),
    'aws:SecureTransport': fc.constantFrom('true', 'false'),
    'aws:SourceIp': fc.constantFrom('10.1.2.3', '2001:db8::1', '203.0.113.9'),
  },
  { requiredKeys: [] },
);

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined, freq: 2 });

/** A whole case: any caller, any mix of layers. */
export const evaluationCase: fc.Arbitrary<EvaluationCase> = fc
  .record({
    request: fc.record({
      principal: fc.constantFrom(...PRINCIPALS),
      action: fc.constantFrom(...ACTIONS),
      resource: fc.constantFrom(...RESOURCES),
      context,
    }),
    identityPolicies: fc.array(document(false), { maxLength: 3 }),
    resourcePolicy: maybe(document(true)),
    boundary: maybe(document(false)),
    sessionPolicies: maybe(fc.array(document(false), { maxLength: 2 })),
    scps: maybe(fc.array(fc.array(document(false), { maxLength: 2 }), { maxLength: 2 })),
    rcps: maybe(fc.array(document(true), { maxLength: 1 })),
    resourceAccount: fc.constantFrom('111122223333', '444455556666'),
  })
  .map(({ resourcePolicy, boundary, sessionPolicies, scps, rcps, ...rest }) => ({
    ...rest,
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
    ...(boundary === undefined ? {} : { boundary }),
    ...(sessionPolicies === undefined ? {} : { sessionPolicies }),
    ...(scps === undefined ? {} : { scps }),
    ...(rcps === undefined ? {} : { rcps }),
  }));
