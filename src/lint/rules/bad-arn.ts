import type { StringNode } from '../../documents/json-node.ts';
import type { DocumentKind } from '../../documents/policy-source.ts';
import { suggest } from '../../model/suggest.ts';
import { isWild } from '../../model/wildcard-compare.ts';
import { defineRule } from '../define-rule.ts';
import { allow } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { hasPlaceholder } from '../facts/placeholders.ts';
import { arnParts, hasMisplacedAccount, lacksAccount } from '../facts/resources.ts';
import { withoutVariables } from '../facts/variables.ts';
import type { Hit } from '../types.ts';

type Message =
  | 'url'
  | 'prefix'
  | 'parts'
  | 'colons'
  | 'partition'
  | 'service'
  | 'account'
  | 'accountOrRegion'
  | 'noAccount'
  | 'empty'
  | 'space'
  | 'characters';

const PARTITIONS = ['aws', 'aws-cn', 'aws-us-gov', 'aws-eusc', 'aws-iso', 'aws-iso-b', 'aws-iso-e', 'aws-iso-f'];
function fixed(node: StringNode, message: Message, value: string): Hit<Message> {
  return {
    node,
    message,
    data: { value: node.value, meant: value },
    fix: {
      explanation: `${node.value} becomes ${value}, which is how the same is written as an ARN.`,
      meant: `the actions of the statement on ${value}`,
      edits: [{ op: 'replace', node, value }],
    },
  };
}

function withoutArn(node: StringNode): Hit<Message> {
  const url = /^s3:\/\/([a-z0-9][a-z0-9.-]+)(\/.*)?$/.exec(node.value);
  if (url !== null) return fixed(node, 'url', `arn:aws:s3:::${url[1]}${url[2] ?? ''}`);
  return { node, message: 'prefix', data: { value: node.value } };
}

function withAnyAccount(value: string): string {
  const [arn, partition, service, region, , resource] = arnParts(value);
  return [arn, partition, service, region, '*', resource].join(':');
}

function checkArn(node: StringNode, kind: DocumentKind): Hit<Message> | undefined {
  const { value } = node;
  if (value === '*' || hasPlaceholder(value)) return undefined;
  if (/[\s]/.test(value.trim() === value ? value.split(':').slice(0, 5).join(':') : value)) {
    return { node, message: 'space', data: { value } };
  }
  const odd = kind === 'bucket' ? undefined : /[^\t\n\r\u0020-\u00ff]/u.exec(value)?.[0];
  if (odd !== undefined) return { node, message: 'characters', data: { odd } };
  const plain = withoutVariables(value, 'x');
  if (!/^arn:/i.test(plain)) return /^[*?]+$/.test(plain) || plain.startsWith('x') ? undefined : withoutArn(node);
  const colons = /^arn:([\w*-]+):s3:{1,2}(?!:)([a-z0-9][a-z0-9.-]{2,}(?:\/.*)?)$/.exec(value);
  if (colons !== null && !colons[2]?.includes(':')) return fixed(node, 'colons', `arn:${colons[1]}:s3:::${colons[2]}`);
  const tooMany = /^arn:([\w*-]+):s3:{4,}([a-z0-9][a-z0-9.-]+(?:\/.*)?)$/.exec(value);
  if (tooMany !== null) return fixed(node, 'colons', `arn:${tooMany[1]}:s3:::${tooMany[2]}`);
  const parts = arnParts(plain);
  const [arn, partition = '', service = '', , account = '', resource = ''] = parts;
  if (arn !== 'arn') return { node, message: 'prefix', data: { value } };
  if (parts.length < 6) {
    // A wildcard at the end may stand for the parts that are not there; IAM takes arn:aws:s3*, too.
    return isWild(parts[parts.length - 1] ?? '')
      ? undefined
      : { node, message: 'parts', data: { value, count: parts.length } };
  }
  if (partition !== 'x' && !isWild(partition) && !PARTITIONS.includes(partition)) {
    const meant = suggest(partition, PARTITIONS) ?? 'aws';
    return { node, message: 'partition', data: { partition, meant } };
  }
  if (service === '') return { node, message: 'service', data: { value } };
  if (hasMisplacedAccount(parts)) {
    return fixed(node, 'accountOrRegion', `arn:${partition}:s3:::${arnParts(value)[5] ?? resource}`);
  }
  if (lacksAccount(parts)) {
    // AWS's own managed policies have such patterns beside others, where they do no harm.
    const severity = isWild(value) ? 'warning' : 'error';
    return { node, message: 'noAccount', data: { value, service, meant: withAnyAccount(value) }, severity };
  }
  if (!/^(\d{12}|aws|cloudfront|x|[\dx*?]*|aws-managed|third-party|anonymous)$/.test(account)) {
    return { node, message: 'account', data: { account } };
  }
  return resource === '' ? { node, message: 'empty', data: { value }, severity: 'warning' } : undefined;
}

