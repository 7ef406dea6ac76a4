import type { StringNode } from '../../documents/json-node.ts';
import { isWild } from '../../model/wildcard-compare.ts';
import type { ActionFacts } from '../../operations/catalogue.ts';
import { defineRule } from '../define-rule.ts';
import { actionsMatching, splitAction } from '../facts/actions.ts';
import { allow, policy } from '../facts/example-text.ts';
import { s3Guide } from '../facts/pages.ts';
import {
  arnParts,
  hasMisplacedAccount,
  lacksAccount,
  readS3Pattern,
  resourcePatterns,
  takesOf,
} from '../facts/resources.ts';
import type { Hit, RuleContext, StatementView } from '../types.ts';

type Message = 'object' | 'bucket' | 'account' | 'service' | 'other' | 'bucketPolicy';

const onObjects = '"Resource": "arn:aws:s3:::acme-reports/*"';

function takes(facts: ActionFacts, type: string): boolean {
  return facts.service === 's3' && facts.resources.includes(type);
}

/** More resources or actions than people write: no fix, and no long look. */
const MANY = 100;

/** Why none of the actions can concern any of the resources. */
function reason(matching: readonly ActionFacts[], patterns: readonly string[]): Message {
  const s3 = patterns.slice(0, MANY).some((pattern) => readS3Pattern(pattern) !== undefined);
  if (s3 && matching.every(({ service }) => service !== 's3')) return 'service';
  if (!s3) return 'other';
  if (matching.some((facts) => takes(facts, 'object'))) return 'object';
  if (matching.some((facts) => takes(facts, 'bucket'))) return 'bucket';
  return 'account';
}

/** `arn:…:bucket` for each pattern that is all objects of a bucket, or of those with a prefix; `undefined` when one is less, or every bucket. */
function bucketsOf(patterns: readonly string[]): readonly string[] | undefined {
  const arns = patterns.map((pattern) =>
    /^arn:[^/]+:[^/:*?][^/:]*\/\*$/.test(pattern) ? pattern.slice(0, -2) : undefined,
  );
  return arns.every((arn) => arn !== undefined) ? arns : undefined;
}

/** A bucket action beside actions on all objects of the bucket: the bucket itself was forgotten. */
function bucketFix(
  context: RuleContext,
  statement: StatementView,
  patterns: readonly string[],
  node: StringNode,
): Pick<Hit<Message>, 'fix'> {
  if (patterns.length > MANY || statement.actions.some(({ values }) => values.length > MANY)) return {};
  const buckets = bucketsOf(patterns);
  const element = statement.resources[0];
  if (buckets === undefined || element === undefined) return {};
  const all = statement.actions.flatMap(({ values }) => values);
  const others = all.filter((other) => other !== node);
  // A wildcard beside it that takes in actions on buckets would be allowed more than it is now.
  const plain = others.every(({ value }) => {
    const matching = actionsMatching(context, value);
    return matching.length > 0 && (!isWild(value) || matching.every((facts) => !takes(facts, 'bucket')));
  });
  if (!plain) return {};
  const { value } = element.member;
  const both = [...buckets, ...patterns];
  return {
    fix: {
      explanation: `${buckets.join(', ')} is added: ${node.value} is about the bucket itself.`,
      meant: `${node.value} on ${buckets.join(', ')}`,
      edits:
        value.type === 'array'
          ? buckets.map((bucket) => ({ op: 'append' as const, to: value, value: bucket }))
          : [{ op: 'replace', node: value, value: both }],
    },
  };
}

/**
 * Whether it is an error. AWS's own managed policies list actions of other types by the way (iam:ListRoles beside a role); what
 * ChannelMix is to have, and what names a bucket in full, is meant to work.
 */
function isCertain(
  context: RuleContext,
  statement: StatementView,
  patterns: readonly string[],
  hit: Pick<Hit<Message>, 'message'> & { readonly wild: boolean },
): boolean {
  if (statement.effect !== 'Allow') return false;
  if (context.options.audience === 'channelmix') return true;
  if (hit.message === 'other' || (hit.message === 'account' && !hit.wild)) return false;
  return patterns.every((pattern) => !isWild(readS3Pattern(pattern)?.bucket ?? '*'));
}

