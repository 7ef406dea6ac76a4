import { type JsonNode, memberValue } from '../../documents/json-node.ts';
import { suggest } from '../../model/suggest.ts';
import { defineRule } from '../define-rule.ts';
import { allow, trust } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { hasPlaceholder } from '../facts/placeholders.ts';
import { wrongValues } from '../facts/shape.ts';
import type { Hit, PrincipalElement, PrincipalEntry, RuleContext } from '../types.ts';

type Message =
  | 'shape'
  | 'type'
  | 'typeMeant'
  | 'aws'
  | 'account'
  | 'wildcard'
  | 'deleted'
  | 'group'
  | 'service'
  | 'federated'
  | 'canonical'
  | 'canonicalHere'
  | 'notPrincipal'
  | 'account12'
  | 'bare'
  | 'entry';

const TYPES = ['AWS', 'Service', 'Federated', 'CanonicalUser'];
const IAM = /^arn:[a-z-]+:iam::(\d{12}):(root|user\/.+|role\/.+)$/;
const STS = /^arn:[a-z-]+:sts::\d{12}:(assumed-role\/[^/]+\/[^/]+|federated-user\/.+|self)$/;
const ORIGIN_ACCESS = /^arn:[a-z-]+:iam::cloudfront:user\/CloudFront Origin Access Identity \w+$/;
const UNIQUE_ID = /^A(?:IDA|ROA|GPA|NPA)[A-Z0-9]{12,}$/;

function awsEntry({ value: node }: PrincipalEntry): Hit<Message> | undefined {
  const { value } = node;
  if (value === '*' || /^\d{12}$/.test(value) || ORIGIN_ACCESS.test(value)) return undefined;
  if (UNIQUE_ID.test(value)) return { node, message: 'deleted', data: { value } };
  if (/[*?]/.test(value)) return { node, message: 'wildcard', data: { value } };
  if (IAM.test(value) || STS.test(value)) return undefined;
  if (/^arn:[a-z-]+:iam::\d{12}:group\//.test(value)) return { node, message: 'group', data: { value } };
  const digits = value.replace(/[\s-]/g, '');
  if (/^\d{12}$/.test(digits)) {
    return {
      node,
      message: 'account',
      data: { value },
      fix: {
        explanation: `${value} becomes ${digits}: an account is written as 12 digits.`,
        meant: `what the statement says, for account ${digits}`,
        edits: [{ op: 'replace', node, value: digits }],
      },
    };
  }
  if (/^\d+$/.test(value)) return { node, message: 'account12', data: { value, count: value.length } };
  return { node, message: 'aws', data: { value } };
}

function checkEntry(context: RuleContext, element: PrincipalElement, entry: PrincipalEntry): Hit<Message> | undefined {
  const { type, typeNode, value: node } = entry;
  const { value } = node;
  if (hasPlaceholder(value) || value.includes('${')) return undefined;
  if (type === '*') return value === '*' ? undefined : bare(element, entry);
  switch (type) {
    case 'AWS':
      return awsEntry(entry);
    case 'Service':
      return /^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|amazon\.com|amazonaws\.eu|aws\.internal|c2s\.ic\.gov|sc2s\.sgov\.gov)$/.test(
        value,
      )
        ? undefined
        : { node, message: 'service', data: { value } };
    case 'Federated':
      return /^(arn:[a-z-]+:iam::\d{12}:(saml|oidc)-provider\/.+|(?!arn:)[\w.-]+\.[\w./:-]+)$/.test(value)
        ? undefined
        : { node, message: 'federated', data: { value } };
    case 'CanonicalUser':
      if (context.kind !== 'bucket') return { node, message: 'canonicalHere' };
      return /^[0-9a-f]{64}$/i.test(value) ? undefined : { node, message: 'canonical', data: { value } };
    default: {
      const meant = suggest(type, TYPES);
      const span = typeNode === undefined ? {} : { span: typeNode };
      return meant === undefined
        ? { node, ...span, message: 'type', data: { type } }
        : { node, ...span, message: 'typeMeant', data: { type, meant } };
    }
  }
}

/** `"Principal": "031871504755"`: what IAM takes stands one level deeper. */
function bare(element: PrincipalElement, { value: node }: PrincipalEntry): Hit<Message> {
  const { value } = node;
  if (!/^\d{12}$/.test(value) && !IAM.test(value)) return { node, message: 'shape', data: { element: element.name } };
  const hit = { node, message: 'bare' as const, data: { element: element.name, value } };
  if (element.member.value !== node || element.negated) return hit;
  return {
    ...hit,
    fix: {
      explanation: `${value} is put under "AWS": ${element.name} names the type of its principals.`,
      meant: `what the statement says, for ${value}`,
      edits: [{ op: 'replace', node, value: { AWS: value } }],
    },
  };
}