export const badArn = defineRule({
  id: 'bad-arn',
  severity: 'error',
  audience: 'any',
  docs: userGuide('reference-arns.html'),
  title: 'Resources are ARNs',
  why: 'A resource is "*" or an ARN of six parts: arn:partition:service:region:account:resource. The ARN of a bucket leaves region and account empty, hence the three colons of arn:aws:s3:::bucket.',
  messages: {
    url: '{value} is an address, not an ARN: {meant}.',
    prefix: '{value} is no ARN: a resource is "*" or begins with arn:, such as arn:aws:s3:::bucket/*.',
    parts: '{value} has {count} parts; an ARN has six: arn:partition:service:region:account:resource.',
    colons: '{value} has not the three colons of an S3 ARN: {meant}.',
    partition: 'There is no partition {partition}: did you mean {meant}?',
    service: '{value} names no service.',
    account: '{account} is no account: an account has 12 digits.',
    accountOrRegion: 'The ARN of a bucket has neither region nor account: {meant}.',
    noAccount:
      '{value} matches nothing: it has no account, and every ARN of {service} has one. Name the account, or write {meant} for any.',
    empty: '{value} names no resource.',
    space: '{value} has white space in it.',
    characters:
      'IAM takes no {odd} in a policy, only characters up to U+00FF: write ? in its place, which matches any one.',
  },
  *check({ kind, statements }) {
    for (const { resources } of statements) {
      for (const { values } of resources) {
        for (const node of values) {
          const hit = checkArn(node, kind);
          if (hit !== undefined) yield hit;
        }
      }
    }
  },
  examples: {
    bad: [
      {
        text: allow('"Action": "s3:GetObject", "Resource": "s3://acme-reports/*"'),
        fixed: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
      {
        text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3::acme-reports/*"'),
        fixed: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
      {
        text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:eu-west-1:111122223333:acme-reports/*"'),
        fixed: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"'),
      },
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/日本/*"') },
      { text: allow('"Action": "s3:GetObject", "Resource": "acme-reports/*"') },
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:amazon:s3:::acme-reports/*"') },
      { text: allow('"Action": "kms:Decrypt", "Resource": "arn:aws:kms:eu-west-1:1111-2222-3333:key/*"') },
      { text: allow('"Action": "kms:*", "Resource": "arn:aws:kms:*::*"') },
      { text: allow('"Action": "kms:Decrypt", "Resource": "arn:aws:kms:eu-west-1::key/*"') },
    ],
    good: [
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports/*"') },
      { text: allow('"Action": "kms:Decrypt", "Resource": "arn:aws:kms:eu-west-1:111122223333:key/*"') },
      { text: allow('"Action": "kms:*", "Resource": "arn:aws:kms:*:*:*"') },
      { text: allow('"Action": "iam:GetPolicy", "Resource": "arn:aws:iam::aws:policy/*"') },
    ],
  },
});