function checkAction(
  context: RuleContext,
  statement: StatementView,
  patterns: readonly string[],
  node: StringNode,
  removable: boolean,
): Hit<Message> | undefined {
  const matching = actionsMatching(context, node.value);
  if (matching.length === 0) return undefined;
  const message = reason(matching, patterns);
  const wild = isWild(node.value);
  const hit: Hit<Message> = {
    node,
    message,
    data: {
      action: node.value,
      service: splitAction(node.value)?.service ?? '',
      resources: patterns.slice(0, 2).join(', '),
    },
    ...(isCertain(context, statement, patterns, { message, wild }) ? {} : { severity: 'warning' as const }),
  };
  if (message === 'bucket' && !wild) return { ...hit, ...bucketFix(context, statement, patterns, node) };
  // It matches nothing: without it the statement allows the same.
  if (removable && (message === 'service' || (wild && message === 'account'))) {
    return {
      ...hit,
      fix: {
        explanation: `${node.value} is removed: it never matches ${patterns.slice(0, 2).join(' or ')}.`,
        edits: [{ op: 'remove', node }],
      },
    };
  }
  return hit;
}

export const resourceMismatch = defineRule({
  id: 'resource-mismatch',
  severity: 'error',
  audience: 'any',
  kinds: ['identity', 'bucket'],
  docs: s3Guide('using-with-s3-policy-actions.html'),
  title: 'Actions and resources belong together',
  why: 'An action applies to resources of certain types: s3:GetObject to objects (bucket/*), s3:ListBucket to the bucket, s3:ListAllMyBuckets to "*" alone. With a resource of another type IAM saves the statement, and it allows nothing.',
  messages: {
    object: '{action} is about objects, and {resources} is none: write the bucket’s ARN with /* behind it.',
    bucket: '{action} is about the bucket itself, and {resources} is objects: add the ARN of the bucket without /*.',
    account:
      '{action} never applies to {resources}: it takes "*", or another type of resource, in a statement of its own.',
    service: '{action} never applies to {resources}: actions of {service} take resources of that service.',
    other: '{action} never applies to {resources}: it takes resources of another type.',
    bucketPolicy: 'A bucket policy has actions of S3 only, not {action}.',
  },
  *check(context) {
    for (const statement of context.statements) {
      const patterns = resourcePatterns(statement);
      if (patterns === undefined || patterns.length === 0 || statement.actions.length !== 1) continue;
      // What is no ARN, or none of a bucket, is for bad-arn.
      const wrong = (pattern: string) => !pattern.startsWith('arn:') || hasMisplacedAccount(arnParts(pattern));
      if (patterns.some((pattern) => pattern !== '*' && wrong(pattern))) continue;
      if (patterns.every((pattern) => lacksAccount(arnParts(pattern)))) continue;
      for (const { negated, values } of statement.actions) {
        if (negated) continue;
        const takes = takesOf(context, statement) ?? (() => false);
        const others = values.filter(({ value }) => !actionsMatching(context, value).some(takes));
        const removable = others.length < values.length;
        for (const node of others) {
          const service = splitAction(node.value)?.service.toLowerCase();
          const hit = checkAction(context, statement, patterns, node, removable);
          if (
            context.kind === 'bucket' &&
            service !== undefined &&
            !/^s3(express)?$/.test(service) &&
            hit !== undefined
          ) {
            yield { ...hit, message: 'bucketPolicy' };
          } else if (hit !== undefined) yield hit;
        }
      }
    }
  },
  examples: {
    bad: [
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-reports"') },
      {
        text: allow(`"Action": ["s3:GetObject", "s3:ListBucket"], ${onObjects}`),
        fixed: allow(
          '"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::acme-reports", "arn:aws:s3:::acme-reports/*"]',
        ),
      },
      { text: allow('"Action": "s3:ListAllMyBuckets", "Resource": "arn:aws:s3:::acme-reports"') },
      {
        text: allow(`"Action": ["s3:GetObject", "s3-object-lambda:Get*"], ${onObjects}`),
        fixed: allow(`"Action": ["s3:GetObject"], ${onObjects}`),
      },
      { text: allow('"Action": "kms:Decrypt", "Resource": "arn:aws:kms:eu-west-1:111122223333:alias/reports"') },
      {
        text: policy(
          '{"Effect": "Deny", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::*/CodeDeploy/*"}',
        ),
      },
    ],
    good: [
      {
        text: allow(
          '"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::acme-reports", "arn:aws:s3:::acme-reports/*"]',
        ),
      },
      { text: allow('"Action": "s3:ListAllMyBuckets", "Resource": "*"') },
      { text: allow('"Action": "s3:ListBucket", "Resource": "arn:aws:s3:*:*:accesspoint/reports"') },
      { text: allow('"Action": "s3:GetObject", "Resource": "arn:aws:s3::111122223333:accesspoint/m.mrap/object/*"') },
      { text: allow('"Action": "kms:Decrypt", "Resource": "arn:aws:kms:eu-west-1:111122223333:key/*"') },
    ],
  },
});