/** Entries that are no texts: an account as a number, above all. */
function wrongEntries(principals: readonly PrincipalElement[]): readonly JsonNode[] {
  return principals.flatMap(({ member }) =>
    member.value.type === 'object' ? member.value.members.flatMap(({ value }) => wrongValues(value)) : [],
  );
}

export const badPrincipal = defineRule({
  id: 'bad-principal',
  severity: 'error',
  audience: 'any',
  kinds: ['trust', 'bucket'],
  docs: userGuide('reference_policies_elements_principal.html'),
  title: 'A principal is written as IAM takes it',
  why: 'A principal is an account (12 digits, or the ARN of its root), a user, a role, a session, a service or an identity provider, in full: IAM refuses wildcards in part of an ARN, and groups. An id such as AROA… is what is left of a role that was deleted: a new role of the same name is another one.',
  messages: {
    shape: '{element} is "*" or an object such as {"AWS": "arn:aws:iam::111122223333:root"}.',
    entry: 'A principal is a text in quotes, not a {type}: an account that begins with a zero loses it otherwise.',
    bare: '{element} names the type of the principal: {"AWS": "{value}"}.',
    type: 'There is no type of principal {type}; there are AWS, Service, Federated and CanonicalUser.',
    typeMeant: 'There is no type of principal {type}: did you mean {meant}?',
    aws: '{value} is no principal: write an account of 12 digits, or the ARN of an account’s root, a user or a role.',
    account: 'An account is written as 12 digits: {value}.',
    account12: 'An account has 12 digits, {value} has {count}: a leading zero may be lost.',
    wildcard:
      'IAM takes no wildcard in part of a principal: {value} matches nobody. Name the account, and limit it with a condition on aws:PrincipalArn.',
    deleted: '{value} is the id of a user or role that was deleted: put the ARN back, or remove it.',
    group: 'A group is no principal: {value}.',
    service: '{value} is no service: a service is written like s3.amazonaws.com.',
    federated: '{value} is no identity provider: write its ARN, or the domain of a web identity provider.',
    canonical: '{value} is no canonical user id, which has 64 hexadecimal digits.',
    canonicalHere: 'A canonical user id is a principal of bucket policies only.',
    notPrincipal: 'A trust policy has no NotPrincipal: name who may assume the role.',
  },
  *check(context) {
    for (const { node, principals } of context.statements) {
      for (const name of ['Principal', 'NotPrincipal']) {
        const value = memberValue(node, name);
        if (value !== undefined && value.type !== 'object' && value.type !== 'string') {
          if (value.type !== 'array' || value.items.length > 0)
            yield { node: value, message: 'shape', data: { element: name } };
        }
      }
      for (const wrong of wrongEntries(principals)) yield { node: wrong, message: 'entry', data: { type: wrong.type } };
      for (const element of principals) {
        if (element.negated && context.kind === 'trust') yield { node: element.member, message: 'notPrincipal' };
        if (element.member.value.type === 'array') continue;
        for (const entry of element.entries) {
          const hit = checkEntry(context, element, entry);
          if (hit !== undefined) yield hit;
        }
      }
    }
  },
  examples: {
    bad: [
      { text: trust().replace('arn:aws:iam::031871504755:root', 'arn:aws:iam::031871504755:role/*'), kind: 'trust' },
      { text: trust().replace('arn:aws:iam::031871504755:root', 'AROACKCEVSQ6C2EXAMPLE'), kind: 'trust' },
      {
        text: trust().replace('arn:aws:iam::031871504755:root', '0318-7150-4755'),
        fixed: trust().replace('arn:aws:iam::031871504755:root', '031871504755'),
        kind: 'trust',
      },
      {
        text: allow('"Principal": "031871504755", "Action": "sts:AssumeRole"'),
        fixed: allow('"Principal": {"AWS": "031871504755"}, "Action": "sts:AssumeRole"'),
        kind: 'trust',
      },
      { text: trust().replace('"AWS"', '"Aws"'), kind: 'trust' },
      { text: trust().replace('"arn:aws:iam::031871504755:root"', '31871504755'), kind: 'trust' },
    ],
    good: [
      { text: trust(), kind: 'trust' },
      { text: trust().replace('arn:aws:iam::031871504755:root', '031871504755'), kind: 'trust' },
    ],
  },
});
