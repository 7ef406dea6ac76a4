import type { StringNode } from '../../documents/json-node.ts';
import { PROBE_FOLDER } from '../../model/constants.ts';
import type { Severity } from '../../model/finding.ts';
import type { AccessLevel } from '../../model/grant.ts';
import { covers, isWild } from '../../model/wildcard-compare.ts';
import type { ActionFacts } from '../../operations/catalogue.ts';
import { defineRule } from '../define-rule.ts';
import { actionsMatching, splitAction } from '../facts/actions.ts';
import { inLevel } from '../facts/channelmix.ts';
import { access, policy } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import { resourcePatterns, type Takes, takesOf } from '../facts/resources.ts';
import type { Edit, Hit, HitFix, ListElement, RuleContext } from '../types.ts';

type Message = 'one' | 'many' | 'everything' | 'foreign';

/** What an action beyond the access level is good for, from the worst. */
const RISKS: readonly {
  readonly risk: string;
  readonly severity: Severity;
  readonly is: (facts: ActionFacts) => boolean;
}[] = [
  {
    risk: 'it can give itself or others more access',
    severity: 'security',
    is: ({ access: level, service }) =>
      level === 'Permissions management' || (service === 'iam' && level !== 'List' && level !== 'Read'),
  },
  {
    risk: 'it can act as another role',
    severity: 'security',
    is: ({ action }) => /^sts:(Assume|GetFederationToken)/.test(action),
  },
  {
    risk: 'it can read data that was not granted',
    severity: 'warning',
    is: ({ action }) => /^(s3|s3-object-lambda):GetObject(Version|Torrent)?$/.test(action) || action === 'kms:Decrypt',
  },
  {
    risk: 'it can change or delete what was not granted',
    severity: 'warning',
    is: ({ access: level }) => level === 'Write' || level === 'Tagging',
  },
  { risk: 'it can see how the account is set up', severity: 'suggestion', is: () => true },
];

const RANKS = {};

/** Index of an action's risk, worked out once. */
function rankOf(context: RuleContext, facts: ActionFacts): number {
  const ranks = context.once(RANKS, () => new Map<ActionFacts, number>());
  const known = ranks.get(facts);
  if (known !== undefined) return known;
  const rank = RISKS.findIndex(({ is }) => is(facts));
  ranks.set(facts, rank);
  return rank;
}

function riskOf(
  context: RuleContext,
  sorted: readonly ActionFacts[],
): Pick<(typeof RISKS)[number], 'risk' | 'severity'> {
  // What larger and interrupted uploads take is worth having.
  if (context.options.access === 'minimal' && sorted.every((facts) => inLevel(facts, 'extended'))) {
    return {
      risk: 'it belongs to extended access, which large, tagged or interrupted uploads need',
      severity: 'suggestion',
    };
  }
  const [worst] = sorted;
  const known = worst === undefined ? undefined : RISKS[rankOf(context, worst)];
  return known ?? { risk: 'it can do what was not granted', severity: 'warning' };
}

/** An element of actions, and how many of its values take in each action of S3 that is in it. */
interface Listed {
  readonly element: ListElement;
  readonly counts: ReadonlyMap<ActionFacts, number>;
  /** Wildcards without a service, which are no actions: what they would take in is theirs all the same. */
  readonly odd: readonly StringNode[];
}

const MAX_ODD = 64;

function listedOf(context: RuleContext, element: ListElement, level: AccessLevel): Listed {
  const times = new Map<readonly ActionFacts[], number>();
  for (const { value } of element.values) {
    const matching = actionsMatching(context, value);
    times.set(matching, (times.get(matching) ?? 0) + 1);
  }
  const counts = new Map<ActionFacts, number>();
  for (const [matching, count] of times) {
    for (const facts of matching) {
      if (facts.service === 's3' && inLevel(facts, level)) counts.set(facts, (counts.get(facts) ?? 0) + count);
    }
  }
  const odd = element.values.filter(({ value }) => /^[^:]*[*?]/.test(value) && value !== '*');
  return { element, counts, odd: odd.slice(0, MAX_ODD) };
}

/** The actions of the access level that a wildcard stands for, in its place: this only narrows. */
function narrowed(
  { element, counts, odd }: Listed,
  node: StringNode,
  needed: readonly ActionFacts[],
  level: AccessLevel,
): { readonly fix?: HitFix } {
  if (!isWild(node.value) || needed.length === 0) return {};
  const names = needed
    .filter((facts) => counts.get(facts) === 1)
    .map(({ action }) => action)
    .filter((action) => !odd.some(({ value }) => covers(value.toLowerCase(), action.toLowerCase())));
  const list = element.member.value;
  const [first, ...rest] = names;
  const edits: readonly Edit[] =
    list.type !== 'array'
      ? [{ op: 'replace', node, value: names.length === 1 && first !== undefined ? first : names }]
      : first === undefined
        ? [{ op: 'remove', node }]
        : [{ op: 'replace', node, value: first }, ...rest.map((value): Edit => ({ op: 'append', to: list, value }))];
  const what = first === undefined ? 'is removed: what is needed of it is in the list' : `becomes ${names.join(', ')}`;
  return { fix: { explanation: `${node.value} ${what}: ${level} access needs no more.`, edits } };
}

