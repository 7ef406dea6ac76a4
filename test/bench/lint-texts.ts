import { SERVICES } from '../../src/operations/catalogue.ts';

/** The largest text that lint reads, in bytes. */
export const MIB = 1_048_576;

/** A statement by its index. */
type Statement = (index: number) => string;

const ACTIONS = [...SERVICES.values()].flatMap(({ actions }) => [...actions.values()].map(({ action }) => action));

function at<T>(list: readonly T[], index: number): T {
  const one = list[index % list.length];
  if (one === undefined) throw new Error('empty list');
  return one;
}

/** A policy of as many statements as fit. */
function policy(statement: Statement, bytes = MIB): string {
  const parts = ['{"Version": "2012-10-17", "Statement": ['];
  let length = parts[0]?.length ?? 0;
  for (let index = 0; ; index++) {
    const text = `${index === 0 ? '' : ','}\n  ${statement(index)}`;
    if (length + text.length + 4 > bytes) break;
    parts.push(text);
    length += text.length;
  }
  return `${parts.join('')}\n]}\n`;
}

/** A list of as many texts as fit. */
function list(bytes: number, item: (index: number) => string): string {
  const parts: string[] = [];
  let length = 2;
  for (let index = 0; ; index++) {
    const text = JSON.stringify(item(index));
    if (length + text.length + 2 > bytes) break;
    parts.push(text);
    length += text.length + 2;
  }
  return `[${parts.join(', ')}]`;
}

function action(name: string, resource: string, more = ''): string {
  return `{"Effect": "Allow", "Action": ${name}, "Resource": ${resource}${more}}`;
}

const OBJECTS = '"arn:aws:s3:::acme-reports/*"';

/** Policies of 1 MiB, each of another shape. */
export const LARGE: Readonly<Record<string, () => string>> = {
  'many small statements': () =>
    policy(
      (n) =>
        `{"Sid": "Reports${n}", "Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::acme-reports-${n}/*"}`,
    ),
  'statements of every access level': () =>
    policy(
      (n) =>
        `{"Sid": "S${n}", "Effect": "${n % 7 === 0 ? 'Deny' : 'Allow'}", "Action": ["${at(ACTIONS, n)}", "${at(ACTIONS, n * 7)}", "s3:List*"], "Resource": ["arn:aws:s3:::acme-${n % 50}", "arn:aws:s3:::acme-${n % 50}/*"]}`,
    ),
  'one list of known actions': () =>
    policy(() =>
      action(
        list(MIB - 300, (n) => at(ACTIONS, n)),
        OBJECTS,
      ),
    ),
  'one list of resources': () =>
    policy(() =>
      action(
        '["s3:GetObject", "s3:PutObject"]',
        list(MIB - 300, (n) => `arn:aws:s3:::acme-reports-${n}/*`),
      ),
    ),
  'few lists of resources and wildcards': () =>
    policy((n) =>
      action(
        `["s3:Get*", "s3:Put*", "s3:*Object${n}*"]`,
        list(50_000, (m) => `arn:aws:s3:::acme-${n}-${m}*/reports/*`),
      ),
    ),
  'long ARNs': () =>
    policy((n) => action('"s3:GetObject"', `"arn:aws:s3:::acme-reports/${`folder${n}/`.repeat(100).slice(0, 1000)}*"`)),
  'ARNs with variables': () =>
    policy((n) =>
      action('"s3:GetObject"', `"arn:aws:s3:::acme-reports/\${aws:PrincipalTag/team${n}}/\${aws:username}/${n}/*"`),
    ),
  'many conditions': () =>
    policy((n) =>
      action(
        '"s3:PutObject"',
        OBJECTS,
        `, "Condition": {"StringLike": {"s3:prefix": ["a${n}/*", "b${n}/*"], "aws:PrincipalTag/team": "t${n}"}, "IpAddress": {"aws:SourceIp": "203.0.113.${n % 256}/32"}, "Bool": {"aws:SecureTransport": "true"}, "NumericLessThan": {"s3:max-keys": "${n}"}, "DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}`,
      ),
    ),
  'different wildcards of actions': () => policy((n) => action(`"s3:*${n.toString(36)}*"`, OBJECTS)),
  'every action is wrong': () =>
    policy((n) =>
      action(
        list(800, (m) => `s3:GetObject${(n * 40 + m).toString(36)}`),
        OBJECTS,
      ),
    ),
  'every element is wrong': () =>
    policy(
      (n) =>
        `{"Sid": "not a sid ${n}", "effect": "allow", "Effect": "Allow ${n}", "Action": "getobject${n}", "Resource": "acme${n}", "Condition": {"StringEqual": {"aws:Nothing${n}": true}}}`,
    ),
  'statements of other services': () =>
    policy((n) =>
      action(
        `["ec2:Describe${n}", "dynamodb:Get*", "lambda:Invoke${n}"]`,
        `"arn:aws:ec2:eu-west-1:111122223333:instance/i-${n}"`,
      ),
    ),
  'a bucket policy': () =>
    policy(
      (n) =>
        `{"Sid": "S${n}", "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::${String(100_000_000_000 + n)}:root", "arn:aws:iam::111122223333:role/r${n}"]}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/${n}/*"}`,
    ),
  'a trust policy': () =>
    policy(
      (n) =>
        `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::031871504755:role/r${n}"}, "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "x${n}"}}}`,
    ),
  'short actions': () =>
    policy(() =>
      action(
        list(MIB - 300, () => '*'),
        '"*"',
      ),
    ),
};

/** A policy of the usual size: what teams give to a service. */
export function usual(index: number): string {
  const bucket = `acme-reports-${index}`;
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'List',
          Effect: 'Allow',
          Action: ['s3:ListBucket', 's3:GetBucketLocation'],
          Resource: `arn:aws:s3:::${bucket}`,
        },
        {
          Sid: 'Objects',
          Effect: 'Allow',
          Action: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
          Resource: `arn:aws:s3:::${bucket}/*`,
        },
        {
          Sid: 'Key',
          Effect: 'Allow',
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: `arn:aws:kms:eu-west-1:111122223333:key/${index}`,
          Condition: { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
        },
        {
          Sid: 'Tls',
          Effect: 'Deny',
          Action: 's3:*',
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
    undefined,
    2,
  );
}
