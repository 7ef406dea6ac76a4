import type { StringNode } from '../../documents/json-node.ts';
import { suggest } from '../../model/suggest.ts';
import { isWild } from '../../model/wildcard-compare.ts';
import { SERVICE_PREFIXES, SERVICES } from '../../operations/catalogue.ts';
import { defineRule } from '../define-rule.ts';
import { actionsMatching, splitAction } from '../facts/actions.ts';
import { allow } from '../facts/example-text.ts';
import { realAction } from '../facts/inventions.ts';
import { policyCheck } from '../facts/pages.ts';
import { hasPlaceholder } from '../facts/placeholders.ts';
import type { Hit, ListElement, RuleContext } from '../types.ts';

type Message =
  | 'format'
  | 'formatMeant'
  | 'service'
  | 'serviceMeant'
  | 'wildService'
  | 'invented'
  | 'space'
  | 'unknown'
  | 'meant'
  | 'nothing';

const onObjects = '"Resource": "arn:aws:s3:::acme-reports/*"';

/** An action without a colon: `GetObject`, `s3.GetObject`. */
function withoutColon(node: StringNode): Hit<Message> {
  const name = node.value.replace(/^s3[./_-]/i, '').trim();
  const s3 = [...(SERVICES.get('s3')?.actions.values() ?? [])].map((facts) => facts.name);
  const meant = suggest(name, s3);
  return meant === undefined || name === ''
    ? { node, message: 'format', data: { action: node.value } }
    : { node, message: 'formatMeant', data: { action: node.value, meant: `s3:${meant}` } };
}

function inventedHit(node: StringNode, real: string, element: ListElement): Hit<Message> {
  const hit = { node, message: 'invented' as const, data: { action: node.value, meant: real } };
  // In NotAction the real action would be taken out of what the statement says: nobody knows whether that is meant.
  if (element.negated) return hit;
  const there = element.values.some(({ value }) => value.toLowerCase() === real.toLowerCase());
  return {
    ...hit,
    fix: there
      ? {
          explanation: `${node.value} is removed: there is no such action, and ${real}, which it needs, is in the list already.`,
          edits: [{ op: 'remove', node }],
        }
      : {
          explanation: `${node.value} becomes ${real}: the operation of that name needs this action.`,
          meant: real,
          edits: [{ op: 'replace', node, value: real }],
        },
  };
}

/** White space around an action is a slip of copying. */
function spaced(node: StringNode, meant: string, element: ListElement): Hit<Message> {
  const hit = { node, message: 'space' as const, data: { action: JSON.stringify(node.value) } };
  if (element.negated || element.values.some(({ value }) => value === meant)) return hit;
  return {
    ...hit,
    fix: {
      explanation: `The white space around ${meant} is removed.`,
      meant,
      edits: [{ op: 'replace', node, value: meant }],
    },
  };
}

function checkAction(context: RuleContext, node: StringNode, element: ListElement): Hit<Message> | undefined {
  const action = node.value;
  if (action === '*' || hasPlaceholder(action) || /[^:]:[^:]+:+$/.test(action)) return undefined;
  const trimmed = action.trim();
  if (trimmed !== action && actionsMatching(context, trimmed).length > 0) return spaced(node, trimmed, element);
  const parts = splitAction(action);
  if (parts === undefined) return withoutColon(node);
  const service = parts.service.toLowerCase();
  if (isWild(service)) return { node, message: 'wildService', data: { service: parts.service }, severity: 'warning' };
  if (!/^[\w-]+$/.test(service) || !/^[\w*?-]+$/.test(parts.name)) return { node, message: 'format', data: { action } };
  if (!SERVICE_PREFIXES.has(service)) {
    const meant = suggest(service, [...SERVICES.keys()]) ?? suggest(service, [...SERVICE_PREFIXES]);
    return meant === undefined
      ? { node, message: 'service', data: { service: parts.service }, severity: 'warning' }
      : { node, message: 'serviceMeant', data: { service: parts.service, meant } };
  }
  const known = SERVICES.get(service);
  if (known === undefined || actionsMatching(context, action).length > 0) return undefined;
  if (isWild(parts.name))
    return { node, message: 'nothing', data: { action, service: known.name }, severity: 'warning' };
  const real = realAction(action);
  if (real !== undefined) return inventedHit(node, real, element);
  const meant = suggest(
    parts.name,
    [...known.actions.values()].map((facts) => facts.name),
  );
  return meant === undefined
    ? { node, message: 'unknown', data: { action, service: known.name } }
    : { node, message: 'meant', data: { action, service: known.name, meant: `${service}:${meant}` } };
}

export const unknownAction = defineRule({
  id: 'unknown-action',
  severity: 'error',
  audience: 'any',
  docs: policyCheck('error-invalid-action'),
  title: 'Every action exists',
  why: 'IAM saves a policy with an action that does not exist, and the action then allows nothing. Many operations of the API go by another action: HeadObject and the download by s3:GetObject, ListObjectsV2 by s3:ListBucket, each part of an upload by s3:PutObject.',
  messages: {
    format: '{action} is no action: an action is a service and a name, such as s3:GetObject.',
    formatMeant: '{action} is no action: did you mean {meant}?',
    service: 'No service has the prefix {service} any more, if one ever had.',
    serviceMeant: 'There is no service with the prefix {service}: did you mean {meant}?',
    wildService: 'The prefix of a service takes no wildcards: {service}.',
    invented: '{action} is no action: the operation of that name needs {meant}.',
    space: 'There is white space around the action: {action}.',
    unknown: '{service} has no action {action}.',
    meant: '{service} has no action {action}: did you mean {meant}?',
    nothing: '{service} has no action that {action} matches.',
  },
  *check(context) {
    for (const { actions } of context.statements) {
      for (const element of actions) {
        for (const node of element.values) {
          const hit = checkAction(context, node, element);
          if (hit !== undefined) yield hit;
        }
      }
    }
  },
  examples: {
    bad: [
      {
        text: allow(`"Action": ["s3:HeadObject", "s3:PutObject"], ${onObjects}`),
        fixed: allow(`"Action": ["s3:GetObject", "s3:PutObject"], ${onObjects}`),
      },
      {
        text: allow('"Action": "s3:ListObjectsV2", "Resource": "arn:aws:s3:::acme-reports"'),
        fixed: allow('"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::acme-reports"'),
      },
      {
        text: allow(`"Action": ["s3:UploadPart", "s3:PutObject"], ${onObjects}`),
        fixed: allow(`"Action": ["s3:PutObject"], ${onObjects}`),
      },
      {
        text: allow(`"Action": " s3:GetObject", ${onObjects}`),
        fixed: allow(`"Action": "s3:GetObject", ${onObjects}`),
      },
      { text: allow(`"Action": "s3:GetObjet", ${onObjects}`) },
      { text: allow(`"Action": "GetObject", ${onObjects}`) },
      { text: allow(`"Action": "S33:GetObject", ${onObjects}`) },
    ],
    good: [
      { text: allow(`"Action": "s3:GetObject", ${onObjects}`) },
      { text: allow(`"Action": "S3:getobject", ${onObjects}`) },
      { text: allow('"Action": "ec2:DescribeInstances", "Resource": "*"') },
    ],
  },
});