/** The kit's own verifier removes old versions of its probe objects. */
function isProbe(patterns: readonly string[] | undefined): boolean {
  return (
    patterns !== undefined && patterns.length > 0 && patterns.every((pattern) => pattern.includes(`/${PROBE_FOLDER}`))
  );
}

/** Made when it is asked for, and once. */
function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function checkAction(
  context: RuleContext,
  listed: () => Listed,
  where: { readonly applies: Takes; readonly isProbe: () => boolean },
  node: StringNode,
): Hit<Message> | undefined {
  const { access: level } = context.options;
  const all = actionsMatching(context, node.value);
  const [only] = all;
  // Most actions are known, plain, and belong to the level.
  if (all.length === 1 && only !== undefined && node.value !== '*' && inLevel(only, level)) return undefined;
  const matching = all.filter(where.applies);
  const needed = matching.filter((facts) => facts.service === 's3' && inLevel(facts, level));
  if (node.value === '*') {
    return {
      node,
      message: 'everything',
      data: { access: level },
      severity: 'security',
      ...narrowed(listed(), node, needed, level),
    };
  }
  const service = splitAction(node.value)?.service.toLowerCase();
  if (service === undefined || node.value.endsWith(':')) return undefined;
  if (all.length === 0) {
    if (['s3', 's3-object-lambda', 'sts', 'kms', 'iam'].includes(service)) return undefined;
    return {
      node,
      message: 'foreign',
      data: { action: node.value, service },
      severity: isWild(node.value) ? 'security' : 'warning',
    };
  }
  const beyond = matching.filter((facts) => !inLevel(facts, level));
  if (beyond.length === 0 || where.isProbe()) return undefined;
  const sorted = [...beyond].sort((a, b) => rankOf(context, a) - rankOf(context, b));
  const { risk, severity } = riskOf(context, sorted);
  const data = { action: node.value, access: level, risk };
  if (!isWild(node.value)) return { node, message: 'one', data, severity };
  const examples = sorted.slice(0, 3).map(({ action }) => action);
  return {
    node,
    message: 'many',
    data: { ...data, count: beyond.length, examples: examples.join(', ') },
    severity,
    ...narrowed(listed(), node, needed, level),
  };
}

export const overPrivilege = defineRule({
  id: 'over-privilege',
  severity: 'warning',
  audience: 'channelmix',
  kinds: ['identity'],
  docs: userGuide('best-practices.html#grant-least-privilege'),
  title: 'ChannelMix has no more than it needs',
  why: 'What ChannelMix can do, whoever gets hold of its access can do. Each action beyond the access level is told with what it would be good for, by the access levels of AWS’s Service Authorization Reference: permissions management is a security finding, reading and changing a warning, seeing the set-up a suggestion.',
  messages: {
    one: '{action} is more than {access} access: {risk}.',
    many: '{action} has {count} actions more than {access} access, such as {examples}: {risk}.',
    everything: '"*" is every action of every service: {access} access is a few actions of S3.',
    foreign: '{action}: ChannelMix needs nothing of {service}.',
  },
  *check(context) {
    for (const statement of context.statements) {
      if (statement.effect !== 'Allow') continue;
      const where = {
        applies: takesOf(context, statement) ?? (() => true),
        isProbe: lazy(() => isProbe(resourcePatterns(statement))),
      };
      for (const element of statement.actions) {
        if (element.negated) continue;
        const listed = lazy(() => listedOf(context, element, context.options.access));
        for (const node of element.values) {
          const hit = checkAction(context, listed, where, node);
          if (hit !== undefined) yield hit;
        }
      }
    }
  },
  examples: {
    bad: [
      {
        text: access('{"Effect": "Allow", "Action": "s3:PutBucketPolicy", "Resource": "arn:aws:s3:::acme-reports"}'),
        kind: 'identity',
      },
      {
        text: policy(
          '{"Effect": "Allow", "Action": ["s3:Get*", "s3:ListBucket", "s3:PutObject", "s3:DeleteObject"], "Resource": ["arn:aws:s3:::acme-reports", "arn:aws:s3:::acme-reports/*"]}',
        ),
        fixed: policy(
          '{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket", "s3:PutObject", "s3:DeleteObject"], "Resource": ["arn:aws:s3:::acme-reports", "arn:aws:s3:::acme-reports/*"]}',
        ),
        kind: 'identity',
      },
      {
        text: access('{"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"}'),
        kind: 'identity',
      },
    ],
    good: [
      { text: access(), kind: 'identity' },
      {
        text: access(
          '{"Effect": "Allow", "Action": "s3:AbortMultipartUpload", "Resource": "arn:aws:s3:::acme-reports/*"}',
        ),
        kind: 'identity',
        options: { access: 'extended' },
      },
    ],
  },
});
