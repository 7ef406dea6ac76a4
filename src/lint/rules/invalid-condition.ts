import { isScalar, memberValue, type ObjectNode } from '../../documents/json-node.ts';
import { defineRule } from '../define-rule.ts';
import { condition } from '../facts/example-text.ts';
import { userGuide } from '../facts/pages.ts';
import type { Hit } from '../types.ts';

type Message = 'shape' | 'operator' | 'value' | 'key' | 'twice' | 'nullIfExists' | 'nullQualifier';

function* checkKeys(keys: ObjectNode): Iterable<Hit<Message>> {
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  for (const { key } of keys.members) counts.set(key.value, (counts.get(key.value) ?? 0) + 1);
  for (const { key, value } of keys.members) {
    const lower = key.value.toLowerCase();
    if (seen.has(lower) && counts.get(key.value) === 1) {
      yield { node: key, span: key, message: 'twice', data: { key: key.value } };
    }
    seen.add(lower);
    if (!/^[^:\s]+:[^\s]/.test(key.value)) yield { node: value, span: key, message: 'key', data: { key: key.value } };
    const wrong =
      value.type === 'array' ? value.items.find((item) => !isScalar(item)) : isScalar(value) ? undefined : value;
    if (wrong !== undefined) yield { node: wrong, message: 'value', data: { key: key.value, type: wrong.type } };
  }
}

export const invalidCondition = defineRule({
  id: 'invalid-condition',
  severity: 'error',
  audience: 'any',
  docs: userGuide('reference_policies_elements_condition.html'),
  title: 'A condition is operator, key, value',
  why: 'Condition is an object of operators; each operator an object of condition keys; each key has a value or a list of values. IAM refuses any other form.',
  messages: {
    shape: 'Condition is an object such as {"StringEquals": {"s3:prefix": "reports/"}}.',
    operator: '{operator} holds an object of condition keys and values.',
    value: 'The value of {key} is a text, number, boolean or a list of them, not a {type}.',
    key: '{key} is no condition key: a key has the prefix of its service, such as aws:SourceIp.',
    twice: 'The key {key} stands twice in one operator: keys are not case-sensitive.',
    nullIfExists: 'Null takes no IfExists: it is about whether the key exists.',
    nullQualifier: 'Null takes no {qualifier}: it is about the key, not about its values.',
  },
  *check({ statements }) {
    for (const { node } of statements) {
      const value = memberValue(node, 'Condition');
      if (value === undefined || (value.type === 'array' && value.items.length === 0)) continue;
      if (value.type !== 'object') {
        if (value.type !== 'string' || value.opaque !== true) yield { node: value, message: 'shape' };
        continue;
      }
      for (const operator of value.members) {
        const name = operator.key.value;
        if (operator.value.type !== 'object') {
          yield { node: operator.value, message: 'operator', data: { operator: name } };
          continue;
        }
        const qualifier = /^(\w+):Null$/.exec(name)?.[1];
        if (/^(\w+:)?NullIfExists$/.test(name)) yield { node: operator, message: 'nullIfExists' };
        if (qualifier !== undefined) {
          yield { node: operator, message: 'nullQualifier', data: { qualifier }, severity: 'suggestion' };
        }
        yield* checkKeys(operator.value);
      }
    }
  },
  examples: {
    bad: [
      { text: condition('"aws:SecureTransport"') },
      { text: condition('{"StringEquals": {"s3:x-amz-acl": {"is": "private"}}}') },
      { text: condition('{"StringEquals": {"s3:x-amz-acl": "private", "S3:x-amz-acl": "public-read"}}') },
      { text: condition('{"StringEquals": {"prefix": "reports/"}}') },
      { text: condition('{"NullIfExists": {"s3:x-amz-acl": "true"}}') },
    ],
    good: [{ text: condition('{"StringEquals": {"s3:x-amz-acl": ["private", "bucket-owner-full-control"]}}') }],
  },
});
