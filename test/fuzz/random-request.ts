// biome-ignore-all lint/suspicious/noTemplateCurlyInString: policy variables are written like this
import fc from 'fast-check';
import { shapedJson } from './random-text.ts';

const words = fc.oneof(
  fc.constantFrom(
    '*',
    's3:GetObject',
    's3:*',
    'arn:aws:s3:::b/k',
    'arn:aws:s3:::b',
    '${aws:username}',
    "${a:b, 'c'}",
    '??*?',
  ),
  fc.constantFrom('arn:aws:iam::111122223333:user/u', 'arn:aws:sts::111122223333:assumed-role/r/s', '031871504755', ''),
  fc
    .array(fc.constantFrom('*', '?', 'a', ':', '/', '${', '}', '$', ',', "'"), { maxLength: 40 })
    .map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 30 }),
);
const operators = [
  'StringEquals',
  'StringNotLike',
  'Bool',
  'IpAddress',
  'NumericLessThan',
  'DateGreaterThan',
  'Null',
  'ArnLike',
];
const keys = [
  'aws:SourceIp',
  'aws:username',
  's3:prefix',
  'aws:PrincipalTag/t',
  'aws:CurrentTime',
  'aws:TagKeys',
  '__proto__',
];
const values = fc.oneof(words, fc.constantFrom('true', '10.0.0.0/8', '::/0', '1e400', '2026-01-01', true, 1, null, -0));
const some = fc.oneof(values, fc.array(values, { maxLength: 3 }));
const condition = fc.dictionary(
  fc
    .tuple(
      fc.constantFrom('', 'ForAnyValue:', 'ForAllValues:'),
      fc.constantFrom(...operators),
      fc.constantFrom('', 'IfExists'),
    )
    .map((parts) => parts.join('')),
  fc.dictionary(fc.constantFrom(...keys), some, { maxKeys: 2 }),
  { maxKeys: 2 },
);
const statement = fc.record(
  {
    Effect: fc.constantFrom('Allow', 'Deny', 'allow'),
    Principal: fc.oneof(words, fc.dictionary(fc.constantFrom('AWS', 'Service', 'Federated'), some, { maxKeys: 2 })),
    NotPrincipal: fc.dictionary(fc.constant('AWS'), some, { maxKeys: 1 }),
    Action: some,
    NotAction: some,
    Resource: some,
    NotResource: some,
    Condition: condition,
  },
  { requiredKeys: ['Effect'] },
);
const written = fc
  .record({ Version: fc.constantFrom('2012-10-17', '2008-10-17'), Statement: fc.array(statement, { maxLength: 3 }) })
  .map((document) => JSON.stringify(document));
const document = fc.oneof({ weight: 4, arbitrary: written }, { weight: 1, arbitrary: shapedJson });
const documents = fc.array(document, { maxLength: 2 }).map((all) => `[${all.join(',')}]`);

/** A request and the policies about it, as lines of `evaluate` have them: JSON of the right names, whatever they hold. */
export const cases = fc
  .record(
    {
      principal: words.map((text) => JSON.stringify(text)),
      action: words.map((text) => JSON.stringify(text)),
      resource: words.map((text) => JSON.stringify(text)),
      context: fc.oneof(
        fc.dictionary(fc.constantFrom(...keys), some, { maxKeys: 3 }).map((all) => JSON.stringify(all)),
        shapedJson,
      ),
      identityPolicies: documents,
      resourcePolicy: document,
      boundary: document,
      sessionPolicies: documents,
      scps: documents,
      rcps: documents,
    },
    { requiredKeys: ['principal', 'action', 'resource', 'identityPolicies'] },
  )
  .map(({ principal, action, resource, context, ...policies }) => {
    const request = { principal, action, resource, ...(context === undefined ? {} : { context }) };
    return `{"request":${object(request)},${object(policies).slice(1)}`;
  });

/** An object of members that are JSON already. */
function object(members: Readonly<Record<string, string | undefined>>): string {
  const parts = Object.entries(members).flatMap(([name, json]) =>
    json === undefined ? [] : `${JSON.stringify(name)}:${json}`,
  );
  return `{${parts.join(',')}}`;
}
